#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A logarithmic axis: counts to places on the page, and the round counts to mark on it.
struct LogScale {
  private let low: Double
  private let high: Double
  private let start: Double
  private let end: Double

  /// An axis for positive counts, from `start` to `end` on the page, with room behind the largest for its label.
  init(_ counts: [Int], from start: Double, to end: Double, room: Double) {
    let logarithms = counts.filter { $0 > 0 }.map { log10(Double($0)) }
    let (least, most) = (logarithms.min() ?? 0, logarithms.max() ?? 1)
    // Equal counts lie in the middle.
    let range = most - least > 1e-6 ? most - least : 0.3
    (low, high) = (least - range * 0.1, most + range * room)
    (self.start, self.end) = (start, end)
  }

  func place(of count: Double) -> Double {
    start + (log10(max(count, 1e-9)) - low) / (high - low) * (end - start)
  }

  /// Round counts within the axis: powers of ten, or as many steps between as give at least three.
  var ticks: [Double] {
    let decades = Int(low.rounded(.down))...Int(high.rounded(.up))
    for steps in [[1], [1, 3], [1, 2, 5], [1, 1.5, 2, 3, 5, 7]] as [[Double]] {
      let marks = decades.flatMap { decade in steps.map { $0 * pow(10, Double(decade)) } }.filter(contains)
      if marks.count >= 3 { return marks }
    }
    // Less than half a decade: even steps.
    let (first, last) = (pow(10, low), pow(10, high))
    let unit = pow(10, log10((last - first) / 3).rounded(.down))
    let step = ([1, 2, 5] as [Double]).map { $0 * unit }.last { (last - first) / $0 >= 3 } ?? unit
    let begin = Int((first / step).rounded(.up))
    return (begin...max(begin, Int((last / step).rounded(.down)))).map { Double($0) * step }.filter(contains)
  }

  private func contains(_ count: Double) -> Bool { (low...high).contains(log10(max(count, 1e-9))) }

  /// `150K`, `4.2M`, `1.13G`.
  static func text(_ count: Double) -> String {
    for (unit, size) in [("T", 1e12), ("G", 1e9), ("M", 1e6), ("K", 1e3)] where count >= size * 0.9995 {
      let scaled = count / size
      let digits: Double = scaled >= 100 ? 1 : scaled >= 10 ? 10 : 100
      let text = "\((scaled * digits).rounded() / digits)"
      return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + unit
    }
    return String(Int(count.rounded()))
  }
}
