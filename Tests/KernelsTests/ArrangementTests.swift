import Kernels
import Testing

@testable import Tensors

@Suite("Arrangement by blocks")
struct ArrangementTests {
  private static func input(_ shape: [Int]) -> Tensor {
    var generator = SeededGenerator(state: UInt64(shape[1]))
    return Tensor.random(shape, using: &generator)
  }

  @Test(arguments: shapes, [0, 32])
  func channelSlices(shape: [Int], gap: Int) {
    let input = Self.input(shape)
    let channels = shape[1]
    let ranges = [0..<channels, channels / 2..<channels, 0..<(channels + 1) / 2, min(16, channels - 1)..<channels]
    for range in ranges {
      KernelCase(input: input, expected: Plain.channelSlice(input, channels: range), tolerance: 0).check(gap: gap) {
        ChannelMapKernel.slice(range, input: $0.input, output: $0.output, loops: $1)
      }
    }
  }

  @Test(arguments: shapes, [0, 32])
  func channelShufflesAndPadding(shape: [Int], gap: Int) {
    let input = Self.input(shape)
    for groups in 1...shape[1] where shape[1] % groups == 0 {
      KernelCase(input: input, expected: Plain.channelShuffle(input, groups: groups), tolerance: 0).check(gap: gap) {
        ChannelMapKernel.shuffle(groups: groups, input: $0.input, output: $0.output, loops: $1)
      }
    }
    for (before, after) in [(0, 0), (1, 3), (16, 0), (17, 20), (0, 16)] {
      let expected = Plain.padChannels(input, before: before, after: after)
      KernelCase(input: input, expected: expected, tolerance: 0).check(gap: gap) {
        ChannelMapKernel.pad(before: before, after: after, input: $0.input, output: $0.output, loops: $1)
      }
    }
  }

  @Test(arguments: shapes, [0, 32])
  func permutations(shape: [Int], gap: Int) {
    let input = Self.input(shape)
    for axes in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
      KernelCase(input: input, expected: Plain.permute(input, axes: axes), tolerance: 0).check(gap: gap) { maps, _ in
        PermuteKernel(axes: axes, input: maps.input, output: maps.output)
      }
    }
  }

  /// Parts that begin within blocks and end there, in any order of writing.
  @Test(arguments: [[16, 32, 16], [8, 8], [1, 15, 17, 3], [24, 40, 5], [5], [3, 3, 3, 3, 3, 3]], [0, 16])
  func concatAlongChannels(channels: [Int], gap: Int) {
    var generator = SeededGenerator(state: 5)
    let parts = channels.map { Tensor.random([2, $0, 3, 5], using: &generator) }
    let expected = Plain.concat(parts, axis: 1)
    for loops in availableLoops {
      for workers in 1...4 {
        for order in [Array(parts.indices), parts.indices.reversed()] {
          let target = BlockedMemory(expected.shape, gap: gap)
          for index in order {
            let source = BlockedMemory(parts[index], gap: gap)
            let offset = channels[..<index].reduce(0, +)
            ChannelMapKernel.copy(input: source.maps, output: target.maps, at: offset, loops: loops)
              .run(source, into: target, workers: workers)
          }
          #expect(target.tensor == expected)
          #expect(target.areSpareLanesFinite && target.isGuardIntact)
        }
      }
    }
  }

  @Test(arguments: [0, 2, 3], [1, 2, 3, 4])
  func concatAlongOtherAxes(axis: Int, workers: Int) {
    var generator = SeededGenerator(state: 5)
    let parts = [2, 1, 3].map { size -> Tensor in
      var shape = [2, 17, 4, 3]
      shape[axis] = size
      return Tensor.random(shape, using: &generator)
    }
    let expected = Plain.concat(parts, axis: axis)
    let target = BlockedMemory(expected.shape, gap: 16)
    var offset = 0
    for part in parts {
      let source = BlockedMemory(part, gap: 32)
      let origin = (image: axis == 0 ? offset : 0, row: axis == 2 ? offset : 0, column: axis == 3 ? offset : 0)
      PixelMapKernel.copy(input: source.maps, output: target.maps, at: origin).run(
        source, into: target, workers: workers)
      offset += part.shape[axis]
    }
    #expect(target.tensor == expected)
    #expect(target.areSpareLanesFinite && target.isGuardIntact)
  }

  @Test(arguments: shapes)
  func crops(shape: [Int]) {
    let input = Self.input(shape)
    let (rows, columns) = (shape[2] / 3..<shape[2], 0..<(shape[3] + 1) / 2)
    KernelCase(input: input, expected: Plain.crop(input, rows: rows, columns: columns), tolerance: 0).check(gap: 16) {
      places, _ in
      PixelMapKernel.crop(rows: rows, columns: columns, input: places.input, output: places.output)
    }
  }

  @Test(arguments: shapes, [.constant(0), .constant(-2.5), .reflect, .replicate, .circular] as [PadMode])
  func padding(shape: [Int], mode: PadMode) {
    let input = Self.input(shape)
    for wanted in [(0, 0, 0, 0), (1, 0, 2, 3), (2, 2, 1, 0)] {
      // No more than the maps have.
      let (rows, columns) = (shape[2] - 1, shape[3] - 1)
      let (top, bottom, left, right) = (
        min(wanted.0, rows), min(wanted.1, rows), min(wanted.2, columns), min(wanted.3, columns)
      )
      let expected = Plain.pad(input, top: top, bottom: bottom, left: left, right: right, mode: mode)
      KernelCase(input: input, expected: expected, tolerance: 0).check(gap: 16) { places, _ in
        PixelMapKernel.pad(top: top, left: left, mode: mode, input: places.input, output: places.output)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4], [1, 3, 15, 16, 17])
  func pixelShuffles(block: Int, channels: Int) {
    let spread = Self.input([2, channels, 3 * block, 2 * block])
    let packed = Plain.spaceToDepth(spread, block: block)
    KernelCase(input: spread, expected: packed, tolerance: 0).check(gap: 32) {
      PixelShuffleKernel(input: $0.input, output: $0.output, block: block, packs: true, loops: $1)
    }
    KernelCase(input: packed, expected: spread, tolerance: 0).check(gap: 32) {
      PixelShuffleKernel(input: $0.input, output: $0.output, block: block, packs: false, loops: $1)
    }
  }

  @Test(
    arguments: [
      ([2, 17, 3, 5], [2, 255]), ([2, 255], [2, 17, 3, 5]), ([3, 16, 2, 2], [3, 4, 4, 4]),
      ([1, 40, 1, 6], [1, 6, 40, 1]),
      ([5, 1, 7, 7], [5, 49, 1, 1]), ([2, 3, 4, 5], [2, 20, 1, 3]),
    ])
  func reshapes(from shape: [Int], to other: [Int]) {
    let input = Self.input(shape)
    KernelCase(input: input, expected: input.reshaped(to: other), tolerance: 0).check(gap: 16) { places, _ in
      ReshapeKernel(input: places.input, output: places.output)
    }
  }

  @Test(arguments: shapes, [.nearest, .bilinear, .bicubic] as [Interpolation])
  func upsampling(shape: [Int], mode: Interpolation) {
    let input = Self.input(shape)
    let (height, width) = (shape[2], shape[3])
    let sizes: [(Int, Int, Double?)] = [
      (height * 2, width * 2, 2), (height * 3, width * 3, nil), (height + 2, width * 2 + 1, nil), (1, 2, nil),
      (height * 5 / 2, width * 5 / 2, 2.5), (height, width, 1),
    ]
    for (height, width, factor) in sizes where height > 0 && width > 0 {
      for alignCorners in mode == .nearest ? [false] : [false, true] {
        let expected = Plain.upsample(
          input, height: height, width: width, factor: factor, mode: mode, alignCorners: alignCorners)
        KernelCase(input: input, expected: expected).check(gap: 16) {
          UpsampleKernel(
            input: $0.input, output: $0.output, factor: factor, mode: mode, alignCorners: alignCorners, loops: $1)
        }
      }
    }
  }

  /// Volumes of four slices: taps beside them, strides that skip slices, several channels in a block.
  @Test(arguments: [1, 3, 8, 16, 17, 40], [(1, 1, 0), (3, 1, 1), (3, 2, 1), (2, 2, 0), (2, 3, 2)])
  func volumes(channels: Int, window: (kernel: Int, stride: Int, padding: Int)) {
    let input = Self.input([2, channels, 4 * 3, 5])
    let axis = SlidingWindow.Axis(
      kernel: window.kernel, stride: window.stride, before: window.padding, after: window.padding,
      outputs: (4 + 2 * window.padding - window.kernel) / window.stride + 1)
    let slices = Plain.unfoldDepth(input, depth: 4, window: axis)
    KernelCase(input: input, expected: slices, tolerance: 0).check(gap: 16) { places, _ in
      DepthUnfoldKernel(input: places.input, output: places.output, depth: 4, window: axis)
    }
    let bias = Tensor((0..<channels).map { Float($0) / 8 - 1 })
    for bias in [nil, bias] {
      let sums = Plain.sumDepth(slices, bias: bias, depth: 4, window: axis)
      let test = KernelCase(input: slices, expected: sums, weights: KernelWeights(bias: bias?.elements), tolerance: 0)
      test.check(gap: 16) { places, _ in
        DepthSumKernel(input: places.input, output: places.output, depth: 4, window: axis)
      }
    }
  }
}
