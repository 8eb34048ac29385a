import Tensors
import Testing

@testable import Kernels

/// Kernels of gradients of norms over one image's values, of softmaxes, resizes, paddings and losses of elements, against
/// their definitions in double precision.
@Suite struct NormGradientTests {
  @Test(arguments: 0..<30)
  func groupNorms(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let groups = (1...shape[1]).filter { shape[1] % $0 == 0 }.randomElement(using: &random) ?? 1
    let (slopes, input) = (Tensor.random(shape, using: &random), Tensor.random(shape, in: -1...3, using: &random))
    let weight = Bool.random(using: &random) ? Tensor.random([shape[1]], using: &random) : nil
    checkKernel(
      Operations.GroupNormInputGradient(groups: groups, epsilon: 0.01), [slopes, input], weight: weight, reads: [1, 0],
      tolerance: 1e-5, least: 1
    ) {
      GroupNormGradient(
        by: .input($1, weight == nil ? .none : .channels), input: $0[0], gradient: $0[1], groups: groups, epsilon: 0.01,
        loops: $2)
    }
    checkKernel(
      Operations.GroupNormWeightGradient(groups: groups, epsilon: 0.01, shape: [shape[1]]), [slopes, input],
      reads: [1, 0], tolerance: 1e-5, least: 1
    ) {
      GroupNormGradient(by: .weight, input: $0[0], gradient: $0[1], groups: groups, epsilon: 0.01, loops: $2)
    }
  }

  /// With a weight for each element of an image.
  @Test(arguments: 0..<30)
  func groupNormsByElements(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let groups = seed % 3 > 0 ? 1 : (1...shape[1]).filter { shape[1] % $0 == 0 }.randomElement(using: &random) ?? 1
    let (slopes, input) = (Tensor.random(shape, using: &random), Tensor.random(shape, in: -1...3, using: &random))
    let image = Array(shape.dropFirst())
    // A weight with as many elements as there are channels is one for each of those.
    guard image[1] * image[2] > 1 else { return }
    checkKernel(
      Operations.GroupNormInputGradient(groups: groups, epsilon: 0.01), [slopes, input],
      weight: .random(image, using: &random), reads: [1, 0], tolerance: 1e-5, least: 1
    ) {
      GroupNormGradient(
        by: .input($1, .elements), input: $0[0], gradient: $0[1], groups: groups, epsilon: 0.01, loops: $2)
    }
    checkKernel(
      Operations.GroupNormWeightGradient(groups: groups, epsilon: 0.01, shape: image), [slopes, input], reads: [1, 0],
      tolerance: 1e-5, least: 1
    ) {
      GroupNormGradient(by: .elementWeight, input: $0[0], gradient: $0[1], groups: groups, epsilon: 0.01, loops: $2)
    }
    checkKernel(Operations.ImageSum(image), [slopes]) { reads, _, _ in ImageSums(gradient: reads[0]) }
  }

  @Test(arguments: 0..<30)
  func channelNorms(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let (slopes, input) = (Tensor.random(shape, using: &random), Tensor.random(shape, in: -1...3, using: &random))
    let weight = Bool.random(using: &random) ? Tensor.random([shape[1]], using: &random) : nil
    checkKernel(
      Operations.ChannelNormInputGradient(epsilon: 0.01), [slopes, input], weight: weight, reads: [1, 0],
      tolerance: 1e-5, least: 1
    ) {
      ChannelNormGradient(
        by: .input($1, hasWeight: weight != nil), input: $0[0], gradient: $0[1], epsilon: 0.01, loops: $2)
    }
    checkKernel(
      Operations.ChannelNormWeightGradient(epsilon: 0.01), [slopes, input], reads: [1, 0], tolerance: 1e-5, least: 1
    ) {
      ChannelNormGradient(by: .weight, input: $0[0], gradient: $0[1], epsilon: 0.01, loops: $2)
    }
  }

  /// Krizhevsky's window, others of any width, wider than there are channels, and other exponents.
  @Test(arguments: 0..<30)
  func localResponseNorms(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let size = seed % 3 == 0 ? 5 : Int.random(in: 1...50, using: &random)
    let norm = Operations.LocalResponseNorm(size: size, alpha: 0.5, beta: seed % 2 == 0 ? 0.75 : 0.6, k: 2)
    checkKernel(
      Operations.LocalResponseNormGradient(norm),
      [.random(shape, using: &random), .random(shape, in: -2...2, using: &random)],
      reads: [1, 0], tolerance: 1e-5
    ) { LocalResponseNormGradient(norm, input: $0[0], gradient: $0[1], output: $1, loops: $2) }
  }

  @Test(arguments: 0..<20)
  func softmaxes(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let slopes = Tensor.random(shape, using: &random)
    let input = Tensor.random(shape, in: -4...4, using: &random)
    let (result, logarithm) = (
      Operations.Softmax().plain(Operands([input])), Operations.LogSoftmax().plain(Operands([input]))
    )
    checkKernel(Operations.SoftmaxGradient(), [slopes, result], reads: [1, 0]) {
      SoftmaxGradient(result: $0[0], gradient: $0[1], output: $1, isLogarithm: false, loops: $2)
    }
    checkKernel(Operations.LogSoftmaxGradient(), [slopes, logarithm], reads: [1, 0]) {
      SoftmaxGradient(result: $0[0], gradient: $0[1], output: $1, isLogarithm: true, loops: $2)
    }
  }

  @Test(arguments: 0..<40, [Interpolation.nearest, .bilinear, .bicubic])
  func resizes(seed: Int, mode: Interpolation) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let size = PixelSize(height: .random(in: 1...15, using: &random), width: .random(in: 1...15, using: &random))
    let resize = Operations.Upsample(
      size, factor: nil, mode: mode, alignCorners: mode != .nearest && seed.isMultiple(of: 2))
    let slopes = Tensor.random([shape[0], shape[1], size.height, size.width], using: &random)
    checkKernel(Operations.UpsampleGradient(resize, size: PixelSize(height: shape[2], width: shape[3])), [slopes]) {
      ResamplingGradient(resize, gradient: $0[0], output: $1, loops: $2)
    }
  }

  /// Paddings of every mode, as wide as they may be; of zeros some that crop too.
  @Test(arguments: 0..<40)
  func paddings(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let mode = [PadMode.reflect, .replicate, .circular, .constant(0)][seed % 4]
    func side(_ size: Int) -> Int { .random(in: (seed % 4 == 3 && size > 2 ? -1 : 0)...size - 1, using: &random) }
    let pad = Operations.Pad(
      top: side(shape[2]), bottom: side(shape[2]), left: side(shape[3]), right: side(shape[3]), mode: mode)
    let padded = pad.outputShape(of: Operands([shape]))
    checkKernel(Operations.PadGradient(pad), [.random(padded, using: &random)]) {
      ResamplingGradient(pad, gradient: $0[0], output: $1, loops: $2)
    }
  }

  @Test(arguments: 0..<20, [ElementLossKernel.Term.squaredDifference, .binaryCrossEntropy])
  func lossesOfElements(seed: Int, term: ElementLossKernel.Term) {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = randomShape(&random)
    let inputs = [Tensor.random(shape, in: -6...6, using: &random), .random(shape, in: 0...1, using: &random)]
    let isSquare = term == .squaredDifference
    let loss: any Operation = isSquare ? Operations.MeanSquaredError() : Operations.BinaryCrossEntropy()
    let slope: any Operation =
      isSquare ? Operations.MeanSquaredErrorGradient() : Operations.BinaryCrossEntropyGradient()
    checkKernel(loss, inputs) { reads, _, _ in ElementLossKernel(term, values: reads[0], labels: reads[1]) }
    checkKernel(slope, inputs + [Tensor([0.75], shape: [1])]) { reads, output, _ in
      ElementLossKernel(term, values: reads[0], labels: reads[1], gradient: output)
    }
  }
}
