/// Pairs the elements of two lists, in order, so that the sum of the pairs' scores is the largest.
///
/// Short lists are searched as a whole. Long ones are divided at what stands once in each and is equal, in order; between
/// these a band around the diagonal is searched, so that time and memory grow with the lists' length and not its square.
enum Alignment {
  /// Pairs that are tried in any case, and for each element beyond.
  private static let cells = (least: 250_000, each: 200)

  /// The pairs of indices with a positive score. Elements with equal keys are the same.
  ///
  /// With `isCostly` fewer pairs are tried.
  static func pairs(
    _ left: [Int], _ right: [Int], isCostly: Bool = false, score: (_ left: Int, _ right: Int) -> Int
  ) -> [(left: Int, right: Int)] {
    guard !left.isEmpty, !right.isEmpty else { return [] }
    let length = left.count + right.count
    let most = (cells.least + cells.each * length) / (isCostly ? 4 : 1)
    let (all, isHuge) = left.count.multipliedReportingOverflow(by: right.count)
    if !isHuge, all <= most { return banded(left.indices, right.indices, width: right.count, score: score) }
    var result: [(left: Int, right: Int)] = []
    var (i, j) = (0, 0)
    let width = max(1, most / (2 * length))
    for anchor in anchors(left, right) + [(left.count, right.count)] {
      if i < anchor.left, j < anchor.right {
        result += banded(i..<anchor.left, j..<anchor.right, width: width, score: score)
      }
      if anchor.left < left.count { result.append(anchor) }
      (i, j) = (anchor.left + 1, anchor.right + 1)
    }
    return result
  }

  /// The longest sequence of keys that stand once in each list, in the order of both (Szymanski 1975; patience sorting).
  private static func anchors(_ left: [Int], _ right: [Int]) -> [(left: Int, right: Int)] {
    func places(_ keys: [Int]) -> [Int: Int] {
      var result: [Int: Int] = [:]
      for (index, key) in keys.enumerated() { result[key] = result[key] == nil ? index : -1 }
      return result
    }
    let (inLeft, inRight) = (places(left), places(right))
    let common = left.enumerated().compactMap { index, key -> (left: Int, right: Int)? in
      guard inLeft[key] == index, let other = inRight[key], other >= 0 else { return nil }
      return (index, other)
    }
    // The last element of the best sequence of each length, and what comes before each element.
    var ends: [Int] = []
    var before = [Int?](repeating: nil, count: common.count)
    for (index, pair) in common.enumerated() {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if common[ends[middle]].right < pair.right { low = middle + 1 } else { high = middle }
      }
      before[index] = low > 0 ? ends[low - 1] : nil
      if low < ends.count { ends[low] = index } else { ends.append(index) }
    }
    var result: [(left: Int, right: Int)] = []
    var next = ends.last
    while let index = next {
      result.append(common[index])
      next = before[index]
    }
    return result.reversed()
  }

  /// The best pairs of two stretches among those not farther than `width` from the diagonal.
  private static func banded(
    _ left: Range<Int>, _ right: Range<Int>, width: Int, score: (_ left: Int, _ right: Int) -> Int
  ) -> [(left: Int, right: Int)] {
    let band = Band(rows: left.count, columns: right.count, width: width)
    // The best sum for so many rows and columns, and what the last two are worth as a pair.
    var best: [[Int32]] = [[Int32](repeating: 0, count: band[0].count)]
    var gains: [[Int32]] = [[]]
    for i in 1...left.count {
      let range = band[i]
      var line = [Int32](repeating: 0, count: range.count)
      var won = [Int32](repeating: 0, count: range.count)
      for j in range where j > 0 {
        let gain = Int32(clamping: score(left.lowerBound + i - 1, right.lowerBound + j - 1))
        let place = j - range.lowerBound
        var most = max(band.sum(best, i - 1, j), place > 0 ? line[place - 1] : 0)
        if gain > 0 { most = max(most, band.sum(best, i - 1, j - 1) + gain) }
        line[place] = most
        won[place] = gain
      }
      best.append(line)
      gains.append(won)
    }
    var result: [(left: Int, right: Int)] = []
    var (i, j) = (left.count, right.count)
    while i > 0, j > 0 {
      let range = band[i]
      j = min(j, range.upperBound)
      let here = band.sum(best, i, j)
      if j > range.lowerBound, here == band.sum(best, i, j - 1) {
        j -= 1
      } else if j < range.lowerBound || here == band.sum(best, i - 1, j) || gains[i][j - range.lowerBound] <= 0 {
        i -= 1
      } else {
        result.append((left.lowerBound + i - 1, right.lowerBound + j - 1))
        (i, j) = (i - 1, j - 1)
      }
    }
    return result.reversed()
  }

  /// The columns of each row that are near the diagonal; row and column 0 stand for none.
  private struct Band {
    var rows: Int
    var columns: Int
    var width: Int

    subscript(row: Int) -> ClosedRange<Int> {
      let middle = row * columns / rows
      let reach = width + columns / rows + 1
      return max(0, middle - reach)...min(columns, middle + reach)
    }

    /// The best sum for so many rows and columns; beyond the band that of its end, before it none.
    func sum(_ best: [[Int32]], _ row: Int, _ column: Int) -> Int32 {
      let range = self[row]
      return column < range.lowerBound ? Int32.min / 2 : best[row][min(column, range.upperBound) - range.lowerBound]
    }
  }
}
