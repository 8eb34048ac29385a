import Diagnostics

/// Which lines of a text stand where in a later one: what has not changed keeps its place, and of what has, lines are
/// paired in their order as far as there are as many.
struct LineMap {
  /// Of each line of the later text, from 1, the line before.
  private var older: [Int: Int] = [:]
  /// Of each line of the earlier text its place in the later one.
  private var newer: [Int: Int] = [:]
  /// Lines at the start and the end that are the same, which need no table.
  private let head: Int
  private let tail: Int
  private let counts: (old: Int, new: Int)
  /// Lines of the later text that the earlier one does not have.
  private(set) var changed: [Int] = []

  init(from old: SourceFile, to new: SourceFile) {
    let (a, b) = (Self.lines(of: old), Self.lines(of: new))
    var head = 0
    while head < a.count, head < b.count, a[head] == b[head] { head += 1 }
    var tail = 0
    while tail < a.count - head, tail < b.count - head, a[a.count - 1 - tail] == b[b.count - 1 - tail] { tail += 1 }
    self.head = head
    self.tail = tail
    counts = (a.count, b.count)
    pair(a, head..<(a.count - tail), b, head..<(b.count - tail))
  }

  private static func lines(of file: SourceFile) -> [ArraySlice<UInt8>] {
    (1...file.lineCount).map { file.lineBytes($0) }
  }

  /// Pairs by lines that occur once in both, in the order that keeps most of them; then what lies between.
  private mutating func pair(
    _ a: [ArraySlice<UInt8>], _ old: Range<Int>, _ b: [ArraySlice<UInt8>], _ new: Range<Int>
  ) {
    var places: [ArraySlice<UInt8>: (old: Int, oldCount: Int, new: Int, newCount: Int)] = [:]
    for index in old {
      places[a[index], default: (0, 0, 0, 0)].old = index
      places[a[index], default: (0, 0, 0, 0)].oldCount += 1
    }
    for index in new {
      places[b[index], default: (0, 0, 0, 0)].new = index
      places[b[index], default: (0, 0, 0, 0)].newCount += 1
    }
    let unique = places.values.filter { $0.oldCount == 1 && $0.newCount == 1 }.sorted { $0.old < $1.old }
    var (nextOld, nextNew) = (old.lowerBound, new.lowerBound)
    func join(upTo endOld: Int, _ endNew: Int, into map: inout LineMap) {
      var (x, y) = (nextOld, nextNew)
      while y < endNew {
        if x < endOld { map.note(x, y) }
        if x >= endOld || a[x] != b[y] { map.changed.append(y + 1) }
        (x, y) = (x + 1, y + 1)
      }
    }
    for anchor in Self.increasing(unique.map { ($0.old, $0.new) }) {
      join(upTo: anchor.0, anchor.1, into: &self)
      note(anchor.0, anchor.1)
      (nextOld, nextNew) = (anchor.0 + 1, anchor.1 + 1)
    }
    join(upTo: old.upperBound, new.upperBound, into: &self)
  }

  private mutating func note(_ old: Int, _ new: Int) {
    older[new + 1] = old + 1
    newer[old + 1] = new + 1
  }

  /// The longest part of a list whose second numbers grow.
  private static func increasing(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
    var ends: [Int] = []
    var before: [Int?] = Array(repeating: nil, count: pairs.count)
    for (index, pair) in pairs.enumerated() {
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if pairs[ends[middle]].1 < pair.1 { low = middle + 1 } else { high = middle }
      }
      before[index] = low > 0 ? ends[low - 1] : nil
      if low == ends.count { ends.append(index) } else { ends[low] = index }
    }
    var result: [(Int, Int)] = []
    var current = ends.last
    while let index = current {
      result.append(pairs[index])
      current = before[index]
    }
    return result.reversed()
  }

  /// Where a line of the later text stood; nil for one that is new.
  func old(_ line: Int) -> Int? {
    if line <= head { return line }
    if line > counts.new - tail { return line <= counts.new ? line - counts.new + counts.old : nil }
    return older[line]
  }

  /// Where a line of the earlier text stands now; nil for one that is gone.
  func new(_ line: Int) -> Int? {
    if line <= head { return line }
    if line > counts.old - tail { return line <= counts.old ? line - counts.old + counts.new : nil }
    return newer[line]
  }
}
