/// Times of the same thing, done again and again.
package struct Measurement: Hashable, Sendable {
  /// Nanoseconds, from the shortest to the longest.
  package let sorted: [UInt64]

  /// - Precondition: There is at least one time.
  package init(_ times: [UInt64]) {
    precondition(!times.isEmpty)
    sorted = times.sorted()
  }

  package var count: Int { sorted.count }

  /// The shortest time, in milliseconds.
  package var minimum: Double { milliseconds(0) }

  /// The middle time, the upper one of two, in milliseconds.
  package var median: Double { milliseconds(sorted.count / 2) }

  /// The time in milliseconds that a share of the runs, 0 to 1, does not exceed.
  package func quantile(_ share: Double) -> Double {
    milliseconds(max(0, min(sorted.count, Int((share * Double(sorted.count)).rounded(.up))) - 1))
  }

  private func milliseconds(_ index: Int) -> Double { Double(sorted[index]) / 1e6 }
}
