import ONNX
import Tensors

extension Operations.LogSoftmax: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    graph.elementwise("LogSoftmax", graph.value(operands.input), [.int("axis", 1)])
  }
}
