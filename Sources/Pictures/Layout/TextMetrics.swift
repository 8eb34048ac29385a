/// Widths of text in Helvetica and the fonts made to its measure (Arial, Liberation Sans).
enum TextMetrics {
  /// Advance widths of the characters from space to tilde in thousandths of the size, from Adobe's metrics of Helvetica.
  private static let ascii: [Int] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
  ]

  /// The width of a text in a font of one size, at least: bold letters are a little wider.
  static func width(_ text: String, size: Double, bold: Bool = false) -> Double {
    var thousandths = 0
    for scalar in text.unicodeScalars { thousandths += width(of: scalar) }
    return Double(thousandths) * size / 1000 * (bold ? 1.07 : 1)
  }

  private static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x20...0x7e: ascii[Int(scalar.value) - 0x20]
    case 0xb7: 278
    case 0xd7: 584
    case 0x2013: 556
    case 0x300...0x36f: 0
    case ..<0x250: 667
    case ..<0x2190: 720
    default: 1000
    }
  }
}
