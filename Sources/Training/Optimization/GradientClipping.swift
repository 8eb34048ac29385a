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
    (0..<parts(of: elements.count)).reduce(0) { $0 + sumOfSquares(elements, part: $1) }
  }

  /// The sum of squares of one part of some elements.
  static func sumOfSquares<Scalar: BinaryFloatingPoint>(
    _ elements: UnsafeBufferPointer<Scalar>, part: Int
  ) -> Double {
    // Several sums, for one would wait for itself at each element.
    var sums = SIMD8<Double>.zero
    var index = part * partLength
    let end = min(index + partLength, elements.count)
    while index + 8 <= end {
      for lane in 0..<8 {
        let element = Double(elements[index + lane])
        sums[lane] += element * element
      }
      index += 8
    }
    var rest = 0.0
    for element in elements[index..<end] { rest += Double(element) * Double(element) }
    return sums.sum() + rest
  }

  /// The parts of so many elements.
  static func parts(of count: Int) -> Int { (count + partLength - 1) / partLength }

  private static let partLength = 4096
}
