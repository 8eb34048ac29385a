import ONNX
import Tensors

extension Operations.PReLU: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    let slopes = graph.perChannel(operands.requiredWeight, over: input)
    return graph.node("PRelu", [input.name, slopes.name], shape: input.shape)
  }
}
