import ONNX
import Tensors

extension Operations.PadChannels: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let input = graph.value(operands.input)
    let rest = input.shape.dropFirst(2).map { _ in 0 }
    return graph.pad(input, before: [before] + rest, after: [after] + rest)
  }
}
