import SyntheticTensors
import Tensors
import Testing

@testable import Kernels

/// The kernels of gradients against sums in double precision.
@Suite struct WeightGradientTests {
  /// Runs a kernel with one to four workers on each instruction set; the same bits for all of them, and nothing written
  /// beside the gradient.
  private func check(
    _ input: Tensor, _ slopes: Tensor, expected: [Double], gap: Int = 0, tolerance: Double = 2e-6,
    _ place: String = "", sourceLocation: SourceLocation = #_sourceLocation,
    _ make: (BlockedMaps, BlockedMaps, Loops) -> any Kernel
  ) {
    let (source, gradient) = (BlockedMemory(input, gap: gap), BlockedMemory(slopes, gap: 2 * gap, filler: -3.5))
    let largest = expected.map { abs($0) }.max() ?? 0
    for loops in availableLoops {
      var first: [Float] = []
      for workers in 1...4 {
        let kernel = make(source.maps, gradient.maps, loops)
        let target = AlignedFloats(count: expected.count + 1)
        let scratch = AlignedFloats(count: kernel.scratchCount(threads: workers))
        withExtendedLifetime((source, gradient, target, scratch)) {
          KernelMemory.with(
            [UnsafePointer(source.start), UnsafePointer(gradient.start)], [target.start], scratch: scratch.start
          ) { memory in
            for phase in 0..<kernel.phases {
              for worker in (0..<workers).reversed() {
                kernel.run(phase: phase, memory: memory, worker: Worker(index: worker, count: workers))
              }
            }
          }
        }
        let found = Array(UnsafeBufferPointer(start: target.start, count: expected.count))
        if workers == 1 {
          first = found
          let error = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
          #expect(
            found.allSatisfy(\.isFinite) && error <= tolerance * largest, "\(kernel.name) with \(loops.set), \(place)",
            sourceLocation: sourceLocation)
          #expect(target.start[expected.count].isNaN, "\(kernel.name), \(place)", sourceLocation: sourceLocation)
        }
        #expect(
          zip(found, first).allSatisfy { $0.bitPattern == $1.bitPattern }, "\(kernel.name), \(workers) workers",
          sourceLocation: sourceLocation)
      }
    }
  }

  /// `dw[o, c, y, x]`, from its definition.
  private func definition(_ input: Tensor, _ slopes: Tensor, _ window: SlidingWindow, groups: Int) -> [Double] {
    let (height, width) = (input.shape[2], input.shape[3])
    let (groupInputs, groupOutputs) = (input.shape[1] / groups, slopes.shape[1] / groups)
    let (down, across) = (window.vertical, window.horizontal)
    let (x, dy) = (input.elements, slopes.elements)
    var result: [Double] = []
    for output in 0..<slopes.shape[1] {
      for channel in 0..<groupInputs {
        let plane = output / groupOutputs * groupInputs + channel
        for ky in 0..<down.kernel {
          for kx in 0..<across.kernel {
            var sum = 0.0
            for image in 0..<input.shape[0] {
              for row in 0..<down.outputs {
                let y = down.start(of: row) + ky * down.dilation
                guard 0..<height ~= y else { continue }
                for column in 0..<across.outputs {
                  let at = across.start(of: column) + kx * across.dilation
                  guard 0..<width ~= at else { continue }
                  let place = ((image * input.shape[1] + plane) * height + y) * width + at
                  let slope = ((image * slopes.shape[1] + output) * down.outputs + row) * across.outputs + column
                  sum += Double(x[place]) * Double(dy[slope])
                }
              }
            }
            result.append(sum)
          }
        }
      }
    }
    return result
  }

  private func check(
    _ shape: [Int], outputs: Int, window: SlidingWindow, groups: Int = 1, gap: Int = 0, seed: UInt64,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var random = SeededGenerator(state: seed)
    let input = Tensor.random(shape, using: &random)
    let slopes = Tensor.random(
      [shape[0], outputs, window.vertical.outputs, window.horizontal.outputs], using: &random)
    check(
      input, slopes, expected: definition(input, slopes, window, groups: groups), gap: gap,
      "\(shape) → \(outputs), groups \(groups), \(window)", sourceLocation: sourceLocation
    ) { source, gradient, loops in
      let convolution = Convolution(input: source, output: gradient, window: window, groups: groups)
      return groups > 1 && groups == shape[1] && groups == outputs
        ? DepthwiseWeightGradient(convolution, loops: loops) : ConvolutionWeightGradient(convolution, loops: loops)
    }
  }

  /// Winograd's method, with each of its tiles, in one chunk and in several.
  @Test(arguments: Draws.seeds(18))
  func winograd(seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    let (kernel, tile) = [(3, 2), (3, 4), (5, 4)][seed % 3]
    let images = [1, 2, 7].randomElement(using: &random) ?? 1
    let (inputs, outputs) = (Int.random(in: 1...35, using: &random), Int.random(in: 1...35, using: &random))
    let size = (Int.random(in: kernel...15, using: &random), Int.random(in: kernel...11, using: &random))
    func axis(_ size: Int) -> SlidingWindow.Axis {
      let before = Int.random(in: 0..<kernel, using: &random)
      let after = Int.random(in: 0..<kernel, using: &random)
      return SlidingWindow.Axis(
        kernel: kernel, before: before, after: after, outputs: size + before + after - kernel + 1)
    }
    let window = SlidingWindow(vertical: axis(size.0), horizontal: axis(size.1))
    let input = Tensor.random([images, inputs, size.0, size.1], using: &random)
    let slopes = Tensor.random([images, outputs, window.vertical.outputs, window.horizontal.outputs], using: &random)
    let expected = definition(input, slopes, window, groups: 1)
    for mostTiles in [1, 5, Int.max] {
      check(
        input, slopes, expected: expected, gap: 16 * (seed % 2), tolerance: 1e-5,
        "\(input.shape) → \(outputs), \(window), tile \(tile)"
      ) { source, gradient, loops in
        let convolution = Convolution(input: source, output: gradient, window: window)
        guard let layout = WinogradGradientLayout(convolution, tile: tile, mostTiles: mostTiles) else {
          Issue.record("there is no layout for \(window)")
          return ConvolutionWeightGradient(convolution, loops: loops)
        }
        return WinogradWeightGradient(convolution, layout, loops: loops)
      }
    }
  }

  /// The method is chosen where it saves time, and no other convolution takes it.
  @Test func winogradIsChosen() {
    func kernel(_ size: Int, _ channels: Int, _ window: SlidingWindow, groups: Int = 1) -> WinogradWeightGradient? {
      let input = BlockedMaps(images: 32, channels: channels, height: size, width: size)
      let output = BlockedMaps(
        images: 32, channels: channels, height: window.vertical.outputs, width: window.horizontal.outputs)
      return WinogradWeightGradient(
        Convolution(input: input, output: output, window: window, groups: groups), loops: availableLoops[0])
    }
    #expect(kernel(28, 64, .same(3, over: (28, 28)))?.name == "weight gradient 3×3 by winograd F(4)")
    #expect(kernel(2, 512, .same(3, over: (2, 2)))?.name == "weight gradient 3×3 by winograd F(2)")
    #expect(kernel(27, 96, .same(5, over: (27, 27)))?.name == "weight gradient 5×5 by winograd F(4)")
    #expect(kernel(28, 3, .same(3, over: (28, 28))) == nil)
    #expect(kernel(28, 64, .same(3, stride: 2, over: (28, 28))) == nil)
    #expect(kernel(28, 64, .same(3, over: (28, 28)), groups: 4) == nil)
    #expect(kernel(28, 64, .same(1, over: (28, 28))) == nil)
  }

  /// Windows, strides, dilations and paddings at random.
  @Test(arguments: Draws.seeds(12))
  func randomConfigurations(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let size = (Int.random(in: 1...9, using: &random), Int.random(in: 1...17, using: &random))
    let window = SlidingWindow(
      vertical: .random(over: size.0, using: &random), horizontal: .random(over: size.1, using: &random))
    check(
      [.random(in: 1...3, using: &random), .random(in: 1...34, using: &random), size.0, size.1],
      outputs: .random(in: 1...50, using: &random), window: window,
      gap: .random(in: 0...2, using: &random) * 16, seed: UInt64(seed) + 100)
  }

  /// Around the width of a block and around the sums that registers hold, of inputs and outputs.
  @Test(arguments: [1, 2, 3, 4, 6, 7, 8, 9, 15, 16, 17], [1, 15, 16, 17, 32, 33])
  func channels(_ inputs: Int, _ outputs: Int) {
    check(
      [2, inputs, 3, 4], outputs: outputs, window: .same(3, over: (3, 4)), seed: UInt64(inputs * 100 + outputs))
  }

  /// More rows than a run has, and rows longer than one.
  @Test(arguments: [(40, 9), (3, 131)])
  func runsOfRows(_ height: Int, _ width: Int) {
    check([2, 5, height, width], outputs: 18, window: .same(3, over: (height, width)), seed: 4)
    check([2, 5, height, width], outputs: 18, window: .same(3, stride: 2, over: (height, width)), seed: 5)
  }

  /// More images than one round copies.
  @Test func batchesInRounds() {
    let window = SlidingWindow.same(3, over: (40, 20))
    check([9, 208, 40, 20], outputs: 3, window: window, seed: 5)
    let padded = PaddedInput(BlockedMaps(images: 9, channels: 208, height: 40, width: 20), window: window)
    #expect(padded.rounds > 1)
  }

  /// Groups of whole blocks, of parts of blocks, and across blocks.
  @Test(arguments: [(2, 16, 16), (2, 32, 48), (3, 16, 5), (2, 24, 24), (4, 5, 7), (5, 3, 16), (2, 40, 1), (8, 4, 4)])
  func groups(_ groups: Int, _ inputs: Int, _ outputs: Int) {
    check(
      [2, groups * inputs, 4, 5], outputs: groups * outputs, window: .same(3, over: (4, 5)), groups: groups,
      seed: UInt64(groups * 1000 + inputs))
  }

  /// Each channel by itself, with more taps than there are registers too.
  @Test(arguments: [1, 3, 5, 7], [5, 16, 33])
  func depthwise(_ kernel: Int, _ channels: Int) {
    for stride in 1...2 {
      check(
        [3, channels, 7, 9], outputs: channels, window: .same(kernel, stride: stride, over: (7, 9)), groups: channels,
        gap: 16, seed: UInt64(kernel))
    }
  }

  /// Batches around what registers hold, vectors around the block.
  @Test(arguments: [1, 2, 7, 32], [(1, 1), (15, 17), (16, 16), (33, 70), (130, 9)])
  func linear(_ images: Int, _ sizes: (Int, Int)) {
    var random = SeededGenerator(state: UInt64(images))
    let input = Tensor.random([images, sizes.0], using: &random)
    let slopes = Tensor.random([images, sizes.1], using: &random)
    let (x, dy) = (input.elements, slopes.elements)
    let expected = (0..<sizes.1).flatMap { output in
      (0..<sizes.0).map { channel in
        (0..<images).reduce(0.0) {
          $0 + Double(x[$1 * sizes.0 + channel]) * Double(dy[$1 * sizes.1 + output])
        }
      }
    }
    check(input, slopes, expected: expected, gap: 32, "\(images) vectors \(sizes)") { source, gradient, loops in
      LinearWeightGradient(input: source, gradient: gradient, loops: loops)
    }
  }
}
