/// How large a picture may be, in millimetres.
package struct PageSize: Hashable, Sendable {
  package var width: Double
  package var height: Double

  package init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// What a page of A4 has room for within margins of 20 mm.
  package static let a4 = PageSize(width: 170, height: 257)
  /// A slide of 16 to 9, within margins of 10 mm.
  package static let slide = PageSize(width: 318.7, height: 170.5)

  /// `a4`, `slide`, or width and height in millimetres: `160x90`, `160mm × 90mm`; nil for anything else.
  package init?(_ text: String) {
    switch text.lowercased() {
    case "a4": self = .a4
    case "slide": self = .slide
    case let text:
      let sides = text.split(omittingEmptySubsequences: false) { $0 == "x" || $0 == "×" }
      let parts = sides.map(Self.millimetres)
      guard parts.count == 2, let width = parts[0], let height = parts[1],
        Self.allowed.contains(width), Self.allowed.contains(height)
      else { return nil }
      self.init(width: width, height: height)
    }
  }

  /// The number of a side, with or without its unit.
  private static func millimetres(_ side: Substring) -> Double? {
    var digits = side.filter { $0 != " " }[...]
    if digits.hasSuffix("mm") { digits.removeLast(2) }
    return Double(digits)
  }

  /// Sizes that a page can have, in millimetres.
  package static let allowed = 20.0...5000.0
  private static let pixelsOfMillimetre = 96 / 25.4

  /// The size in pixels.
  var pixels: (width: Double, height: Double) {
    (width * Self.pixelsOfMillimetre, height * Self.pixelsOfMillimetre)
  }

  /// By how much a picture has to be made smaller to fit, 1 if it does.
  func scale(of width: Double, _ height: Double) -> Double {
    min(1, pixels.width / width, pixels.height / height)
  }
}
