import Diagnostics
import Expressions
import YAML

/// References: what `from`, `outputs` and heads name.
extension SpecDecoder {
  /// Names of one path, and choices of one reference, at most.
  private static let referenceLimit = 64

  /// Reads `up`, `features.3`, `enc$(k)`, `input`, `prev` or `a if c else b`.
  mutating func reference(_ node: YAMLNode) -> Reference? {
    guard let text = text(node, for: "a reference") else { return nil }
    guard text.utf8.count <= 4096 else {
      report(.limit, "a reference has at most 4096 characters", at: node.span)
      return nil
    }
    return reference(text[...], in: text, node)
  }

  /// The references of `from`: one, or a list.
  mutating func references(_ node: YAMLNode) -> [Reference]? {
    guard let written = node.items else { return reference(node).map { [$0] } }
    let items = node.isFlow ? joiningCutExpressions(written) : written
    if items.isEmpty { report(.wrongType, "from names at least one node", at: node.span) }
    let list = items.compactMap { reference($0) }
    return list.count == items.count && !list.isEmpty ? list : nil
  }

  /// Reads a part of a scalar's text.
  private mutating func reference(_ part: Substring, in text: String, _ node: YAMLNode, depth: Int = 0) -> Reference? {
    guard depth < Self.referenceLimit else {
      report(.limit, "a reference chooses among at most \(Self.referenceLimit) nodes", at: node.span)
      return nil
    }
    let part = Self.trimmed(part)
    let start = node.textStart.advanced(by: text.unicodeScalars.distance(from: text.startIndex, to: part.startIndex))
    let span =
      part.count == text.count
      ? node.span
      : Span(source: node.span.source, start: start, end: start.advanced(by: part.unicodeScalars.count))
    guard let question = Self.range(of: "if", in: part) else { return path(part, at: span, from: start) }
    guard let alternative = Self.range(of: "else", in: part[question.upperBound...]) else {
      report(.expressionSyntax, "a choice of nodes needs its else: `a if c else b`", at: span)
      return nil
    }
    let condition = Self.trimmed(part[question.upperBound..<alternative.lowerBound])
    let offset = text.unicodeScalars.distance(from: text.startIndex, to: condition.startIndex)
    let conditionStart = node.textStart.advanced(by: offset)
    guard let chosen = reference(part[..<question.lowerBound], in: text, node, depth: depth + 1),
      let expression = expression(String(condition), at: node.span.source, conditionStart),
      let other = reference(part[alternative.upperBound...], in: text, node, depth: depth + 1)
    else { return nil }
    return Reference(form: .choice(chosen, condition: expression, otherwise: other), span: span)
  }

  private mutating func path(_ text: Substring, at span: Span, from start: Position) -> Reference? {
    if text == "input" { return Reference(form: .input, span: span) }
    if text == "prev" { return Reference(form: .previous, span: span) }
    // As Ultralytics has them: -1 is the layer before.
    if text.utf8.first == UInt8(ascii: "-"), let number = Int(text) {
      let (meant, what) =
        number == -1 ? ("prev", "'prev' is the item before") : (nil, "layers have names here: give that one a `name`")
      report(
        .illFormedName, "'\(text)' is not a path; \(what)", at: span,
        fixes: meant.map { [.init("write \($0)", edit: .init(span, replacement: $0), isUnambiguous: true)] } ?? [])
      return nil
    }
    let names = Self.steps(of: text)
    guard names.count <= Self.referenceLimit, names.allSatisfy({ !$0.isEmpty && ($0.contains("$") || Self.isName($0)) })
    else {
      report(
        .illFormedName, "'\(text.shown)' is not a path; write names joined by dots, such as features.3", at: span)
      return nil
    }
    var path: [NameTemplate] = []
    for name in names {
      let offset = text.unicodeScalars.distance(from: text.startIndex, to: name.startIndex)
      guard let template = nameTemplate(name, at: span, from: start.advanced(by: offset)) else { return nil }
      path.append(template)
    }
    return Reference(form: .path(path), span: span)
  }

  // MARK: Text

  /// The names of a path; dots in parentheses belong to expressions.
  private static func steps(of text: Substring) -> [Substring] {
    var steps: [Substring] = []
    var start = text.startIndex
    var depth = 0
    for index in text.indices {
      switch text[index] {
      case "(": depth += 1
      case ")": depth -= 1
      case "." where depth <= 0:
        steps.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    return steps + [text[start...]]
  }

  /// Where a word stands by itself outside of parentheses.
  static func range(of word: String, in text: Substring) -> Range<Substring.Index>? {
    var depth = 0
    var start: Substring.Index?
    for index in text.indices + [text.endIndex] {
      let character = index < text.endIndex ? text[index] : " "
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character.isWhitespace {
        if let begin = start, depth == 0, text[begin..<index] == word, begin > text.startIndex { return begin..<index }
        start = nil
      } else if start == nil {
        start = index
      }
    }
    return nil
  }

  static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first?.isWhitespace ?? false { text = text.dropFirst() }
    while text.last?.isWhitespace ?? false { text = text.dropLast() }
    return text
  }
}
