import ONNX
import Tensors

extension Operations.AdaptiveAveragePool: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    if let pooled = graph.adaptivePool("AveragePool", operands.input, size) { return pooled }
    let maps = graph.maps(operands.input)
    return graph.mixed(
      maps, rows: Self.means(size.height, over: maps.shape[2]), columns: Self.means(size.width, over: maps.shape[3]))
  }

  /// The weights of windows of several sizes, `[outputs, pixels]`; nil where each is one pixel.
  private static func means(_ outputs: Int, over size: Int) -> Tensor? {
    if outputs == size { return nil }
    var weights = [Float](repeating: 0, count: outputs * size)
    for (output, range) in Plain.adaptiveRanges(outputs, over: size).enumerated() {
      for pixel in range { weights[output * size + pixel] = 1 / Float(range.count) }
    }
    return Tensor(weights, shape: [outputs, size])
  }
}

extension GraphWriter {
  /// A pool over everything, or with windows of one size; nil where their sizes differ.
  mutating func adaptivePool(_ type: String, _ value: Computation.Value, _ size: PixelSize) -> WrittenValue? {
    let found = self.value(value)
    if size.height == 1, size.width == 1 {
      let input = found.shape.count > 2 ? found : maps(value)
      let shape = Array(input.shape[..<2]) + input.shape.dropFirst(2).map { _ in 1 }
      return node("Global\(type)", [input.name], shape: shape)
    }
    let sizes = shape(of: value).withRows
    guard sizes[2].isMultiple(of: size.height), sizes[3].isMultiple(of: size.width) else { return nil }
    let (rows, columns) = (sizes[2] / size.height, sizes[3] / size.width)
    let (input, window) = input(
      value,
      for: SlidingWindow(
        vertical: SlidingWindow.Axis(kernel: rows, stride: rows, outputs: size.height),
        horizontal: SlidingWindow.Axis(kernel: columns, stride: columns, outputs: size.width)))
    return pooled(type, input, window)
  }
}
