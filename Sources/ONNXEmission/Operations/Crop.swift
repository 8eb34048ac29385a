import ONNX
import Tensors

extension Operations.Crop: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    if input.shape.count == 3, rows == 0..<1 { return graph.slice(input, [(2, columns)]) }
    return graph.slice(graph.maps(operands.input), [(2, rows), (3, columns)])
  }
}
