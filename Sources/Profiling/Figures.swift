/// Measured numbers as reports print them.
enum Figures {
  /// Milliseconds with three digits behind the point.
  static func milliseconds(_ value: Double) -> String { decimal(value, places: 3) }

  /// About three digits: `4.08`, `27.4`, `1350`.
  static func significant(_ value: Double) -> String {
    decimal(value, places: value.magnitude < 10 ? 2 : value.magnitude < 100 ? 1 : 0)
  }

  /// A share as `16.6%`.
  static func percent(_ share: Double) -> String { decimal(100 * share, places: 1) + "%" }

  static func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite, value.magnitude < 1e15 else { return "\(value)" }
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + String(scaled) }
    let digits = String(scaled % scale)
    return "\(sign)\(scaled / scale)." + String(repeating: "0", count: places - digits.count) + digits
  }
}
