import Tensors

/// Random numbers from a seed, so that a failure repeats: a linear congruential generator (Knuth, MMIX).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    // The high bits are the random ones.
    return state >> 32 | state << 32
  }
}

extension Tensor {
  /// Numbers spread evenly over a range.
  static func random(
    _ shape: [Int], in range: ClosedRange<Float> = -1...1, using generator: inout SeededGenerator
  ) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { _ in Float.random(in: range, using: &generator) }, shape: shape)
  }

  /// The largest difference to another tensor of as many elements, relative to the largest element of that; infinite if
  /// an element is not finite.
  func error(to other: Tensor) -> Double { error(to: other, count: other.count) { Double($0) } }

  /// As above, to a tensor in double precision.
  func error(to other: DoubleTensor) -> Double { error(to: other, count: other.count) { $0 } }

  private func error<Other: PlainTensor>(
    to other: Other, count otherCount: Int, _ double: (Other.Scalar) -> Double
  ) -> Double {
    guard count == otherCount else { return .infinity }
    var (largest, difference) = (0.0, 0.0)
    withUnsafeBufferPointer { own in
      other.withUnsafeBufferPointer { others in
        guard let own = own.baseAddress, let others = others.baseAddress else { return }
        var index = 0
        while index < otherCount {
          let (element, expected) = (Double(own[index]), double(others[index]))
          // Comparisons pass over NaN.
          if !element.isFinite || !expected.isFinite { difference = .infinity }
          if expected.magnitude > largest { largest = expected.magnitude }
          if (element - expected).magnitude > difference { difference = (element - expected).magnitude }
          index += 1
        }
      }
    }
    return difference == 0 ? 0 : difference / largest
  }
}

extension SlidingWindow.Axis {
  /// A random window that fits `size` pixels; padding is smaller than the window, as pools need it.
  static func random(over size: Int, using generator: inout SeededGenerator) -> Self {
    let kernel = Int.random(in: 1...min(5, size), using: &generator)
    let room = kernel == 1 ? 3 : min(3, max(1, (size - 1) / (kernel - 1)))
    let dilation = Int.random(in: 1...room, using: &generator)
    let before = Int.random(in: 0...(kernel - 1) * dilation / 2, using: &generator)
    let after = Int.random(in: 0...(kernel - 1) * dilation / 2, using: &generator)
    let stride = Int.random(in: 1...3, using: &generator)
    let outputs = (size + before + after - dilation * (kernel - 1) - 1) / stride + 1
    return Self(kernel: kernel, stride: stride, dilation: dilation, before: before, after: after, outputs: outputs)
  }
}
