import SyntheticTensors
import Testing

@testable import Tensors

extension Tensor {
  /// An element of feature maps; 0 outside of them, where the padding is.
  func padded(_ n: Int, _ c: Int, _ y: Int, _ x: Int) -> Double {
    0..<height ~= y && 0..<width ~= x ? Double(self[n, c, y, x]) : 0
  }

  /// The largest difference to another tensor, relative to the largest element of that; infinite if shapes differ or an
  /// element is not finite.
  func error(to other: Tensor) -> Double {
    // Maxima pass over NaN, so what is not a number must not get that far.
    guard shape == other.shape, elements.allSatisfy(\.isFinite) else { return .infinity }
    let largest = other.elements.map { abs(Double($0)) }.max() ?? 0
    let difference = zip(elements, other.elements).map { abs(Double($0) - Double($1)) }.max() ?? 0
    return difference == 0 ? 0 : difference / largest
  }
}

extension SlidingWindow.Axis {
  /// A window over `size` pixels, rounding down.
  init(kernel: Int, stride: Int, dilation: Int, before: Int, after: Int, over size: Int) {
    self.init(
      kernel: kernel, stride: stride, dilation: dilation, before: before, after: after,
      outputs: (size + before + after - dilation * (kernel - 1) - 1) / stride + 1)
  }

  /// A random window that fits `size` pixels.
  static func random(over size: Int, using generator: inout SeededGenerator) -> Self {
    let (before, after) = (Int.random(in: 0...3, using: &generator), Int.random(in: 0...3, using: &generator))
    let kernel = Int.random(in: 1...min(5, size + before + after), using: &generator)
    let room = kernel == 1 ? 3 : min(3, (size + before + after - 1) / (kernel - 1))
    return Self(
      kernel: kernel, stride: .random(in: 1...3, using: &generator), dilation: .random(in: 1...room, using: &generator),
      before: before, after: after, over: size)
  }
}

/// Random numbers from a seed, so that a failure repeats: a linear congruential generator (Knuth, MMIX).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    // The high bits are the random ones.
    return state >> 32 | state << 32
  }
}
