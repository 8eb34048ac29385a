import ONNX
import Tensors

extension Operations.AdaptiveMaxPool: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    if let pooled = graph.adaptivePool("MaxPool", operands.input, size) { return pooled }
    let maps = graph.maps(operands.input)
    let rows = Self.largest(of: maps, axis: 2, outputs: size.height, to: &graph)
    return Self.largest(of: rows, axis: 3, outputs: size.width, to: &graph)
  }

  /// The largest value of each window along an axis; windows are made of one size by repeating their last pixel.
  private static func largest(
    of maps: WrittenValue, axis: Int, outputs: Int, to graph: inout GraphWriter
  ) -> WrittenValue {
    if maps.shape[axis] == outputs { return maps }
    let ranges = Plain.adaptiveRanges(outputs, over: maps.shape[axis])
    let longest = ranges.map(\.count).max() ?? 1
    let places = ranges.flatMap { range in (0..<longest).map { min(range.lowerBound + $0, range.upperBound - 1) } }
    let windows = graph.gather(maps, places, dims: [outputs, longest], axis: axis)
    return graph.reduce("ReduceMax", windows, axis: axis + 1)
  }
}
