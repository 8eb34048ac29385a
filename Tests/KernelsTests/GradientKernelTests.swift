import Tensors
import Testing

@testable import Kernels

/// Kernels of gradients against their definitions in double precision, and derivatives against differences.
@Suite struct GradientKernelTests {
  /// By the argument and by the result, the derivative is that of differences of the definition.
  @Test(arguments: activations)
  func activationGradients(activation: Activation) throws {
    var random = SeededGenerator(state: 5)
    let input = Tensor.random([2, 19, 5, 7], in: -5...5, using: &random)
    let slopes = Tensor.random(input.shape, using: &random)
    let result = Plain.activate(input, activation)
    let step: Float = 1 / 64
    let after = Plain.activate(Tensor(input.elements.map { $0 + step }, shape: input.shape), activation).elements
    let before = Plain.activate(Tensor(input.elements.map { $0 - step }, shape: input.shape), activation).elements
    let corners: [Float] = [0, 3, -3, 6]
    for loops in availableLoops {
      for isResult in [false, true] where !isResult || activation.differentiatesResult {
        let reads = [
          BlockedMemory(isResult ? result : input, gap: 16), BlockedMemory(slopes, gap: 32, filler: -1.5),
        ]
        let found = runKernel(reads, writes: [input.shape], gap: 16) { writes in
          ActivationGradient(
            value: reads[0].maps, gradient: reads[1].maps, output: writes[0], activation: activation,
            isResult: isResult, loops: loops)
        }[0].elements
        for index in found.indices where corners.allSatisfy({ abs(input.elements[index] - $0) > step }) {
          let expected = slopes.elements[index] * (after[index] - before[index]) / (2 * step)
          #expect(abs(found[index] - expected) < 2e-3, "\(activation) at \(input.elements[index]), \(loops.set)")
        }
      }
    }
  }

  /// Windows at random over few different numbers, so that several are the largest.
  @Test(arguments: 0..<30)
  func poolGradients(seed: Int) throws {
    var random = SeededGenerator(state: UInt64(seed))
    let shape = [
      Int.random(in: 1...3, using: &random), [1, 3, 16, 17, 33].randomElement(using: &random) ?? 1,
      .random(in: 1...11, using: &random), .random(in: 1...11, using: &random),
    ]
    let window = SlidingWindow(
      vertical: .random(over: shape[2], using: &random), horizontal: .random(over: shape[3], using: &random))
    let input = Tensor(
      (0..<shape.reduce(1, *)).map { _ in Float.random(in: -2...2, using: &random).rounded() }, shape: shape)
    let result = Plain.maxPool(input, window: window)
    let slopes = Tensor.random(result.shape, using: &random)
    var largest = [Double](repeating: 0, count: input.count)
    var means: [Bool: [Double]] = [false: largest, true: largest]
    let (down, across) = (window.vertical, window.horizontal)
    for (index, slope) in slopes.elements.enumerated() {
      let (rest, column) = index.quotientAndRemainder(dividingBy: across.outputs)
      let (plane, row) = rest.quotientAndRemainder(dividingBy: down.outputs)
      let places = down.positions(of: row, in: shape[2]).flatMap { y in
        across.positions(of: column, in: shape[3]).map { (plane * shape[2] + y) * shape[3] + $0 }
      }
      if let winner = places.first(where: { input.elements[$0] == result.elements[index] }) {
        largest[winner] += Double(slope)
      }
      for countsPadding in [false, true] {
        let divisor =
          countsPadding
          ? down.paddedTaps(of: row, in: shape[2]) * across.paddedTaps(of: column, in: shape[3]) : places.count
        for place in places { means[countsPadding]?[place] += Double(slope) / Double(divisor) }
      }
    }
    func check(_ found: Tensor, _ expected: [Double]?, _ name: String) throws {
      let expected = try #require(expected)
      let error = zip(found.elements, expected).map { abs(Double($0) - $1) }.max() ?? 0
      #expect(error < 1e-5, "\(name) \(shape) \(window)")
    }
    for loops in availableLoops {
      let gradient = BlockedMemory(slopes, gap: 32)
      let reads = [BlockedMemory(input, gap: 16), BlockedMemory(result), gradient]
      let found = runKernel(reads, writes: [shape], gap: 16) { writes in
        MaxPoolGradient(
          input: reads[0].maps, result: reads[1].maps, gradient: gradient.maps, output: writes[0], window: window,
          loops: loops)
      }
      try check(found[0], largest, "max pool, \(loops.set)")
      for countsPadding in [false, true] {
        let found = runKernel([gradient], writes: [shape], gap: 48) { writes in
          AveragePoolGradient(
            gradient: gradient.maps, output: writes[0], window: window, countsPadding: countsPadding, loops: loops)
        }
        try check(found[0], means[countsPadding], "average pool, \(loops.set)")
      }
    }
  }

  /// Statistics and gradients of a batch norm, by their definitions in double precision.
  @Test(arguments: shapes, [false, true])
  func batchNorms(shape: [Int], hasWeight: Bool) {
    var random = SeededGenerator(state: UInt64(shape[1]))
    let input = Tensor.random(shape, in: 1...3, using: &random)
    let slopes = Tensor.random(shape, using: &random)
    let weight = Tensor.random([shape[1]], using: &random)
    let (pixels, epsilon) = (shape[2] * shape[3], 1e-3)
    let (x, dy) = (input.doubles, slopes.doubles)
    var (means, variances) = ([Double](), [Double]())
    var expected = [Double](repeating: 0, count: x.count)
    var (weightGradient, biasGradient) = ([Double](), [Double]())
    for channel in 0..<shape[1] {
      let places = (0..<shape[0]).flatMap { image in
        (0..<pixels).map { (image * shape[1] + channel) * pixels + $0 }
      }
      let count = Double(places.count)
      let mean = places.reduce(0) { $0 + x[$1] } / count
      let variance = places.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / count
      let scale = 1 / (variance + epsilon).squareRoot()
      let sum = places.reduce(0) { $0 + dy[$1] }
      let product = places.reduce(0) { $0 + dy[$1] * (x[$1] - mean) * scale }
      (means, variances) = (means + [mean], variances + [variance])
      (weightGradient, biasGradient) = (weightGradient + [product], biasGradient + [sum])
      let factor = scale * (hasWeight ? weight.doubles[channel] : 1)
      for place in places {
        expected[place] = factor * (dy[place] - (sum + (x[place] - mean) * scale * product) / count)
      }
    }
    func check(_ found: Tensor, _ expected: [Double], _ name: String) {
      let largest = max(1, expected.map { abs($0) }.max() ?? 0)
      let error = zip(found.elements, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(error < 4e-6 * largest, "\(name) of \(shape)")
    }
    let vector = [1, shape[1]]
    for loops in availableLoops {
      let source = BlockedMemory(input, gap: 16)
      let statistics = runKernel([source], writes: [vector, vector]) { _ in
        BatchStatistics(input: source.maps, loops: loops)
      }
      check(statistics[0], means, "mean, \(loops.set)")
      check(statistics[1], variances, "variance, \(loops.set)")
      let gradient = BlockedMemory(slopes, gap: 32)
      let given = statistics.map { BlockedMemory($0.reshaped(to: vector), filler: 1) }
      let weights = hasWeight ? [BlockedMemory(weight.reshaped(to: vector))] : []
      let found = runKernel([source, gradient] + given + weights, writes: [shape, vector, vector], gap: 16) { writes in
        BatchNormGradient(
          input: source.maps, gradient: gradient.maps, output: writes[0], epsilon: epsilon, hasWeight: hasWeight,
          loops: loops)
      }
      // A single pixel is its own mean, and nothing is left of it.
      check(found[0], expected, "input, \(loops.set)")
      check(found[1], weightGradient, "weight, \(loops.set)")
      check(found[2], biasGradient, "bias, \(loops.set)")
    }
  }
}
