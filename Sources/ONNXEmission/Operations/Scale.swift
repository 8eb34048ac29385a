import ONNX
import Tensors

extension Operations.Scale: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    graph.with(factor, "Mul", graph.value(operands.input))
  }
}
