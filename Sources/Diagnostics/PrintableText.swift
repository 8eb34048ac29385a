/// Texts from outside in what people and terminals read: the one place that decides what may stand there as it is.
extension Unicode.Scalar {
  /// Whether the scalar is a command rather than a sign: the control characters of ASCII and Latin-1, the line separators,
  /// and the marks that turn the direction of what follows (Unicode Standard Annex #9).
  package var isCommand: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  /// The scalar as it may be printed: `\u{1B}` for what a terminal would obey.
  fileprivate var escaped: String {
    switch self {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: isCommand ? "\\u{\(String(value, radix: 16, uppercase: true))}" : String(Character(self))
    }
  }
}

extension StringProtocol {
  /// The text on one line, without a character that a terminal obeys or that turns the line's direction: such stand as
  /// `\u{1B}`. Findings, tables, annotations and comments are made of it.
  package var printable: String {
    // Nearly every text is; beyond ASCII, 0xC2 begins the controls, 0xD8 and 0xE2 the marks.
    if utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != 0xC2 && $0 != 0xD8 && $0 != 0xE2 }) { return String(self) }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isCommand { result += scalar.escaped } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }

  /// The text as findings quote it: its first 60 characters, each a Unicode scalar, for what people see as one character
  /// can be arbitrarily long.
  package var shown: String { cut(to: 60) }

  /// At most `count` scalars, with "…" where more are left out.
  package func cut(to count: Int) -> String {
    let end = unicodeScalars.index(startIndex, offsetBy: count, limitedBy: unicodeScalars.endIndex)
    guard let end, end < unicodeScalars.endIndex else { return String(self) }
    return String(String.UnicodeScalarView(unicodeScalars[..<end])) + "…"
  }
}
