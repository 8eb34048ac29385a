import ONNX
import Tensors

extension Operations.Maximum: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let inputs = graph.aligned(operands.inputs)
    return graph.node("Max", inputs.map(\.name), shape: inputs[0].shape)
  }
}
