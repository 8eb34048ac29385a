/// Numbers of which ranges are raised and asked for their maximum, each in logarithmic time (a segment tree).
struct RangeMaximum {
  /// The highest number of each part; the root is at 1, the halves of a part at 2·n and 2·n + 1.
  private var highest: [Double]
  /// What all of a part was raised to at least.
  private var raised: [Double]
  /// How many numbers there is room for, a power of two.
  private let size: Int

  init(_ values: [Double]) {
    var size = 1
    while size < values.count { size *= 2 }
    self.size = size
    highest = [Double](repeating: -.infinity, count: 2 * size)
    raised = highest
    for (index, value) in values.enumerated() { highest[size + index] = value }
    for part in (1..<size).reversed() { highest[part] = max(highest[2 * part], highest[2 * part + 1]) }
  }

  /// The highest number of a range; minus infinity where there is none.
  func maximum(of range: ClosedRange<Int>) -> Double { maximum(of: range, 1, 0..<size) }

  private func maximum(of range: ClosedRange<Int>, _ part: Int, _ covered: Range<Int>) -> Double {
    guard range.overlaps(covered) else { return -.infinity }
    if range.lowerBound <= covered.lowerBound, covered.upperBound - 1 <= range.upperBound { return highest[part] }
    let middle = (covered.lowerBound + covered.upperBound) / 2
    return max(
      raised[part], maximum(of: range, 2 * part, covered.lowerBound..<middle),
      maximum(of: range, 2 * part + 1, middle..<covered.upperBound))
  }

  /// Makes all numbers of a range at least `value`.
  mutating func raise(_ range: ClosedRange<Int>, to value: Double) { raise(range, to: value, 1, 0..<size) }

  private mutating func raise(_ range: ClosedRange<Int>, to value: Double, _ part: Int, _ covered: Range<Int>) {
    guard range.overlaps(covered) else { return }
    highest[part] = max(highest[part], value)
    if range.lowerBound <= covered.lowerBound, covered.upperBound - 1 <= range.upperBound {
      raised[part] = max(raised[part], value)
      return
    }
    let middle = (covered.lowerBound + covered.upperBound) / 2
    raise(range, to: value, 2 * part, covered.lowerBound..<middle)
    raise(range, to: value, 2 * part + 1, middle..<covered.upperBound)
  }
}
