/// Clipping of gradients by the norm of all of them together (Pascanu et al. 2013, arXiv:1211.5063).
public struct GradientClipping: Hashable, Sendable {
  /// The largest norm that stays as it is.
  public var largestNorm: Double

  /// Clipping to a norm.
  public init(largestNorm: Double) { self.largestNorm = largestNorm }

  /// What all gradients are multiplied by where their norm is `norm`: min(1, largest / (norm + 10⁻⁶)), PyTorch's.
  public func factor(norm: Double) -> Double { min(1, largestNorm / (norm + 1e-6)) }

  /// The sum of squares of some elements, added in parts of a fixed length so that its bits depend on nothing else.
  package static func sumOfSquares<Scalar: BinaryFloatingPoint>(_ elements: UnsafeBufferPointer<Scalar>) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: elements.count, by: partLength) {
      var part = 0.0
      for element in elements[start..<min(start + partLength, elements.count)] {
        part += Double(element) * Double(element)
      }
      total += part
    }
    return total
  }

  private static let partLength = 4096
}
