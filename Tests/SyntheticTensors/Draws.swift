import Foundation

/// How many draws a property is tried on: as many as show a fault of every run, and `CNNC_DRAWS=4` times as many for a fault of few,
/// which is for the night.
package enum Draws {
  private static let factor = max(1, ProcessInfo.processInfo.environment["CNNC_DRAWS"].flatMap(Int.init) ?? 1)

  /// The seeds of a test that tries so many by itself.
  package static func seeds(_ count: Int) -> Range<Int> { 0..<count * factor }

  /// So many of what a test might try, the first of them and others at even distances.
  package static func some<T>(_ count: Int, of all: [T]) -> [T] {
    let taken = min(count * factor, all.count)
    return (0..<taken).map { all[$0 * all.count / taken] }
  }
}
