import Tensors
import Testing

@testable import Kernels

/// Kernels of gradients of pools over channels and of adaptive ones, parametric ReLUs, maxima and LeNet-5's layers, against
/// their definitions in double precision.
@Suite struct PoolGradientTests {
  /// Few different numbers, so that several are the largest.
  private static func coarse(_ shape: [Int], _ random: inout SeededGenerator) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: -2...2, using: &random).rounded() }, shape: shape)
  }

  @Test(arguments: 0..<30)
  func depthPools(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let kernel = Int.random(in: 1...min(5, shape[1]), using: &random)
    let pool = Operations.DepthPool(
      kernel: kernel, stride: .random(in: 1...3, using: &random), isMaximum: seed.isMultiple(of: 2))
    let input = Self.coarse(shape, &random)
    let slopes = Tensor.random(pool.outputShape(of: Operands([shape])), using: &random)
    checkKernel(Operations.DepthPoolGradient(pool), [slopes, input], reads: [1, 0]) { reads, output, _ in
      DepthPoolGradient(pool, input: reads[0], gradient: reads[1], output: output)
    }
  }

  /// Outputs that are fewer than the pixels, as many, and more.
  @Test(arguments: 0..<30)
  func adaptiveMaxPools(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let size = PixelSize(height: .random(in: 1...8, using: &random), width: .random(in: 1...8, using: &random))
    let input = Self.coarse(shape, &random)
    let result = Operations.AdaptiveMaxPool(size).plain(Operands([input]))
    let slopes = Tensor.random(result.shape, using: &random)
    checkKernel(Operations.AdaptiveMaxPoolGradient(), [slopes, input, result], reads: [1, 2, 0]) {
      AdaptiveMaxPoolGradient(input: $0[0], result: $0[1], gradient: $0[2], output: $1, loops: $2)
    }
  }

  @Test(arguments: 0..<30, [false, true])
  func parametricReLUs(seed: Int, isSingle: Bool) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let (slopes, input) = (Tensor.random(shape, using: &random), Self.coarse(shape, &random))
    let weight = Tensor.random([isSingle ? 1 : shape[1]], using: &random)
    checkKernel(Operations.PReLUInputGradient(), [slopes, input], weight: weight, reads: [1, 0]) {
      PReLUGradient(
        input: $0[0], gradient: $0[1], output: $1, isSingle: isSingle || weight.count == 1, loops: $2)
    }
    checkKernel(Operations.PReLUWeightGradient(isSingle: isSingle), [slopes, input], least: 1) {
      ChannelSums(.negativeProduct(isSingle: isSingle), gradient: $0[0], value: $0[1], loops: $2)
    }
  }

  @Test(arguments: 0..<20)
  func maxima(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let inputs = (0...seed % 4).map { _ in Self.coarse(shape, &random) }
    let slopes = Tensor.random(shape, using: &random)
    for position in inputs.indices {
      checkKernel(Operations.MaximumGradient(position: position), [slopes] + inputs) { reads, output, _ in
        MaximumGradient(
          position: position, gradient: reads[0], inputs: Array(reads.dropFirst()), output: output)
      }
    }
  }

  @Test(arguments: 0..<20)
  func imageSlices(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let first = Int.random(in: 0..<shape[0], using: &random)
    let slice = Operations.ImageSlice(first..<Int.random(in: first + 1...shape[0], using: &random))
    checkKernel(slice, [.random(shape, using: &random)], tolerance: 0) { reads, output, _ in
      PixelMapKernel.slice(images: slice.images, input: reads[0], output: output)
    }
  }

  @Test(arguments: 0..<30)
  func subsampling(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let window = SlidingWindow(
      vertical: .random(over: shape[2], using: &random), horizontal: .random(over: shape[3], using: &random))
    let slopes = Tensor.random(
      shape.prefix(2) + [window.vertical.outputs, window.horizontal.outputs], using: &random)
    checkKernel(
      Operations.SubsampleWeightGradient(window), [slopes, .random(shape, using: &random)], reads: [1, 0],
      tolerance: 1e-5, least: 1
    ) { reads, _, loops in
      SubsampleWeightGradient(input: reads[0], gradient: reads[1], window: window, loops: loops)
    }
  }

  @Test(arguments: 0..<30)
  func radialBasisFunctions(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let (images, features, outputs) = (1 + seed % 4, 1 + seed * 7 % 40, 1 + seed * 5 % 23)
    let slopes = Tensor.random([images, outputs], using: &random)
    let input = Tensor.random([images, features], in: -2...2, using: &random)
    let centers = Tensor.random([outputs, features], using: &random)
    checkKernel(Operations.RadialBasisInputGradient(), [slopes, input], weight: centers) { reads, output, _ in
      RadialBasisGradient(gradient: reads[0], input: reads[1], output: output)
    }
    checkKernel(Operations.RadialBasisWeightGradient(), [slopes, input], weight: centers) { reads, _, _ in
      RadialBasisGradient(gradient: reads[0], input: reads[1], output: nil)
    }
  }

  @Test(arguments: 0..<30)
  func radialBasisCriterion(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let (images, classes) = (1 + seed % 20, 1 + seed * 5 % 23)
    let distances = Tensor.random([images, classes], in: 0...90, using: &random)
    let labels = Tensor((0..<images).map { _ in Float(Int.random(in: 0..<classes, using: &random)) })
    let j = seed.isMultiple(of: 2) ? 1.0 : 40
    checkKernel(Operations.RadialBasisCriterion(j: j), [distances, labels]) { reads, _, _ in
      RadialBasisCriterionKernel(distances: reads[0], j: j)
    }
    checkKernel(
      Operations.RadialBasisCriterionGradient(j: j), [distances, labels, Tensor([0.75])]
    ) { reads, output, _ in
      RadialBasisCriterionKernel(distances: reads[0], gradient: output, j: j)
    }
  }
}
