import Tensors
import Testing

@testable import Kernels

@Suite("Winograd's method")
struct WinogradTests {
  /// A kernel and the tiles there are loops for.
  struct Kind: CustomStringConvertible {
    var kernel: (Int, Int)
    var tile: WinogradTile

    var description: String { "F(\(tile.rows)×\(tile.columns), \(kernel.0)×\(kernel.1))" }
  }

  static let kinds = [
    Kind(kernel: (3, 3), tile: .square(2)), Kind(kernel: (3, 3), tile: .square(4)),
    Kind(kernel: (3, 3), tile: .square(6)), Kind(kernel: (5, 5), tile: .square(4)),
    Kind(kernel: (1, 3), tile: WinogradTile(rows: 1, columns: 4)),
    Kind(kernel: (3, 1), tile: WinogradTile(rows: 4, columns: 1)),
    Kind(kernel: (1, 5), tile: WinogradTile(rows: 1, columns: 4)),
    Kind(kernel: (5, 1), tile: WinogradTile(rows: 4, columns: 1)),
    Kind(kernel: (1, 7), tile: WinogradTile(rows: 1, columns: 4)),
    Kind(kernel: (7, 1), tile: WinogradTile(rows: 4, columns: 1)),
  ]

  /// Sizes, paddings and epilogues at random; so many tiles that threads share one block, and more.
  @Test(arguments: kinds, 0..<5)
  func randomConfigurations(_ kind: Kind, _ seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    let longest = seed < 3 ? 12 : 25
    let size = (
      Int.random(in: kind.kernel.0...longest, using: &random), Int.random(in: kind.kernel.1...longest, using: &random)
    )
    let window = SlidingWindow(
      kind.kernel, top: .random(in: 0..<kind.kernel.0, using: &random),
      left: .random(in: 0..<kind.kernel.1, using: &random), bottom: .random(in: 0..<kind.kernel.0, using: &random),
      right: .random(in: 0..<kind.kernel.1, using: &random), over: size)
    var test = ConvolutionCase(
      [.random(in: 1...3, using: &random), .random(in: 1...20, using: &random), size.0, size.1],
      outputs: .random(in: 1...34, using: &random), window: window, using: &random)
    test.addRandomEpilogue(using: &random)
    try check(test, kind, gap: .random(in: 0...2, using: &random) * 16)
  }

  /// Around the width of a block.
  @Test(arguments: [15, 16, 17], [15, 17, 33])
  func channelsAroundTheBlock(_ inputs: Int, _ outputs: Int) throws {
    var random = SeededGenerator(state: 7)
    let test = ConvolutionCase([5, inputs, 4, 6], outputs: outputs, window: .same(3, over: (4, 6)), using: &random)
    try check(test, Kind(kernel: (3, 3), tile: .square(4)))
  }

  @Test(arguments: ConvolutionCase.activations)
  func activations(_ activation: Activation) throws {
    var random = SeededGenerator(state: 3)
    var test = ConvolutionCase([1, 5, 7, 7], outputs: 18, window: .same(3, over: (7, 7)), using: &random)
    (test.activation, test.residual) = (activation, .random(test.outputShape, using: &random))
    try check(test, Kind(kernel: (3, 3), tile: .square(2)))
  }

  private func check(_ test: ConvolutionCase, _ kind: Kind, gap: Int = 0) throws {
    for loops in availableLoops {
      let kernel = try #require(WinogradConvolution(test.convolution(gap: gap), tile: kind.tile, loops: loops))
      test.check(kernel, gap: gap, tolerance: 1e-5)
    }
  }

  /// Rectified inputs of 256 channels, as inside of a network: the error of good points.
  @Test(
    arguments: zip(kinds, [1e-6, 4e-6, 2e-5, 1.5e-5, 2e-6, 2e-6, 1e-5, 1e-5, 6e-6, 6e-6]))
  func accuracy(_ kind: Kind, _ bound: Double) throws {
    var random = SeededGenerator(state: 11)
    let size = (12, 12)
    let window = SlidingWindow(
      kind.kernel, top: kind.kernel.0 / 2, left: kind.kernel.1 / 2, bottom: kind.kernel.0 / 2,
      right: kind.kernel.1 / 2, over: size)
    var test = ConvolutionCase([1, 256, 12, 12], outputs: 16, window: window, using: &random)
    test.input = Plain.activate(test.input, .relu)
    let loops = try #require(InstructionSet.best.loops)
    let kernel = try #require(WinogradConvolution(test.convolution(gap: 0), tile: kind.tile, loops: loops))
    test.check(kernel, gap: 0, tolerance: bound, workers: 1)
  }

  /// G has a row for each point, the last for infinity, where only the kernel's last tap counts.
  @Test(arguments: [(2, 3), (4, 3), (6, 3), (4, 5), (2, 5), (4, 7)])
  func weightMatrix(_ outputs: Int, _ kernel: Int) throws {
    let transform = try #require(WinogradTransform(outputs: outputs, kernel: kernel))
    #expect(transform.count == outputs + kernel - 1)
    let matrix = transform.weightMatrix
    #expect(matrix.count == transform.count * kernel)
    let last: [Double] = Array(repeating: 0, count: kernel - 1) + [1]
    #expect(Array(matrix.suffix(kernel)) == last)
  }

  @Test func whatTheMethodIsNotFor() throws {
    var random = SeededGenerator(state: 1)
    let loops = try #require(InstructionSet.portable.loops)
    let strided = ConvolutionCase(
      [1, 16, 8, 8], outputs: 16, window: .same(3, stride: 2, over: (8, 8)), using: &random)
    #expect(WinogradConvolution(strided.convolution(gap: 0), tile: .square(4), loops: loops) == nil)
    let grouped = ConvolutionCase(
      [1, 32, 8, 8], outputs: 32, window: .same(3, over: (8, 8)), groups: 2, using: &random)
    #expect(WinogradConvolution(grouped.convolution(gap: 0), tile: .square(4), loops: loops) == nil)
    let large = ConvolutionCase([1, 16, 9, 9], outputs: 16, window: .same(7, over: (9, 9)), using: &random)
    #expect(WinogradConvolution(large.convolution(gap: 0), tile: .square(4), loops: loops) == nil)
  }
}
