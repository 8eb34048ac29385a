import ONNX
import Tensors

extension Operations.AveragePool: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let (input, written) = graph.input(operands.input, for: window)
    // Without padding what hangs over is all that there is beside the input, and never counts.
    let isCounting = countsPadding && written.axes.contains { $0.before > 0 || $0.after > 0 }
    let counts = AttributeProto.int("count_include_pad", 1)
    guard written.isWide || isCounting && written.hangsOver else {
      return graph.pooled("AveragePool", input, written, isCounting ? [counts] : [])
    }
    // The sum over the window, as a mean over all its pixels, and then how many pixels there are to a mean of the layer's.
    let sizes = Array(input.shape[2...])
    let padded = graph.pad(input, before: [0] + written.before, after: [0] + written.after)
    var result = graph.node(
      "AveragePool", [padded.name], written.attributes(hasPadding: false),
      shape: Array(input.shape[..<2]) + written.outputs)
    for (index, axis) in written.axes.enumerated() {
      let factors = (0..<axis.outputs).map { output in
        let pixels =
          countsPadding
          ? axis.paddedTaps(of: output, in: sizes[index]) : axis.inputTaps(of: output, in: sizes[index])
        return Float(axis.kernel) / Float(pixels)
      }
      if factors.allSatisfy({ $0 == 1 }) { continue }
      let shape = [factors.count] + sizes[(index + 1)...].map { _ in 1 }
      let tensor = graph.tensor(Tensor(factors, shape: shape), "pixels")
      result = graph.node("Mul", [result.name, tensor], shape: result.shape)
    }
    return result
  }
}
