import Diagnostics
import Expressions
import YAML

extension SpecDecoder {
  /// Words that expressions read, so that nothing else may be called so.
  static let reservedNames: Set<String> = [
    "prev", "input", "i", "first", "last", "true", "false", "if", "else", "and", "or", "not",
  ]

  static func isName(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.count <= 128
      && text.utf8.allSatisfy { Self.isNameByte($0) }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte < 0x80 && isNameScalar(Unicode.Scalar(byte))
  }

  private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
  }

  /// Reports a name that is not letters, digits and `_`.
  @discardableResult
  mutating func checkName(_ name: String, at span: Span) -> Bool {
    if Self.isName(name) { return true }
    let mended =
      name.utf8.count > 128
      ? "" : String(name.map { $0.unicodeScalars.allSatisfy { Self.isNameScalar($0) } ? $0 : "_" })
    let notes = Self.isName(mended) ? [Diagnostic.Note("for example '\(mended)'")] : []
    report(
      .illFormedName, "'\(name.shown)' is not a name; names consist of letters, digits and _, at most 128",
      at: span,
      notes: notes)
    return false
  }

  /// Reports a variable's name that expressions cannot read or that means something else.
  @discardableResult
  mutating func checkVariable(_ name: String, at span: Span) -> Bool {
    guard checkName(name, at: span) else { return false }
    if name.first?.isNumber ?? true {
      report(.illFormedName, "'\(name.shown)' begins with a digit, so expressions cannot read it", at: span)
      return false
    }
    if Self.reservedNames.contains(name) || Evaluator.builtinFunctions[name] != nil {
      report(.reservedName, "'\(name.shown)' has a meaning of its own in expressions; choose another name", at: span)
      return false
    }
    return true
  }

  /// Reads `block$(stage.i + 1)`; nil, reported, if it is no name.
  mutating func nameTemplate(_ node: YAMLNode) -> NameTemplate? {
    guard let text = text(node, for: "name") else { return nil }
    return nameTemplate(text[...], at: node.span, from: node.textStart)
  }

  /// Reads a name that begins at a position; findings in its words point at the whole.
  mutating func nameTemplate(_ text: Substring, at span: Span, from start: Position) -> NameTemplate? {
    guard text.utf8.count <= 1024 else {
      checkName(String(text), at: span)
      return nil
    }
    // Most names have nothing put in.
    guard text.utf8.contains(UInt8(ascii: "$")) else {
      return checkName(String(text), at: span) ? NameTemplate(parts: [.text(String(text))], span: span) : nil
    }
    var parts: [NameTemplate.Part] = []
    var rest = text
    while let dollar = rest.firstIndex(of: "$") {
      if dollar > rest.startIndex { parts.append(.text(String(rest[..<dollar]))) }
      let inner = rest[rest.index(after: dollar)...]
      guard inner.first == "(", let close = Self.closingParenthesis(in: inner) else {
        report(.illFormedName, "a '$' in a name begins `$(expression)`", at: span)
        return nil
      }
      let expressionText = String(inner[inner.index(after: inner.startIndex)..<close])
      let offset = text.unicodeScalars.distance(from: text.startIndex, to: inner.startIndex) + 1
      guard let expression = expression(expressionText, at: span.source, start.advanced(by: offset)) else { return nil }
      parts.append(.expression(expression))
      rest = inner[inner.index(after: close)...]
    }
    if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
    for case .text(let part) in parts where !checkName(part, at: span) { return nil }
    return NameTemplate(parts: parts, span: span)
  }

  /// Parses a piece of a scalar that begins at a position.
  mutating func expression(_ text: String, at source: SourceID, _ start: Position) -> Expression? {
    do {
      return try ExpressionParser.parse(text, source: source, start: start)
    } catch {
      reader.diagnostics.report(error.diagnostic)
      return nil
    }
  }

  private static func closingParenthesis(in text: Substring) -> Substring.Index? {
    var depth = 0
    for index in text.indices {
      if text[index] == "(" { depth += 1 }
      if text[index] == ")" {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }
}
