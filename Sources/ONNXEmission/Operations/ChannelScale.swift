import ONNX
import Tensors

extension Operations.ChannelScale: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    return graph.affine(input, weight: operands.requiredWeight, bias: nil)
  }
}
