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
      && text.unicodeScalars.allSatisfy { Self.isNameScalar($0) }
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
      .illFormedName, "'\(name.prefix(60))' is not a name; names consist of letters, digits and _, at most 128",
      at: span,
      notes: notes)
    return false
  }

  /// Reports a variable's name that expressions cannot read or that means something else.
  @discardableResult
  mutating func checkVariable(_ name: String, at span: Span) -> Bool {
    guard checkName(name, at: span) else { return false }
    if name.first?.isNumber ?? true {
      report(.illFormedName, "'\(name)' begins with a digit, so expressions cannot read it", at: span)
      return false
    }
    if Self.reservedNames.contains(name) || Evaluator.builtinFunctions[name] != nil {
      report(.reservedName, "'\(name)' has a meaning of its own in expressions; choose another name", at: span)
      return false
    }
    return true
  }

  /// Reads `block$(stage.i + 1)`; nil, reported, if it is no name.
  mutating func nameTemplate(_ node: YAMLNode) -> NameTemplate? {
    guard let text = text(node, for: "name") else { return nil }
    guard text.utf8.count <= 1024 else {
      checkName(text, at: node.span)
      return nil
    }
    var parts: [NameTemplate.Part] = []
    var rest = Substring(text)
    while let dollar = rest.firstIndex(of: "$") {
      if dollar > rest.startIndex { parts.append(.text(String(rest[..<dollar]))) }
      let inner = rest[rest.index(after: dollar)...]
      guard inner.first == "(", let close = Self.closingParenthesis(in: inner) else {
        report(.illFormedName, "a '$' in a name begins `$(expression)`", at: node.span)
        return nil
      }
      let expressionText = String(inner[inner.index(after: inner.startIndex)..<close])
      let offset = text.unicodeScalars.distance(from: text.startIndex, to: inner.startIndex) + 1
      do {
        let expression = try ExpressionParser.parse(
          expressionText, source: node.span.source, start: node.textStart.advanced(by: offset))
        parts.append(.expression(expression))
      } catch {
        reader.diagnostics.report(error.diagnostic)
        return nil
      }
      rest = inner[inner.index(after: close)...]
    }
    if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
    for case .text(let part) in parts where !checkName(part, at: node.span) { return nil }
    return NameTemplate(parts: parts, span: node.span)
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

  /// Reads `up` or `features.3`.
  mutating func reference(_ node: YAMLNode) -> Reference? {
    guard let text = text(node, for: "a reference") else { return nil }
    let path = text.split(separator: ".", omittingEmptySubsequences: false)
    guard path.count <= 64, path.allSatisfy({ Self.isName($0) }) else {
      report(
        .illFormedName, "'\(text.prefix(60))' is not a path; write names joined by dots, such as features.3",
        at: node.span)
      return nil
    }
    return Reference(path: path.map(String.init), span: node.span)
  }
}
