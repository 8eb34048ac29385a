import Diagnostics

/// A word, number or sign of an expression.
struct Token {
  enum Kind: Equatable {
    case integer(Int)
    case float(Double)
    case path([String])
    case sign(String)
    case end
  }

  var kind: Kind
  var span: Span
}

/// Splits the text of an expression into tokens.
struct Lexer {
  private let scalars: [Unicode.Scalar]
  private let source: SourceID
  private let start: Position
  private var offset = 0

  /// `start` is the place of the text's first character; the text is taken to stand on one line.
  init(_ text: String, source: SourceID, start: Position) {
    scalars = Array(text.unicodeScalars)
    self.source = source
    self.start = start
  }

  private func span(_ from: Int, _ to: Int) -> Span {
    Span(source: source, start: start.advanced(by: from), end: start.advanced(by: to))
  }

  private func scalar(at index: Int) -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private static let twoCharacterSigns: Set<String> = ["==", "!=", "<=", ">=", "//", "**"]
  private static let oneCharacterSigns: Set<Unicode.Scalar> = ["+", "-", "*", "/", "%", "<", ">", "(", ")", ","]

  mutating func next() throws(ExpressionError) -> Token {
    while let character = scalar(at: offset), character.properties.isWhitespace { offset += 1 }
    let from = offset
    guard let character = scalar(at: offset) else { return Token(kind: .end, span: span(from, from + 1)) }
    if Self.isDigit(character) || character == "." && (scalar(at: offset + 1).map(Self.isDigit) ?? false) {
      return try number()
    }
    if Self.isLetter(character) { return path() }
    if let second = scalar(at: offset + 1) {
      let pair = String(character) + String(second)
      if Self.twoCharacterSigns.contains(pair) {
        offset += 2
        return Token(kind: .sign(pair), span: span(from, offset))
      }
    }
    guard Self.oneCharacterSigns.contains(character) else {
      let hint: String =
        switch character {
        case "&", "|", "!": "; write and, or, not"
        case "=": "; a comparison is written =="
        case "^": "; a power is written **"
        case "?", ":": "; a choice is written `a if condition else b`"
        case ".": "; a number has digits around its point, and neither .nan nor .inf is a value"
        case "“", "”", "„", "‘", "’": "; a word has plain quotes around it, or none"
        case "[", "]": "; a list stands in fields of type size, padding or list only"
        default: ""
        }
      throw ExpressionError(
        .expressionSyntax, "'\(character)' does not belong in an expression\(hint)", at: span(from, from + 1))
    }
    offset += 1
    return Token(kind: .sign(String(character)), span: span(from, offset))
  }

  /// Names joined by dots; a member may be a number, as in `features.3`.
  private mutating func path() -> Token {
    let from = offset
    var parts = [word()]
    while scalar(at: offset) == ".", let following = scalar(at: offset + 1),
      Self.isLetter(following) || Self.isDigit(following)
    {
      offset += 1
      parts.append(word())
    }
    return Token(kind: .path(parts), span: span(from, offset))
  }

  private mutating func word() -> String {
    let from = offset
    while let character = scalar(at: offset), Self.isLetter(character) || Self.isDigit(character) { offset += 1 }
    return String(String.UnicodeScalarView(scalars[from..<offset]))
  }

  private mutating func number() throws(ExpressionError) -> Token {
    let from = offset
    var isFloat = false
    skipDigits()
    if scalar(at: offset) == "." {
      isFloat = true
      offset += 1
      skipDigits()
    }
    if let mark = scalar(at: offset), mark == "e" || mark == "E" {
      var after = offset + 1
      if scalar(at: after) == "+" || scalar(at: after) == "-" { after += 1 }
      if scalar(at: after).map(Self.isDigit) ?? false {
        isFloat = true
        offset = after
        skipDigits()
      }
    }
    let text = String(String.UnicodeScalarView(scalars[from..<offset].filter { $0 != "_" }))
    if let character = scalar(at: offset), Self.isLetter(character) {
      _ = word()
      throw ExpressionError(
        .expressionSyntax, "a number ends before '\(character)'; multiply with *, and write 1K as 1000",
        at: span(from, offset))
    }
    if isFloat {
      guard let value = Double(text), value.isFinite else {
        throw ExpressionError(.notFinite, "\(text) is too large for a float", at: span(from, offset))
      }
      return Token(kind: .float(value), span: span(from, offset))
    }
    guard let value = Int(text) else {
      throw ExpressionError(.overflow, "\(text) does not fit in 64 bits", at: span(from, offset))
    }
    return Token(kind: .integer(value), span: span(from, offset))
  }

  private mutating func skipDigits() {
    while let character = scalar(at: offset), Self.isDigit(character) || character == "_" { offset += 1 }
  }

  static func isDigit(_ character: Unicode.Scalar) -> Bool { ("0"..."9").contains(character) }

  static func isLetter(_ character: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(character) || ("A"..."Z").contains(character) || character == "_"
  }
}
