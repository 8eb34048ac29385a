import SyntheticTensors
import Tensors
import Testing

@testable import Kernels

@Suite("Direct convolution")
struct DirectConvolutionTests {
  private func check(_ test: ConvolutionCase, gap: Int = 0) {
    for loops in availableLoops { test.check(DirectConvolution(test.convolution(gap: gap), loops: loops), gap: gap) }
  }

  /// Windows, strides, dilations, paddings and epilogues at random.
  @Test(arguments: Draws.seeds(16))
  func randomConfigurations(_ seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let size = (Int.random(in: 1...9, using: &random), Int.random(in: 1...17, using: &random))
    let window = SlidingWindow(
      vertical: .random(over: size.0, using: &random), horizontal: .random(over: size.1, using: &random))
    var test = ConvolutionCase(
      [.random(in: 1...3, using: &random), .random(in: 1...34, using: &random), size.0, size.1],
      outputs: .random(in: 1...50, using: &random), window: window, using: &random)
    test.addRandomEpilogue(using: &random)
    check(test, gap: .random(in: 0...2, using: &random) * 16)
  }

  /// Around the width of a block, inputs and outputs.
  @Test(arguments: [15, 16, 17], [15, 16, 17, 31, 33])
  func channelsAroundTheBlock(_ inputs: Int, _ outputs: Int) {
    var random = SeededGenerator(state: UInt64(inputs * 100 + outputs))
    var test = ConvolutionCase(
      [2, inputs, 3, 3], outputs: outputs, window: SlidingWindow((1, 1), over: (3, 3)), using: &random)
    test.addRandomEpilogue(using: &random)
    check(test)
  }

  /// Around the pixels of a tile, as rows of a 1×1 and of a 3×3 convolution.
  @Test(arguments: [6, 7, 8, 13, 14, 15, 29], [1, 3])
  func pixelsAroundTheTile(_ pixels: Int, _ kernel: Int) {
    var random = SeededGenerator(state: UInt64(pixels))
    let window = SlidingWindow.same(kernel, over: (2, pixels))
    var test = ConvolutionCase([1, 16, 2, pixels], outputs: 48, window: window, using: &random)
    test.addRandomEpilogue(using: &random)
    check(test)
  }

  /// More images than one round copies.
  @Test func batchesInRounds() {
    var random = SeededGenerator(state: 5)
    let test = ConvolutionCase(
      [5, 20, 5, 4], outputs: 17, window: .same(3, stride: 2, over: (5, 4)), using: &random)
    check(test, gap: 16)
    let padded = PaddedInput(
      BlockedMaps(images: 5, channels: 512, height: 40, width: 20), window: .same(3, over: (40, 20)))
    #expect(padded.rounds == 3 && padded.phases == 6 && padded.images(ofPhase: 5) == 4..<5)
  }

  /// An input that is read in parts, for it fits no near cache and panels are many.
  @Test func inputsInParts() throws {
    var random = SeededGenerator(state: 6)
    let window = SlidingWindow((1, 1), over: (40, 45))
    let test = ConvolutionCase([2, 64, 40, 45], outputs: 130, window: window, using: &random)
    let loops = try #require(InstructionSet.best.loops)
    test.check(DirectConvolution(test.convolution(gap: 16), loops: loops), gap: 16, workers: 2)
  }

  /// Strides that have a microkernel of their own and others, without padding.
  @Test(arguments: 1...4)
  func pointwiseStrides(_ stride: Int) {
    var random = SeededGenerator(state: UInt64(stride))
    let window = SlidingWindow((1, 1), stride: (stride, stride), over: (9, 31))
    check(ConvolutionCase([2, 17, 9, 31], outputs: 33, window: window, using: &random))
  }

  /// A window that ends before the input does, as rounding down leaves it.
  @Test func unusedColumns() {
    var random = SeededGenerator(state: 9)
    let window = SlidingWindow((2, 3), stride: (3, 3), top: 1, left: 2, over: (9, 9))
    check(ConvolutionCase([1, 3, 9, 9], outputs: 5, window: window, using: &random))
    var narrow = SlidingWindow((1, 1), over: (4, 5))
    (narrow.vertical.outputs, narrow.horizontal.outputs) = (3, 5)
    check(ConvolutionCase([2, 16, 4, 5], outputs: 16, window: narrow, using: &random))
  }

  /// Groups of whole blocks, of parts of blocks, and across blocks.
  @Test(arguments: [(2, 16, 16), (2, 32, 48), (3, 16, 5), (2, 24, 24), (4, 5, 7), (5, 3, 16), (2, 40, 1)])
  func groups(_ groups: Int, _ inputs: Int, _ outputs: Int) {
    var random = SeededGenerator(state: UInt64(groups * 1000 + inputs))
    var test = ConvolutionCase(
      [2, groups * inputs, 4, 5], outputs: groups * outputs, window: .same(3, over: (4, 5)), groups: groups,
      using: &random)
    test.addRandomEpilogue(using: &random)
    check(test)
  }

  /// Activations in registers and in a second pass.
  @Test(arguments: ConvolutionCase.activations)
  func activations(_ activation: Activation) {
    var random = SeededGenerator(state: 3)
    var test = ConvolutionCase([1, 8, 3, 15], outputs: 40, window: .same(3, over: (3, 15)), using: &random)
    test.activation = activation
    test.residual = .random(test.outputShape, using: &random)
    check(test)
  }
}
