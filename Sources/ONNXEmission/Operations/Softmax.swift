import ONNX
import Tensors

extension Operations.Softmax: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    graph.elementwise("Softmax", graph.value(operands.input), [.int("axis", 1)])
  }
}
