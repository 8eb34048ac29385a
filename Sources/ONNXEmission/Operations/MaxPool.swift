import ONNX
import Tensors

extension Operations.MaxPool: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let (input, written) = graph.input(operands.input, for: window)
    guard written.isWide else { return graph.pooled("MaxPool", input, written) }
    // Engines refuse padding as wide as the kernel, which dilation makes sense of.
    let padded = graph.pad(input, before: [0] + written.before, after: [0] + written.after, value: -.infinity)
    return graph.node(
      "MaxPool", [padded.name], written.attributes(hasPadding: false),
      shape: Array(input.shape[..<2]) + written.outputs)
  }
}
