/// Pairs the elements of two lists, in order, so that the sum of the pairs' scores is the largest.
enum Alignment {
  /// Pairs that are tried at most; longer lists are left as they are.
  private static let cellLimit = 4_000_000

  /// The pairs of indices with a positive score; nil where the lists are too long to try.
  static func pairs(
    _ left: Int, _ right: Int, score: (_ left: Int, _ right: Int) -> Int
  ) -> [(left: Int, right: Int)]? {
    guard left > 0, right > 0 else { return [] }
    guard left.multipliedReportingOverflow(by: right).partialValue <= cellLimit, left < cellLimit, right < cellLimit
    else { return nil }
    // best[i][j]: the largest sum for the first i and the first j elements.
    let width = right + 1
    var best = [Int32](repeating: 0, count: (left + 1) * width)
    var gains = [Int32](repeating: 0, count: left * right)
    for i in 1...left {
      for j in 1...right {
        let gain = Int32(clamping: score(i - 1, j - 1))
        gains[(i - 1) * right + j - 1] = gain
        let skipped = max(best[(i - 1) * width + j], best[i * width + j - 1])
        best[i * width + j] = gain > 0 ? max(skipped, best[(i - 1) * width + j - 1] + gain) : skipped
      }
    }
    var result: [(left: Int, right: Int)] = []
    var (i, j) = (left, right)
    while i > 0, j > 0 {
      let here = best[i * width + j]
      let gain = gains[(i - 1) * right + j - 1]
      if here == best[i * width + j - 1] {
        j -= 1
      } else if here == best[(i - 1) * width + j] {
        i -= 1
      } else {
        assert(gain > 0, "a sum that is in no neighbour comes from a pair")
        result.append((i - 1, j - 1))
        i -= 1
        j -= 1
      }
    }
    return result.reversed()
  }
}
