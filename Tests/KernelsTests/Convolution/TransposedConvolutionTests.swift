import Kernels
import SyntheticTensors
import Testing

@testable import Tensors

@Suite("Transposed convolutions")
struct TransposedConvolutionTests {
  @Test(arguments: Draws.seeds(30))
  func randomShapes(seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed))
    let groups = [1, 1, 1, 2, 3, 16, 17].randomElement(using: &generator) ?? 1
    let perGroup = groups > 3 ? 1...2 : 1...20
    let inputs = groups * Int.random(in: perGroup, using: &generator)
    let outputs = groups * Int.random(in: perGroup, using: &generator)
    let shape = [
      Int.random(in: 1...3, using: &generator), inputs, .random(in: 1...6, using: &generator),
      .random(in: 1...6, using: &generator),
    ]
    let axes = shape[2...].map { Self.axis(over: $0, using: &generator) }
    let window = SlidingWindow(vertical: axes[0].axis, horizontal: axes[1].axis)
    let size = (axes[0].outputs, axes[1].outputs)
    let input = Tensor.random(shape, using: &generator)
    let weight = Tensor.random(
      [inputs, outputs / groups, window.vertical.kernel, window.horizontal.kernel], using: &generator)
    let bias = seed % 3 == 0 ? nil : Tensor.random([outputs], using: &generator)
    let expected = Plain.transposedConv2D(
      input, weight: weight, bias: bias, window: window, groups: groups, outputs: size)
    if expected.elements.allSatisfy({ $0 == 0 }) { return }
    let weights = KernelWeights(weight: weight, bias: bias?.elements)
    KernelCase(input: input, expected: expected, weights: weights, tolerance: 3e-6).check(gap: seed % 4 * 16) {
      TransposedConvolution(input: $0.input, output: $0.output, window: window, groups: groups, loops: $1)
    }
  }

  /// A random window, and the size that PyTorch's rule gives for it with some output padding.
  private static func axis(
    over size: Int, using generator: inout SeededGenerator
  ) -> (axis: SlidingWindow.Axis, outputs: Int) {
    let (kernel, stride) = (Int.random(in: 1...4, using: &generator), Int.random(in: 1...3, using: &generator))
    let dilation = Int.random(in: 1...2, using: &generator)
    let reach = (kernel - 1) * dilation
    let (before, after) = (
      Int.random(in: 0...reach / 2, using: &generator), Int.random(in: 0...reach / 2, using: &generator)
    )
    let extra = Int.random(in: 0..<stride, using: &generator)
    let outputs = (size - 1) * stride - before - after + reach + 1 + extra
    return (
      SlidingWindow.Axis(
        kernel: kernel, stride: stride, dilation: dilation, before: before, after: after, outputs: size),
      max(1, outputs)
    )
  }
}
