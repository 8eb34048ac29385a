import Tensors
import Testing

@testable import Kernels

@Suite("Strassen's method")
struct StrassenTests {
  private func check(_ test: ConvolutionCase, gap: Int = 0, tolerance: Double = 1e-5) throws {
    for loops in availableLoops {
      let kernel = try #require(StrassenConvolution(test.convolution(gap: gap), loops: loops))
      test.check(kernel, gap: gap, tolerance: tolerance, workers: 5)
    }
  }

  /// Sizes, strides and epilogues at random: of one chunk and of several, with odd numbers of pixels, and with blocks
  /// that are not full.
  @Test(arguments: 0..<24)
  func randomConfigurations(_ seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    let longest = seed % 3 == 0 ? 24 : 9
    let size = (Int.random(in: 1...longest, using: &random), Int.random(in: 1...longest, using: &random))
    let stride = (Int.random(in: 1...seed % 2 + 1, using: &random), Int.random(in: 1...seed % 2 + 1, using: &random))
    let channels = { (random: inout SeededGenerator) in
      32 * Int.random(in: 1...3, using: &random) - Int.random(in: 0...15, using: &random)
    }
    var test = ConvolutionCase(
      [.random(in: 1...3, using: &random), channels(&random), size.0, size.1], outputs: channels(&random),
      window: SlidingWindow((1, 1), stride: stride, over: size), using: &random)
    test.addRandomEpilogue(using: &random)
    try check(test, gap: .random(in: 0...2, using: &random) * 16)
  }

  /// Around a tile's pixels, and chunks of one pixel and of two.
  @Test(arguments: [1, 2, 3, 11, 12, 13, 27, 28, 29, 30])
  func pixelsAroundTheTile(_ pixels: Int) throws {
    var random = SeededGenerator(state: UInt64(pixels))
    var test = ConvolutionCase(
      [2, 32, 1, pixels], outputs: 96, window: SlidingWindow((1, 1), over: (1, pixels)), using: &random)
    test.residual = .random(test.outputShape, using: &random)
    try check(test, gap: 16)
  }

  @Test(arguments: ConvolutionCase.activations, [false, true])
  func activations(_ activation: Activation, _ addsResidual: Bool) throws {
    var random = SeededGenerator(state: 3)
    let window = SlidingWindow((1, 1), over: (3, 15))
    var test = ConvolutionCase([1, 20, 3, 15], outputs: 60, window: window, using: &random)
    test.activation = activation
    test.bias = Tensor.random([60], using: &random).elements
    if addsResidual { test.residual = .random(test.outputShape, using: &random) }
    try check(test)
  }

  /// A window that ends before the input does.
  @Test func unusedColumns() throws {
    var random = SeededGenerator(state: 9)
    var window = SlidingWindow((1, 1), over: (4, 5))
    (window.vertical.outputs, window.horizontal.outputs) = (3, 4)
    try check(ConvolutionCase([2, 32, 4, 5], outputs: 32, window: window, using: &random))
  }

  /// Of many inputs, as inside of a network, against sums in double precision.
  @Test func accuracy() throws {
    var random = SeededGenerator(state: 11)
    let (inputs, outputs, pixels) = (1472, 32, 14)
    var test = ConvolutionCase(
      [1, inputs, 2, 7], outputs: outputs, window: SlidingWindow((1, 1), over: (2, 7)), using: &random)
    test.input = Plain.activate(test.input, .relu)
    let (x, weight) = (test.input.elements, test.weight.elements)
    let expected = (0..<outputs).flatMap { output in
      (0..<pixels).map { pixel in
        (0..<inputs).reduce(0.0) { $0 + Double(weight[output * inputs + $1]) * Double(x[$1 * pixels + pixel]) }
      }
    }
    let largest = expected.map(abs).max() ?? 0
    for loops in availableLoops {
      let kernel = try #require(StrassenConvolution(test.convolution(gap: 0), loops: loops))
      let output = BlockedMemory(test.outputShape)
      kernel.run(BlockedMemory(test.input), into: output, weights: KernelWeights(weight: test.weight))
      let errors = zip(output.tensor.elements, expected).map { abs(Double($0) - $1) }
      #expect((errors.max() ?? .infinity) < 3e-6 * largest)
    }
  }

  /// Chunks hold every pixel once, and depend on the sizes alone.
  @Test(arguments: [(49, 1), (64, 1), (196, 2), (289, 3), (361, 4), (784, 8)])
  func chunks(_ pixels: Int, _ count: Int) throws {
    var random = SeededGenerator(state: 1)
    let test = ConvolutionCase(
      [3, 32, 1, pixels], outputs: 32, window: SlidingWindow((1, 1), over: (1, pixels)), using: &random)
    let layout = try #require(StrassenLayout(test.convolution(gap: 0), panelBlocks: 2))
    #expect(layout.chunksOfImage == count && layout.chunks == 3 * count)
    let chunks = (0..<layout.chunks).map(layout.chunk)
    #expect(chunks.flatMap(\.pixels) == (0..<3).flatMap { _ in 0..<pixels })
    #expect(chunks.map(\.image) == (0..<3).flatMap { Array(repeating: $0, count: count) })
    for chunk in chunks {
      #expect(chunk.half + chunk.rest == chunk.pixels.count && 0...1 ~= chunk.half - chunk.rest)
      #expect(chunk.half * BlockedMaps.lanes <= layout.blockStride)
    }
  }

  /// Inputs of so many channels that fewer pixels at a time stay in a near cache.
  @Test func manyChannelsInSmallChunks() throws {
    let maps = { BlockedMaps(images: 1, channels: $0, height: 10, width: 10) }
    let window = SlidingWindow((1, 1), over: (10, 10))
    let layout = try #require(
      StrassenLayout(Convolution(input: maps(8192), output: maps(32), window: window), panelBlocks: 1))
    #expect(layout.chunksOfImage == 6)
  }

  @Test func whatTheMethodIsNotFor() throws {
    var random = SeededGenerator(state: 1)
    let loops = try #require(InstructionSet.portable.loops)
    func kernel(_ channels: Int, _ outputs: Int, _ window: SlidingWindow, groups: Int = 1) -> StrassenConvolution? {
      let test = ConvolutionCase([1, channels, 8, 8], outputs: outputs, window: window, groups: groups, using: &random)
      return StrassenConvolution(test.convolution(gap: 0), loops: loops)
    }
    let window = SlidingWindow((1, 1), over: (8, 8))
    #expect(kernel(32, 32, window) != nil)
    #expect(kernel(48, 32, window) == nil && kernel(32, 48, window) == nil)
    #expect(kernel(64, 64, window, groups: 2) == nil)
    #expect(kernel(32, 32, .same(3, over: (8, 8))) == nil)
    #expect(kernel(32, 32, SlidingWindow((1, 1), top: 1, left: 1, over: (8, 8))) == nil)
  }
}
