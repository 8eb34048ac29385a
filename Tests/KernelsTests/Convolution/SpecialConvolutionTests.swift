import Tensors
import Testing

@testable import Kernels

@Suite("Depthwise, grouped and first convolutions")
struct SpecialConvolutionTests {
  @Test(arguments: 0..<24)
  func depthwise(_ seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let size = (Int.random(in: 1...9, using: &random), Int.random(in: 1...17, using: &random))
    let window = SlidingWindow(
      vertical: .random(over: size.0, using: &random), horizontal: .random(over: size.1, using: &random))
    let channels = Int.random(in: 1...50, using: &random)
    var test = ConvolutionCase(
      [.random(in: 1...3, using: &random), channels, size.0, size.1], outputs: channels, window: window,
      groups: channels, using: &random)
    test.addRandomEpilogue(using: &random)
    checkDepthwise(test, gap: .random(in: 0...2, using: &random) * 16)
  }

  /// The windows that have loops of their own, at widths around their tiles.
  @Test(arguments: [3, 5], [1, 2])
  func depthwiseWindows(_ kernel: Int, _ stride: Int) {
    var random = SeededGenerator(state: UInt64(kernel + stride))
    for width in [1, 2, 5, 7, 9, 14, 17, 18, 19, 38] {
      let window = SlidingWindow.same(kernel, stride: stride, over: (4, width))
      var test = ConvolutionCase([1, 16, 4, width], outputs: 16, window: window, groups: 16, using: &random)
      test.addRandomEpilogue(using: &random)
      checkDepthwise(test)
    }
  }

  @Test(arguments: ConvolutionCase.activations)
  func depthwiseActivations(_ activation: Activation) {
    var random = SeededGenerator(state: 3)
    var test = ConvolutionCase(
      [1, 17, 3, 15], outputs: 17, window: .same(3, over: (3, 15)), groups: 17, using: &random)
    test.activation = activation
    checkDepthwise(test)
  }

  /// A window that lies in the padding alone gives the bias.
  @Test func depthwiseInThePadding() {
    var random = SeededGenerator(state: 3)
    let window = SlidingWindow((3, 3), top: 5, left: 4, bottom: 5, right: 4, over: (2, 2))
    var test = ConvolutionCase([1, 5, 2, 2], outputs: 5, window: window, groups: 5, using: &random)
    test.bias = [1, 2, 3, 4, 5]
    checkDepthwise(test)
  }

  /// The convolution for windows that see little but padding computes every other, too.
  @Test(arguments: 0..<24)
  func sparse(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let groups = [1, 1, 2, 5].randomElement(using: &random) ?? 1
    let (inputs, outputs) = (Int.random(in: 1...9, using: &random), Int.random(in: 1...9, using: &random))
    let window = SlidingWindow(
      vertical: .random(over: 6, using: &random), horizontal: .random(over: 7, using: &random))
    var test = ConvolutionCase(
      [1 + seed % 3, groups * inputs, 6, 7], outputs: groups * outputs, window: window, groups: groups, using: &random)
    test.addRandomEpilogue(using: &random)
    for loops in availableLoops {
      test.check(SparseConvolution(test.convolution(gap: 16), loops: loops), gap: 16, tolerance: 4e-6)
    }
  }

  private func checkDepthwise(_ test: ConvolutionCase, gap: Int = 0) {
    for loops in availableLoops { test.check(DepthwiseConvolution(test.convolution(gap: gap), loops: loops), gap: gap) }
  }

  /// Groups of inputs × outputs that share blocks.
  @Test(
    arguments: [(4, 4), (8, 8), (2, 2), (1, 1), (1, 2), (1, 3), (2, 4), (4, 8), (8, 32), (1, 20)], [1, 2, 3])
  func grouped(_ channels: (Int, Int), _ stride: Int) {
    var random = SeededGenerator(state: UInt64(channels.0 * 100 + channels.1 * 10 + stride))
    for (kernel, groups) in [(3, 9), (1, 4), (5, 8)] {
      let size = (Int.random(in: 3...6, using: &random), Int.random(in: 3...31, using: &random))
      let window = SlidingWindow.same(kernel, stride: stride, over: size)
      var test = ConvolutionCase(
        [.random(in: 1...2, using: &random), groups * channels.0, size.0, size.1], outputs: groups * channels.1,
        window: window, groups: groups, using: &random)
      test.addRandomEpilogue(using: &random)
      #expect(GroupedConvolution.supports(test.convolution(gap: 0)))
      for loops in availableLoops { test.check(GroupedConvolution(test.convolution(gap: 16), loops: loops), gap: 16) }
    }
  }

  @Test(arguments: [(3, 3), (16, 16), (4, 2), (8, 12)])
  func groupsThatDoNotFit(_ channels: (Int, Int)) {
    var random = SeededGenerator(state: 1)
    let test = ConvolutionCase(
      [1, 2 * channels.0, 3, 3], outputs: 2 * channels.1, window: .same(3, over: (3, 3)), groups: 2, using: &random)
    #expect(!GroupedConvolution.supports(test.convolution(gap: 0)))
  }

  @Test(arguments: 1...4, [1, 2, 3, 4])
  func planar(_ channels: Int, _ stride: Int) {
    var random = SeededGenerator(state: UInt64(channels * 10 + stride))
    for kernel in [1, 3, 7] {
      let size = (Int.random(in: 7...12, using: &random), Int.random(in: 7...31, using: &random))
      let window = SlidingWindow.same(kernel, stride: stride, over: size)
      var test = ConvolutionCase(
        [.random(in: 1...3, using: &random), channels, size.0, size.1], outputs: .random(in: 1...40, using: &random),
        window: window, using: &random)
      test.addRandomEpilogue(using: &random)
      for loops in availableLoops {
        test.check(PlanarConvolution(test.convolution(gap: 0), loops: loops), gap: 0, planar: true)
      }
    }
  }
}
