import Random
import Tensors
import Testing

@testable import Kernels

/// Losses, masks and sums of gradients against the operations' definitions in double precision.
@Suite struct LossKernelTests {
  private static let images = [1, 7]

  /// Vectors and maps with classes, shares, weights and smoothing.
  @Test(arguments: shapes, [false, true])
  func crossEntropy(shape: [Int], hasWeights: Bool) {
    var random = SeededGenerator(state: UInt64(shape[1] + shape[2]))
    let vector = [shape[0], shape[1]]
    for (shape, areShares, smoothing) in [
      (vector, false, 0.0), (vector, true, 0.1), (shape, false, 0.1), (shape, true, 0), (shape, false, 0),
    ] {
      let logits = Tensor.random(shape, in: -9...9, using: &random)
      let labelShape = areShares ? shape : [shape[0]] + shape.dropFirst(2)
      let labels = Tensor(
        (0..<labelShape.reduce(1, *)).map { _ in
          areShares ? Float.random(in: 0...1, using: &random) : Float(Int.random(in: 0..<shape[1], using: &random))
        }, shape: labelShape)
      let weights = hasWeights ? Tensor.random([shape[1]], in: 0.5...2, using: &random) : nil
      let slope = Tensor([1.75])
      let operation = Operations.CrossEntropy(smoothing: smoothing)
      let double = Operands(
        [logits, labels].map { DoubleTensor(converting: $0) }, weight: weights.map { DoubleTensor(converting: $0) })
      let loss = operation.plain(double)
      let slopes = Operations.CrossEntropyGradient(smoothing: smoothing).plain(
        Operands(double.inputs + [DoubleTensor(converting: slope)], weight: double.weight))
      let label = areShares ? BlockedMemory(labels, gap: 16) : BlockedMemory(classes: labels)
      let reads = [BlockedMemory(logits, gap: 32, filler: 900), label]
      let factors = weights.map { [BlockedMemory($0.reshaped(to: [1, shape[1]]), filler: .nan)] } ?? []
      for loops in availableLoops {
        func kernel(_ gradient: BlockedMaps?) -> CrossEntropyKernel {
          CrossEntropyKernel(
            logits: reads[0].maps, labels: label.maps, areShares: areShares, gradient: gradient,
            hasWeights: hasWeights, smoothing: smoothing, loops: loops)
        }
        let place = "\(shape), shares: \(areShares), weights: \(hasWeights), \(loops.set)"
        let found = runKernel(reads + factors, writes: [[1, 1]]) { _ in kernel(nil) }[0]
        #expect(found.error(to: loss) < 2e-6, "loss of \(place)")
        let gradient = [BlockedMemory(slope.reshaped(to: [1, 1]))]
        let made = runKernel(reads + gradient + factors, writes: [shape], gap: 48) { kernel($0[0]) }[0]
        #expect(made.error(to: slopes) < 2e-6, "gradient of \(place)")
      }
    }
  }

  /// A class for each pixel of volumes and signals, which lie otherwise than those of maps.
  @Test(arguments: shapes, [false, true])
  func crossEntropyOfVolumesAndSignals(shape: [Int], isSignal: Bool) {
    var random = SeededGenerator(state: UInt64(shape[1] + shape[2]))
    let (images, channels, depth) = (shape[0], shape[1], isSignal ? 1 : 1 + shape[1] * 7 % 19)
    let height = isSignal ? 1 : shape[2]
    let logits = Tensor.random([images, channels, depth * height, shape[3]], in: -9...9, using: &random)
    let count = images * depth * height * shape[3]
    let classes = (0..<count).map { _ in Float(Int.random(in: 0..<channels, using: &random)) }
    let labels = Tensor(classes, shape: [images, depth * height, shape[3]])
    let slope = Tensor([1.75])
    let inputs = [logits, labels].map { DoubleTensor(converting: $0) }
    let loss = Operations.CrossEntropy(smoothing: 0.1).plain(Operands(inputs))
    let slopes = Operations.CrossEntropyGradient(smoothing: 0.1).plain(
      Operands(inputs + [DoubleTensor(converting: slope)]))
    let label = BlockedMemory(
      labels.reshaped(to: isSignal ? [images, shape[3]] : [images, depth, height, shape[3]]), gap: 16)
    let reads = [BlockedMemory(logits, gap: 32, filler: 900), label]
    for loops in availableLoops {
      func kernel(_ gradient: BlockedMaps?) -> CrossEntropyKernel {
        CrossEntropyKernel(
          logits: reads[0].maps, labels: label.maps, areShares: false, gradient: gradient, hasWeights: false,
          smoothing: 0.1, loops: loops)
      }
      let found = runKernel(reads, writes: [[1, 1]]) { _ in kernel(nil) }[0]
      #expect(found.error(to: loss) < 2e-6, "loss of \(logits.shape), \(loops.set)")
      let made = runKernel(reads + [BlockedMemory(rows: slope)], writes: [logits.shape], gap: 48) { kernel($0[0]) }[0]
      #expect(made.error(to: slopes) < 2e-6, "gradient of \(logits.shape), \(loops.set)")
    }
  }

  /// The same elements as by the definition, of which the numbers are exact.
  @Test(arguments: shapes, [false, true])
  func randomMasks(shape: [Int], isPerImage: Bool) {
    var random = SeededGenerator(state: 3)
    let input = Tensor.random(shape, using: &random)
    for (rate, step) in [(0.5, 0), (0.1, 1), (0.9, 0x123_4567_89AB), (0, 7), (1, 7), (1e-300, 2)] {
      let mask = Operations.RandomMask(rate: rate, seed: 11, name: "layer\(step)", isPerImage: isPerImage)
      let number = StepNumber.tensor(step)
      let expected = mask.plain(Operands([input, number]))
      let reads = [BlockedMemory(input, gap: 16), BlockedMemory(number.reshaped(to: [1, 2]))]
      for loops in availableLoops {
        let found = runKernel(reads, writes: [shape], gap: 32) {
          RandomMaskKernel(mask, input: reads[0].maps, output: $0[0], loops: loops)
        }[0]
        #expect(found.elements == expected.elements, "\(shape), rate \(rate), \(loops.set)")
      }
    }
  }

  @Test func thresholdsAreWhereUniformNumbersAre() {
    var random = SeededGenerator(state: 1)
    for _ in 0..<200 {
      let bound = Double.random(in: 0...1, using: &random)
      let threshold = CounterGenerator.threshold(bound)
      let below = (Double(threshold) - 0.5) * 0x1p-53
      #expect((Double(threshold) + 0.5) * 0x1p-53 >= bound && (threshold == 0 || below < bound))
    }
    #expect(CounterGenerator.threshold(0) == 0 && CounterGenerator.threshold(1) >= 1 << 53 - 1)
  }

  @Test(arguments: shapes)
  func channelSums(shape: [Int]) {
    var random = SeededGenerator(state: UInt64(shape[1]))
    let gradient = Tensor.random(shape, using: &random)
    let input = Tensor.random(shape, in: 1...3, using: &random)
    let mean = Tensor.random([shape[1]], in: 1...3, using: &random)
    let variance = Tensor.random([shape[1]], in: 0.5...2, using: &random)
    let slopes = BlockedMemory(gradient, gap: 16)
    let value = BlockedMemory(input, gap: 32, filler: .infinity)
    let statistics = [mean, variance].map { BlockedMemory($0.reshaped(to: [1, shape[1]])) }
    let pair = Operands([gradient, input].map { DoubleTensor(converting: $0) })
    var normalized = pair
    (normalized.mean, normalized.variance) = (DoubleTensor(converting: mean), DoubleTensor(converting: variance))
    let cases: [(ChannelSums.Term, DoubleTensor, [BlockedMemory])] = [
      (.gradient, Operations.ChannelSum().plain(Operands([pair.input])), [slopes]),
      (.product(isSingle: false), Operations.ChannelScaleWeightGradient(isSingle: false).plain(pair), [slopes, value]),
      (.product(isSingle: true), Operations.ChannelScaleWeightGradient(isSingle: true).plain(pair), [slopes, value]),
      (
        .normalized(epsilon: 1e-3), Operations.BatchNormWeightGradient(epsilon: 1e-3).plain(normalized),
        [slopes, value] + statistics
      ),
    ]
    let scale = Double(shape[0] * shape[2] * shape[3])
    for loops in availableLoops {
      for (term, expected, reads) in cases {
        let found = runKernel(reads, writes: [[1, expected.count]]) { _ in
          ChannelSums(term, gradient: slopes.maps, value: reads.count > 1 ? value.maps : nil, loops: loops)
        }[0]
        // Sums of numbers up to 3, some of which cancel.
        let error = zip(found.elements, expected.elements).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(
          error < 1e-6 * scale * (expected.count == 1 ? Double(shape[1]) : 1), "\(term) of \(shape), \(loops.set)")
      }
    }
  }

  @Test(arguments: shapes)
  func gateGradients(shape: [Int]) {
    var random = SeededGenerator(state: UInt64(shape[1]))
    let gradient = Tensor.random(shape, using: &random)
    let input = Tensor.random(shape, using: &random)
    let reads = [BlockedMemory(gradient, gap: 16, filler: .nan), BlockedMemory(input, gap: 32, filler: .nan)]
    for gate in [Array(shape.prefix(2)), Array(shape.prefix(2)) + [1, 1], [shape[0], 1] + shape.suffix(2)] {
      let expected = Operations.GateGradient(gate).plain(
        Operands([gradient, input].map { DoubleTensor(converting: $0) }))
      for loops in availableLoops {
        let found = runKernel(reads, writes: [gate], gap: 16) {
          GateGradient(gradient: reads[0].maps, input: reads[1].maps, output: $0[0], loops: loops)
        }[0]
        let error = zip(found.elements, expected.elements).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(error < 2e-5, "\(shape) by \(gate), \(loops.set)")
      }
    }
  }

  @Test(arguments: shapes)
  func adaptiveAveragePools(shape: [Int]) {
    var random = SeededGenerator(state: UInt64(shape[1]))
    for (height, width) in [(1, 1), (2, 3), (3, 2), (shape[2], shape[3]), (7, 6)] {
      let gradient = Tensor.random([shape[0], shape[1], height, width], using: &random)
      let operation = Operations.AdaptiveAveragePoolGradient(PixelSize(height: shape[2], width: shape[3]))
      let expected = operation.plain(Operands([DoubleTensor(converting: gradient)]))
      let read = BlockedMemory(gradient, gap: 16)
      for loops in availableLoops {
        let found = runKernel([read], writes: [shape], gap: 32) {
          AdaptiveAveragePoolGradient(gradient: read.maps, output: $0[0], loops: loops)
        }[0]
        #expect(found.error(to: expected) < 1e-6, "\(shape) from \(height)×\(width), \(loops.set)")
      }
    }
  }
}
