import SyntheticTensors
import Tensors
import Testing

@testable import Kernels

/// A convolution of random numbers, with what the plain path makes of it.
struct ConvolutionCase: CustomStringConvertible {
  var input: Tensor
  var weight: Tensor
  var window: SlidingWindow
  var groups = 1
  var scale: [Float]?
  var bias: [Float]?
  var residual: Tensor?
  var activation: Activation?

  var description: String {
    "\(input.shape) * \(weight.shape) groups \(groups) \(window) \(String(describing: activation))"
      + " residual \(residual != nil)"
  }

  /// Each activation once.
  static let activations: [Activation] = [
    .relu, .relu6, .leakyReLU(slope: 0.2), .elu(alpha: 0.7), .selu, .gelu, .approximateGELU, .silu, .hardSwish, .mish,
    .sigmoid, .hardSigmoid, .tanh(gain: 1.7159, slope: 2.0 / 3), .softplus(beta: 2, threshold: 1),
  ]

  /// A convolution of an input of `[images, channels, height, width]`.
  init(
    _ shape: [Int], outputs: Int, window: SlidingWindow, groups: Int = 1, using random: inout SeededGenerator
  ) {
    input = .random(shape, using: &random)
    weight = .random(
      [outputs, shape[1] / groups, window.vertical.kernel, window.horizontal.kernel], using: &random)
    (self.window, self.groups) = (window, groups)
  }

  var outputShape: [Int] {
    [input.shape[0], weight.shape[0], window.vertical.outputs, window.horizontal.outputs]
  }

  /// With each part of the epilogue at random.
  mutating func addRandomEpilogue(using random: inout SeededGenerator) {
    let outputs = weight.shape[0]
    if Bool.random(using: &random) { bias = Tensor.random([outputs], using: &random).elements }
    if Bool.random(using: &random) { scale = Tensor.random([outputs], in: 0.5...2, using: &random).elements }
    if Bool.random(using: &random) { residual = .random(outputShape, using: &random) }
    activation = [nil, .relu, .relu6, .leakyReLU(slope: 0.1)].randomElement(using: &random) ?? nil
  }

  /// What the plain path gives.
  var expected: Tensor {
    let area = weight.count / weight.shape[0]
    let scaled = scale.map { scale in
      Tensor(weight.elements.enumerated().map { $0.element * scale[$0.offset / area] }, shape: weight.shape)
    }
    var sum = Plain.conv2D(
      input, weight: scaled ?? weight, bias: bias.map { Tensor($0) }, window: window, groups: groups)
    if let residual {
      sum = Tensor(zip(sum.elements, residual.elements).map { $0 + $1 }, shape: sum.shape)
    }
    return activation.map { Plain.activate(sum, $0) } ?? sum
  }

  /// The convolution for values with `gap` floats between images.
  func convolution(gap: Int) -> Convolution {
    Convolution(
      input: BlockedMemory(input.shape, gap: gap).maps, output: BlockedMemory(outputShape, gap: gap).maps,
      window: window, groups: groups,
      epilogue: Epilogue(
        activation: activation,
        residualImageStride: residual.map { BlockedMemory($0.shape, gap: gap).maps.imageStride }))
  }

  /// Runs a kernel with one to `workers` workers and compares with the plain path, and the workers' bits.
  func check(
    _ kernel: any Kernel, gap: Int, planar: Bool = false, tolerance: Double = 2e-6, workers: Int = 4,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let source = planar ? BlockedMemory(planar: input) : BlockedMemory(input, gap: gap)
    let added = residual.map { BlockedMemory($0, gap: gap) }
    let expected = expected
    var bits: BlockedMemory.Bits?
    for count in 1...workers {
      let output = BlockedMemory(outputShape, gap: gap)
      kernel.run(
        source, residual: added, into: output, weights: KernelWeights(weight: weight, scale: scale, bias: bias),
        workers: count)
      let error = output.tensor.error(to: expected)
      #expect(error < tolerance, "\(kernel.name), \(count) workers: \(self)", sourceLocation: sourceLocation)
      #expect(
        output.isGuardIntact && output.areSpareLanesFinite, "\(kernel.name): \(self)", sourceLocation: sourceLocation)
      if let bits { #expect(bits == output.bits, "\(kernel.name): \(self)", sourceLocation: sourceLocation) }
      bits = output.bits
    }
  }
}

extension SlidingWindow {
  /// A window over an input's size, rounding down.
  init(
    _ kernel: (Int, Int), stride: (Int, Int) = (1, 1), dilation: (Int, Int) = (1, 1), top: Int = 0, left: Int = 0,
    bottom: Int = 0, right: Int = 0, over size: (Int, Int)
  ) {
    func axis(_ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ after: Int, _ size: Int) -> Axis {
      Axis(
        kernel: kernel, stride: stride, dilation: dilation, before: before, after: after,
        outputs: (size + before + after - dilation * (kernel - 1) - 1) / stride + 1)
    }
    self.init(
      vertical: axis(kernel.0, stride.0, dilation.0, top, bottom, size.0),
      horizontal: axis(kernel.1, stride.1, dilation.1, left, right, size.1))
  }

  /// A square window whose padding keeps the size at stride 1.
  static func same(_ kernel: Int, stride: Int = 1, over size: (Int, Int)) -> SlidingWindow {
    let (before, after) = ((kernel - 1) / 2, kernel / 2)
    return SlidingWindow(
      (kernel, kernel), stride: (stride, stride), top: before, left: before, bottom: after, right: after, over: size)
  }
}

extension BlockedMemory {
  /// The elements of a tensor as they are, as the input of a network is.
  convenience init(planar tensor: Tensor) {
    self.init([1, tensor.count])
    tensor.withUnsafeBufferPointer { elements in
      for index in elements.indices { start[index] = elements[index] }
    }
  }
}
