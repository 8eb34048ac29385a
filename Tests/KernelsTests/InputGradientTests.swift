import SyntheticTensors
import Tensors
import Testing

@testable import Kernels

/// The gradient of a convolution's input against its definition in double precision.
@Suite struct InputGradientTests {
  private func definition(
    _ slopes: Tensor, _ weight: Tensor, shape: [Int], window: SlidingWindow, groups: Int
  ) -> [Double] {
    var result = [Double](repeating: 0, count: shape.reduce(1, *))
    let (down, across) = (window.vertical, window.horizontal)
    let (groupInputs, groupOutputs) = (shape[1] / groups, slopes.shape[1] / groups)
    let (dy, w) = (slopes.doubles, weight.doubles)
    for (index, slope) in dy.enumerated() {
      let (rest, column) = index.quotientAndRemainder(dividingBy: across.outputs)
      let (plane, row) = rest.quotientAndRemainder(dividingBy: down.outputs)
      let (image, output) = plane.quotientAndRemainder(dividingBy: slopes.shape[1])
      for channel in 0..<groupInputs {
        let input = output / groupOutputs * groupInputs + channel
        for ky in 0..<down.kernel {
          let y = down.start(of: row) + ky * down.dilation
          guard 0..<shape[2] ~= y else { continue }
          for kx in 0..<across.kernel {
            let x = across.start(of: column) + kx * across.dilation
            guard 0..<shape[3] ~= x else { continue }
            let tap = ((output * groupInputs + channel) * down.kernel + ky) * across.kernel + kx
            result[((image * shape[1] + input) * shape[2] + y) * shape[3] + x] += slope * w[tap]
          }
        }
      }
    }
    return result
  }

  private func check(
    _ shape: [Int], outputs: Int, window: SlidingWindow, groups: Int = 1, gap: Int = 0, seed: UInt64,
    tolerance: Double = 2e-6, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var random = SeededGenerator(state: seed)
    let slopes = Tensor.random(
      [shape[0], outputs, window.vertical.outputs, window.horizontal.outputs], using: &random)
    let weight = Tensor.random(
      [outputs, shape[1] / groups, window.vertical.kernel, window.horizontal.kernel], using: &random)
    let expected = definition(slopes, weight, shape: shape, window: window, groups: groups)
    let largest = expected.map { abs($0) }.max() ?? 0
    let gradient = BlockedMemory(slopes, gap: gap)
    for loops in availableLoops {
      var bits: BlockedMemory.Bits?
      for workers in 1...4 {
        let target = BlockedMemory(shape, gap: 2 * gap)
        let kernel = ConvolutionInputGradient(
          Convolution(input: target.maps, output: gradient.maps, window: window, groups: groups), loops: loops)
        let scratch = AlignedFloats(count: kernel.scratchCount(threads: workers))
        weight.withUnsafeBufferPointer { weight in
          guard let weight = weight.baseAddress else { return }
          withExtendedLifetime((gradient, target, scratch)) {
            KernelMemory.with([UnsafePointer(gradient.start), weight], [target.start], scratch: scratch.start) {
              for phase in 0..<kernel.phases {
                for worker in (0..<workers).reversed() {
                  kernel.run(phase: phase, memory: $0, worker: Worker(index: worker, count: workers))
                }
              }
            }
          }
        }
        let error = zip(target.tensor.elements, expected).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(
          error <= tolerance * largest,
          "\(kernel.name), \(loops.set), \(workers) workers: \(shape) → \(outputs), groups \(groups), \(window)",
          sourceLocation: sourceLocation)
        #expect(target.isGuardIntact && target.areSpareLanesFinite, "\(kernel.name)", sourceLocation: sourceLocation)
        if let bits { #expect(bits == target.bits, "\(kernel.name)", sourceLocation: sourceLocation) }
        bits = target.bits
      }
    }
  }

  /// Windows, strides, dilations and paddings at random.
  @Test(arguments: Draws.seeds(20))
  func randomConfigurations(seed: Int) {
    var random = SeededGenerator(state: UInt64(seed))
    let size = (Int.random(in: 1...9, using: &random), Int.random(in: 1...17, using: &random))
    let window = SlidingWindow(
      vertical: .random(over: size.0, using: &random), horizontal: .random(over: size.1, using: &random))
    check(
      [.random(in: 1...3, using: &random), .random(in: 1...34, using: &random), size.0, size.1],
      outputs: .random(in: 1...40, using: &random), window: window, gap: .random(in: 0...2, using: &random) * 16,
      seed: UInt64(seed) + 50, tolerance: 2e-5)
  }

  /// Padding that is wider than the window, and windows that leave rows out.
  @Test func unusualPadding() {
    check([2, 3, 5, 6], outputs: 4, window: SlidingWindow((1, 1), top: 2, left: 3, bottom: 1, over: (5, 6)), seed: 1)
    check(
      [2, 3, 5, 6], outputs: 4,
      window: SlidingWindow((2, 1), stride: (2, 3), top: 3, left: 4, bottom: 3, right: 1, over: (5, 6)), seed: 2)
    check([1, 5, 9, 9], outputs: 7, window: SlidingWindow((1, 1), stride: (3, 2), over: (9, 9)), seed: 3)
    check([1, 5, 9, 9], outputs: 7, window: SlidingWindow((2, 2), stride: (4, 5), over: (9, 9)), seed: 4)
    check(
      [1, 5, 9, 9], outputs: 7, window: SlidingWindow((3, 2), stride: (2, 2), dilation: (2, 3), top: 1, over: (9, 9)),
      seed: 5)
  }

  /// Groups of whole blocks, of parts of blocks, across blocks, and of one channel.
  @Test(
    arguments: [
      (2, 16, 16), (2, 32, 48), (3, 16, 5), (4, 5, 7), (5, 3, 16), (2, 40, 1), (8, 4, 4), (19, 1, 1), (6, 1, 2),
    ],
    [1, 2])
  func groups(_ shape: (Int, Int, Int), _ stride: Int) {
    let (groups, inputs, outputs) = shape
    check(
      [2, groups * inputs, 5, 6], outputs: groups * outputs, window: .same(3, stride: stride, over: (5, 6)),
      groups: groups, seed: UInt64(groups * 1000 + inputs))
  }

  /// Linear layers whose weights are read as they lie.
  @Test(arguments: [(16, 1), (32, 31), (400, 120), (208, 33), (64, 65)], [1, 7])
  func linear(_ sizes: (Int, Int), _ images: Int) {
    let (inputs, outputs) = sizes
    var random = SeededGenerator(state: UInt64(inputs))
    let slopes = Tensor.random([images, outputs], using: &random)
    let weight = Tensor.random([outputs, inputs], using: &random)
    let expected = Operations.LinearInputGradient().plain(
      Operands([DoubleTensor(converting: slopes)], weight: DoubleTensor(converting: weight)))
    let reads = [BlockedMemory(slopes, gap: 16, filler: .nan), BlockedMemory(rows: weight)]
    for loops in availableLoops {
      let found = runKernel(reads, writes: [[images, inputs]], gap: 32) {
        LinearInputGradient(gradient: reads[0].maps, output: $0[0], loops: loops)
      }[0]
      #expect(found.error(to: expected) < 2e-6, "\(inputs) ← \(outputs), \(images) images, \(loops.set)")
    }
  }

  /// Large enough for Winograd's method, whose rounding is larger.
  @Test func winograd() {
    let window = SlidingWindow.same(3, over: (20, 24))
    let maps = BlockedMaps(images: 2, channels: 64, height: 20, width: 24)
    for loops in availableLoops {
      let kernel = ConvolutionInputGradient(Convolution(input: maps, output: maps, window: window), loops: loops)
      #expect(kernel.name.contains("winograd"))
    }
    check([2, 64, 20, 24], outputs: 64, window: window, seed: 8, tolerance: 1e-5)
  }
}
