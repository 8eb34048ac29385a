import ONNX
import Tensors

extension Operations.Subsample: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let (input, written) = graph.input(operands.input, for: window)
    // The sum of a window is the mean over all its pixels, zeros of the padding among them, times their number.
    let padded = graph.pad(input, before: [0] + written.before, after: [0] + written.after)
    let mean = graph.node(
      "AveragePool", [padded.name], written.attributes(hasPadding: false),
      shape: Array(input.shape[..<2]) + written.outputs)
    let sum = graph.with(Double(window.area), "Mul", mean)
    return graph.affine(sum, weight: operands.requiredWeight, bias: operands.bias)
  }
}
