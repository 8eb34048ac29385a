import ONNX
import Tensors

extension Operations.LocalResponseNorm: ONNXOperation {
  package func write(
    _ operands: Operands<Computation.Value>, to graph: inout GraphWriter
  ) throws(ExportError) -> WrittenValue {
    let maps = graph.maps(operands.input)
    // A window of an even size has one channel more before than behind here, and the other way round in ONNX.
    if size % 2 == 1 || size == 1 {
      return graph.elementwise(
        "LRN", maps, [.int("size", size), .float("alpha", alpha), .float("beta", beta), .float("bias", k)])
    }
    let channels = maps.shape[1]
    var sums = [Float](repeating: 0, count: channels * channels)
    for output in 0..<channels {
      for near in max(0, output - size / 2)...min(channels - 1, output + (size - 1) / 2) {
        sums[output * channels + near] = 1
      }
    }
    let kernels = graph.tensor(Tensor(sums, shape: [channels, channels, 1, 1]), "window")
    let squares = graph.node("Mul", [maps.name, maps.name], shape: maps.shape)
    let sum = graph.node("Conv", [squares.name, kernels], [.ints("kernel_shape", [1, 1])], shape: maps.shape)
    let base = graph.with(k, "Add", graph.with(alpha / Double(size), "Mul", sum))
    let divisor = graph.with(beta, "Pow", base)
    return graph.node("Div", [maps.name, divisor.name], shape: maps.shape)
  }
}
