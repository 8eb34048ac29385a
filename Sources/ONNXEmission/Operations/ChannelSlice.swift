import ONNX
import Tensors

extension Operations.ChannelSlice: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    graph.slice(graph.value(operands.input), [(1, channels)])
  }
}
