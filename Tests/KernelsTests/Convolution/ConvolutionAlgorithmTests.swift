import Tensors
import Testing

@testable import Kernels

@Suite("Choice of a convolution's algorithm")
struct ConvolutionAlgorithmTests {
  private func convolution(
    _ channels: Int, at size: Int, to outputs: Int, _ kernel: (Int, Int), stride: Int = 1, groups: Int = 1
  ) -> Convolution {
    let window = SlidingWindow(
      kernel, stride: (stride, stride), top: kernel.0 / 2, left: kernel.1 / 2, bottom: kernel.0 / 2,
      right: kernel.1 / 2, over: (size, size))
    return Convolution(
      input: BlockedMaps(images: 1, channels: channels, height: size, width: size),
      output: BlockedMaps(
        images: 1, channels: outputs, height: window.vertical.outputs, width: window.horizontal.outputs),
      window: window, groups: groups)
  }

  @Test func ruleForThreeByThree() {
    let rule = { ConvolutionAlgorithm.rule(for: $0) }
    #expect(rule(convolution(64, at: 56, to: 64, (3, 3))) == .winograd(.square(6)))
    #expect(rule(convolution(256, at: 14, to: 256, (3, 3))) == .winograd(.square(4)))
    #expect(rule(convolution(512, at: 7, to: 512, (3, 3))) == .winograd(.square(2)))
    #expect(rule(convolution(64, at: 56, to: 64, (3, 3), stride: 2)) == .direct)
    #expect(rule(convolution(256, at: 7, to: 256, (3, 3))) == .winograd(.square(2)))
    #expect(rule(convolution(512, at: 28, to: 512, (3, 3))) == .winograd(.square(4)))
    // Nothing to gain from one output, nor from tiles that are mostly empty.
    #expect(rule(convolution(64, at: 1, to: 64, (3, 3))) == .direct)
  }

  /// A batch reads the weights once for all its images.
  @Test func batchesWantLargerTiles() {
    var batch = convolution(512, at: 7, to: 512, (3, 3))
    batch.input.images = 8
    batch.output.images = 8
    #expect(ConvolutionAlgorithm.rule(for: batch) == .winograd(.square(4)))
  }

  @Test func ruleForOtherKernels() {
    let rule = { ConvolutionAlgorithm.rule(for: $0) }
    #expect(rule(convolution(48, at: 35, to: 64, (5, 5))) == .winograd(.square(4)))
    #expect(rule(convolution(160, at: 17, to: 160, (1, 7))) == .winograd(WinogradTile(rows: 1, columns: 4)))
    #expect(rule(convolution(160, at: 17, to: 160, (7, 1))) == .winograd(WinogradTile(rows: 4, columns: 1)))
    #expect(rule(convolution(64, at: 17, to: 64, (1, 1))) == .direct)
    #expect(rule(convolution(64, at: 17, to: 64, (7, 7))) == .direct)
    #expect(rule(convolution(64, at: 1, to: 64, (1, 1))) == .linear)
    #expect(rule(convolution(64, at: 9, to: 64, (3, 3), groups: 64)) == .depthwise)
    #expect(rule(convolution(64, at: 9, to: 128, (3, 3), groups: 64)) == .grouped)
    #expect(rule(convolution(64, at: 9, to: 64, (3, 3), groups: 2)) == .direct)
  }

  /// Products of many inputs and outputs, whose maps are large enough for the weights, of which there are more.
  @Test func ruleForOneByOne() {
    let rule = { ConvolutionAlgorithm.rule(for: $0) }
    #expect(rule(convolution(728, at: 19, to: 728, (1, 1))) == .strassen)
    #expect(rule(convolution(1024, at: 14, to: 256, (1, 1))) == .strassen)
    #expect(rule(convolution(512, at: 28, to: 256, (1, 1))) == .strassen)
    #expect(rule(convolution(512, at: 28, to: 1024, (1, 1), stride: 2)) == .strassen)
    #expect(rule(convolution(256, at: 56, to: 64, (1, 1))) == .direct)
    #expect(rule(convolution(256, at: 14, to: 1024, (1, 1))) == .direct)
    #expect(rule(convolution(2080, at: 8, to: 1536, (1, 1))) == .direct)
    #expect(rule(convolution(720, at: 19, to: 720, (1, 1))) == .direct)
    #expect(rule(convolution(512, at: 4, to: 512, (1, 1))) == .direct)
    var small = convolution(512, at: 7, to: 2048, (1, 1))
    #expect(rule(small) == .direct)
    (small.input.images, small.output.images) = (8, 8)
    #expect(rule(small) == .strassen)
    #expect(ConvolutionAlgorithm.rule(for: small, allowsStrassen: false) == .direct)
  }

  @Test func withoutWinograd() {
    let convolution = convolution(64, at: 56, to: 64, (3, 3))
    #expect(ConvolutionAlgorithm.rule(for: convolution, allowsWinograd: false) == .direct)
    #expect(ConvolutionAlgorithm.rule(for: convolution, isPlanar: true) == .planar)
  }

  /// Every candidate makes a kernel of its own, and the rule's choice is one of them.
  @Test(arguments: [(3, 3), (5, 5), (1, 7), (3, 1), (1, 1), (2, 2)], [1, 4, 128])
  func candidates(_ kernel: (Int, Int), _ groups: Int) throws {
    let convolution = convolution(128, at: 9, to: 128, kernel, groups: groups)
    let loops = try #require(InstructionSet.portable.loops)
    let candidates = ConvolutionAlgorithm.candidates(for: convolution)
    #expect(Set(candidates.map { convolution.kernel($0, loops: loops).name }).count == candidates.count)
    #expect(candidates.contains(ConvolutionAlgorithm.rule(for: convolution)))
  }
}
