import Diagnostics
import Expressions
import YAML

/// Layers as values: arguments of type `layer`, and columns of tables.
extension SpecDecoder {
  /// Choices of one value, at most.
  private static let choiceLimit = 64

  /// Whether what stands in a table's column is a layer: an item, or words of which one is an operation and no variable.
  func isLayer(_ node: YAMLNode) -> Bool {
    guard let text = node.text else { return node.entries != nil }
    return text.utf8.count <= 4096 && words(of: text).contains { isOperation($0) && !isVariable($0) }
  }

  /// What a scalar chooses from: itself, where it is no choice.
  private func words(of text: String) -> [String] {
    var words: [String] = []
    var rest = text[...]
    while words.count < Self.choiceLimit, let (chosen, _, other) = Self.choice(in: rest) {
      words.append(Self.trimmed(chosen).description)
      rest = other
    }
    return words + [Self.trimmed(rest).description]
  }

  func isVariable(_ name: String) -> Bool { columnNames.contains(name) || isParameterName(name) }

  /// Reads an item, the name of a parameter or column that is handed on, or a choice of such words.
  mutating func layer(_ node: YAMLNode, in owner: String) -> ArgumentValue.Form? {
    let outer = isHandingOver
    isHandingOver = true
    defer { isHandingOver = outer }
    guard let text = node.text, !node.isEmpty else { return item(node, in: owner).map { .item($0) } }
    guard text.utf8.count <= 4096 else {
      report(.limit, "\(owner) has at most 4096 characters", at: node.span)
      return nil
    }
    return layer(text[...], in: text, node, owner: owner, depth: 0)
  }

  private mutating func layer(
    _ part: Substring, in text: String, _ node: YAMLNode, owner: String, depth: Int
  ) -> ArgumentValue.Form? {
    guard depth < Self.choiceLimit else {
      report(.limit, "\(owner) chooses among at most \(Self.choiceLimit) layers", at: node.span)
      return nil
    }
    guard let (chosen, condition, otherwise) = Self.choice(in: part) else {
      return word(part, in: text, node).map { .item($0) }
    }
    func position(_ piece: Substring) -> Position {
      node.textStart.advanced(by: text.unicodeScalars.distance(from: text.startIndex, to: piece.startIndex))
    }
    let question = Self.trimmed(condition)
    guard let first = word(chosen, in: text, node),
      let asked = expression(String(question), at: node.span.source, position(question)),
      let second = layer(otherwise, in: text, node, owner: owner, depth: depth + 1)
    else { return nil }
    return .choice(
      ArgumentValue(form: .item(first), span: first.span), condition: asked,
      otherwise: ArgumentValue(form: second, span: node.span))
  }

  /// One word: an operation with its defaults, or else a parameter that is handed on: `act: act`.
  private mutating func word(_ part: Substring, in text: String, _ node: YAMLNode) -> Item? {
    let part = Self.trimmed(part)
    let word = String(part)
    let start = node.textStart.advanced(by: text.unicodeScalars.distance(from: text.startIndex, to: part.startIndex))
    let span =
      part.count == text.count
      ? node.span
      : Span(source: node.span.source, start: start, end: start.advanced(by: part.unicodeScalars.count))
    if !isOperation(word), Self.isName(word), isVariable(word) || nearest(to: word, among: operationWords) == nil {
      return Item(operation: .use(word, span, with: []), operationSpan: span, span: span)
    }
    return operation(word, at: span, value: nil, companions: [:]).map {
      Item(operation: $0, operationSpan: span, span: span)
    }
  }

  /// The parts of `a if c else b`; nil where there is no whole choice.
  private static func choice(in text: Substring) -> (chosen: Substring, condition: Substring, otherwise: Substring)? {
    guard let question = range(of: "if", in: text),
      let alternative = range(of: "else", in: text[question.upperBound...])
    else { return nil }
    return (
      text[..<question.lowerBound], text[question.upperBound..<alternative.lowerBound],
      text[alternative.upperBound...]
    )
  }
}
