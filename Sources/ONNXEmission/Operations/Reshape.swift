import ONNX
import Tensors

extension Operations.Reshape: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    let shape = [input.shape[0]] + shape
    // A signal or a volume as operations see it: it stays what it is.
    if input.shape.withRows == shape { return input }
    return graph.value(input, as: shape)
  }
}
