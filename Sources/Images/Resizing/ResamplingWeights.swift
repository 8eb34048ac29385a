/// For each pixel of a new row or column, the pixels of the old one that it is the weighted sum of.
///
/// The weights are Pillow's (`precompute_coeffs` and `normalize_coeffs_8bpc` of its Resample.c): computed in double
/// precision in the same order, then rounded to 22 bits behind the point.
struct ResamplingWeights {
  /// Bits behind the point: 8 bits of a sample and 2 for sums beyond 0 to 255 are left of 32.
  static let precision: Int32 = 32 - 8 - 2

  /// The most weights that a pixel has: the stride of `values`.
  let width: Int
  /// The first old pixel of each new one, and how many there are.
  private(set) var ranges: [(start: Int, count: Int)] = []
  private(set) var values: [Int32]

  init(_ interpolation: Interpolation, from oldSize: Int, to newSize: Int) {
    let scale = Double(oldSize) / Double(newSize)
    let filterScale = max(scale, 1)
    let support = interpolation.support * filterScale
    width = Int(support.rounded(.up)) * 2 + 1
    values = Array(repeating: 0, count: width * newSize)
    ranges.reserveCapacity(newSize)
    var weights: [Double] = []
    for pixel in 0..<newSize {
      let centre = (Double(pixel) + 0.5) * scale
      let start = max(0, Int(centre - support + 0.5))
      let count = min(oldSize, Int(centre + support + 0.5)) - start
      weights.removeAll(keepingCapacity: true)
      var sum = 0.0
      for index in 0..<count {
        let weight = interpolation.weight((Double(index + start) - centre + 0.5) * (1 / filterScale))
        weights.append(weight)
        sum += weight
      }
      for (index, weight) in weights.enumerated() {
        let share = (sum != 0 ? weight / sum : weight) * Double(1 << Self.precision)
        values[pixel * width + index] = Int32(share < 0 ? share - 0.5 : share + 0.5)
      }
      ranges.append((start, count))
    }
  }

  /// A sum of weighted samples as a sample, rounded and kept within 0 to 255.
  @inline(__always)
  static func sample(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> precision) }
}
