import Kernels
import Testing

@testable import Tensors

@Suite("Norms by blocks")
struct NormalizationTests {
  @Test(arguments: shapes, [0, 32])
  func groupNorm(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1] + gap))
    let input = Tensor.random(shape, in: -1...3, using: &generator)
    let image = shape.dropFirst().reduce(1, *)
    for groups in Set([1, 2, 3, 4, 5, 8, 11, 17, shape[1]]) where shape[1] % groups == 0 {
      for count in [shape[1], image] {
        let weight = Tensor.random([count], using: &generator)
        let bias = Tensor.random([count], using: &generator)
        for (weight, bias) in [(weight, bias), (weight, nil), (nil, nil)] as [(Tensor?, Tensor?)] {
          let expected = Plain.groupNorm(input, groups: groups, weight: weight, bias: bias, epsilon: 1e-3)
          let weights = KernelWeights(weight: weight, bias: bias?.elements)
          KernelCase(input: input, expected: expected, weights: weights).check(gap: gap) {
            GroupNormKernel(
              input: $0.input, output: $0.output, groups: groups,
              isElementwise: weight.map { $0.count != shape[1] } ?? false, epsilon: 1e-3, loops: $1)
          }
        }
      }
    }
  }

  /// A variance that single precision would lose beside the mean.
  @Test func smallVariancesBesideLargeMeans() {
    var generator = SeededGenerator(state: 1)
    let input = Tensor.random([2, 17, 8, 9], in: 1000...1001, using: &generator)
    KernelCase(input: input, expected: Plain.groupNorm(input, groups: 17, weight: nil, bias: nil, epsilon: 1e-5))
      .check {
        GroupNormKernel(
          input: $0.input, output: $0.output, groups: 17, epsilon: 1e-5, loops: $1)
      }
    KernelCase(input: input, expected: Plain.channelNorm(input, weight: nil, bias: nil, epsilon: 1e-5)).check {
      ChannelNormKernel(input: $0.input, output: $0.output, epsilon: 1e-5, loops: $1)
    }
  }

  @Test(arguments: shapes + [[3, 33]], [0, 32])
  func channelNorm(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1] + gap))
    let input = Tensor.random(shape, using: &generator)
    let weight = Tensor.random([shape[1]], using: &generator)
    let bias = Tensor.random([shape[1]], using: &generator)
    for (weight, bias) in [(weight, bias), (weight, nil), (nil, nil)] as [(Tensor?, Tensor?)] {
      let expected = Plain.channelNorm(input, weight: weight, bias: bias, epsilon: 1e-5)
      let weights = KernelWeights(weight: weight, bias: bias?.elements)
      KernelCase(input: input, expected: expected, weights: weights).check(gap: gap) {
        ChannelNormKernel(input: $0.input, output: $0.output, epsilon: 1e-5, loops: $1)
      }
    }
  }

  @Test(arguments: shapes + [[3, 33], [1, 1000]], [0, 32])
  func softmax(shape: [Int], gap: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1] + gap))
    let input = Tensor.random(shape, in: -30...30, using: &generator)
    for isLogarithm in [false, true] {
      let expected = isLogarithm ? Plain.logSoftmax(input) : Plain.softmax(input)
      KernelCase(input: input, expected: expected).check(gap: gap) {
        SoftmaxKernel(input: $0.input, output: $0.output, isLogarithm: isLogarithm, loops: $1)
      }
    }
  }

  /// Each row is the channels of one image.
  @Test func softmaxOfNumbersThatAreNone() {
    let rows: [[Float]] = [
      [.nan, 1, 2], [.infinity, 1, 2], [-.infinity, 1, 2], [-.infinity, -.infinity, -.infinity], [1000, -1000, 0],
      [88, 89, -104], [3e38, -3e38, 0],
    ]
    let input = Tensor(rows.flatMap { $0 }, shape: [rows.count, 3])
    for isLogarithm in [false, true] {
      let expected = isLogarithm ? Plain.logSoftmax(input) : Plain.softmax(input)
      for loops in availableLoops {
        // Whatever the spare lanes hold must not count.
        let (source, target) = (BlockedMemory(input, filler: 1e30), BlockedMemory(input.shape))
        SoftmaxKernel(input: source.maps, output: target.maps, isLogarithm: isLogarithm, loops: loops)
          .run(source, into: target)
        for (result, expected) in zip(target.tensor.elements, expected.elements) {
          #expect(
            result == expected || result.isNaN && expected.isNaN
              || abs(result - expected) <= 4 * expected.ulp + Float.leastNormalMagnitude)
        }
      }
    }
  }

  @Test(arguments: shapes, [1, 2, 3, 5, 9, 40])
  func localResponseNorm(shape: [Int], size: Int) {
    var generator = SeededGenerator(state: UInt64(shape[1] + size))
    let input = Tensor.random(shape, in: -20...20, using: &generator)
    for (alpha, beta, k) in [(1e-4, 0.75, 2), (1e-2, 0.75, 1), (0.5, 0.5, 1.5), (0.1, 1.3, 0.3)] {
      let expected = Plain.localResponseNorm(input, size: size, alpha: alpha, beta: beta, k: k)
      KernelCase(input: input, expected: expected, tolerance: 2e-6).check(gap: 16) {
        LocalResponseNormKernel(
          input: $0.input, output: $0.output, size: size, alpha: alpha, beta: beta, k: k, loops: $1)
      }
    }
  }
}
