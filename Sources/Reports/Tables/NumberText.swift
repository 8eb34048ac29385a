import GraphIR
import Shapes

/// Numbers as reports print them.
package enum NumberText {
  /// `25,557,032`; open counts as their formula if it is short, else their leading term: `≈ 83,455·H·W`.
  static func count(_ extent: Extent, width: Int = 18) -> String {
    if let number = extent.value { return Totals.grouped(number) }
    let formula = groupingNumbers(extent.description)
    return formula.count <= width ? formula : leadingTerm(extent) ?? formula
  }

  /// A formula with the digits of all its numbers in groups: `172,032·H + 36,864·H·H + 356,368`.
  private static func groupingNumbers(_ formula: String) -> String {
    // Symbols begin with a letter, and may have digits.
    formula.replacing(/[A-Za-z_][A-Za-z0-9_]*|[0-9]+/) { match in Int(match.0).map(Totals.grouped) ?? String(match.0) }
  }

  /// The growth of a count for large images.
  private static func leadingTerm(_ extent: Extent) -> String? {
    guard let term = extent.leadingTerm, let coefficient = Int(exactly: term.coefficient.rounded()), coefficient > 0
    else { return nil }
    return "≈ \(Totals.grouped(coefficient))·\(term.symbols.joined(separator: "·"))"
  }

  /// `97.49 MiB`, `3.2 KiB`, `12 B`.
  package static func bytes(_ count: Int) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    guard let (unit, size) = units.first(where: { count >= $0.1 }) else { return "\(count) B" }
    return "\(decimal(count, over: size, places: 2)) \(unit)"
  }

  /// `16.6%`; nothing for no share at all, `<0.1%` for a small one.
  static func percent(_ part: Int, of whole: Int) -> String {
    guard whole > 0, part > 0 else { return "" }
    let text = decimal(part, over: whole, times: 100, places: 1)
    return text == "0.0" ? "<0.1%" : "\(text)%"
  }

  /// A quotient with a fixed number of digits behind the point, halves rounded up.
  static func decimal(_ numerator: Int, over denominator: Int, times factor: Int = 1, places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    // Full width, for counts near the largest integer.
    let product = numerator.multipliedFullWidth(by: scale * factor)
    guard product.high < denominator / 2 else { return "\(Double(numerator) / Double(denominator) * Double(factor))" }
    let (quotient, remainder) = denominator.dividingFullWidth(product)
    let rounded = quotient + (remainder >= denominator - remainder ? 1 : 0)
    let digits = String(rounded % scale)
    let fraction = String(repeating: "0", count: places - digits.count) + digits
    return "\(Totals.grouped(rounded / scale)).\(fraction)"
  }

  /// A bar of eighths of a cell, `share` of `width` cells long.
  package static func bar(_ part: Int, of whole: Int, width: Int) -> String {
    guard whole > 0, part > 0 else { return "" }
    let eighths = max(1, Int((Double(part) / Double(whole) * Double(width * 8)).rounded()))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: min(width, eighths / 8)) + (eighths >= width * 8 ? "" : partial[eighths % 8])
  }
}

extension Shape {
  /// The symbols among the dimensions, such as H and W.
  var symbols: [String] {
    dimensions.filter { !$0.isKnown }.map(\.description).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

extension Graph {
  /// The symbols of open sizes in the inputs, in their order.
  var symbols: [String] {
    inputs.flatMap(\.shape.symbols).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// `3×224×224`; with names `left 3×32×32, right 3×32×32`.
  package var inputText: String {
    inputs.map { input in (input.name.map { "\($0) " } ?? "") + input.shape.description }.joined(separator: ", ")
  }
}
