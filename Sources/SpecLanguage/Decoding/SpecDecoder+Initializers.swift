import Diagnostics
import Expressions
import Layers
import YAML

/// What tensors hold before training: the field `init`.
extension SpecDecoder {
  /// How deep lists of values may be nested: as many dimensions as tensors have, and one to spare.
  private static let deepestList = 6

  private static var distributionWords: [String] { TensorInitializer.distributions.map(\.word) }
  private static var words: [String] { distributionWords + TensorInitializer.givenForms.map(\.word) }

  /// `he_normal`, `{normal: {std: 0.01}}`, `[1, 2, 1]`, `{file: kernel.npy}`, or one for each tensor: `{weight: he_normal,
  /// bias: zeros}`.
  mutating func initializers(_ node: YAMLNode) -> [InitializerDeclaration]? {
    let isOne = node.entries?.contains { Self.words.contains($0.key) } ?? true
    if isOne { return initializer(node, tensor: nil).map { [$0] } }
    let entries = node.entries ?? []
    let list = entries.compactMap { entry in
      initializer(entry.value, tensor: entry.key).map { declaration in
        var declaration = declaration
        declaration.tensorSpan = entry.keySpan
        return declaration
      }
    }
    return list.count == entries.count ? list : nil
  }

  private mutating func initializer(_ node: YAMLNode, tensor: String?) -> InitializerDeclaration? {
    if let items = node.items, !items.contains(where: { $0.text.map(Self.distributionWords.contains) == true }) {
      return list(node).map { declaration($0, tensor, node.span) }
    }
    let word: (text: String, span: Span)
    var argumentNode: YAMLNode?
    if let entries = node.entries, let first = entries.first {
      if TensorInitializer.givenForms.contains(where: { form in entries.contains { $0.key == form.word } }) {
        return given(node).map { declaration($0, tensor, node.span) }
      }
      guard entries.count == 1 else {
        report(.wrongType, "an initializer is one word with its numbers, not \(entries.count)", at: node.span)
        return nil
      }
      word = (first.key, first.keySpan)
      argumentNode = first.value
    } else if let text = node.text {
      word = (text, node.span)
    } else {
      report(
        .wrongType, "an initializer is a word such as he_normal, {normal: {std: 0.01}}, or a list of numbers",
        at: node.span)
      return nil
    }
    guard let distribution = TensorInitializer.distributions.first(where: { $0.word == word.text }) else {
      let message = "no initializer '\(word.text.shown)'"
      if [".npy", ".txt"].contains(where: { word.text.hasSuffix($0) }) {
        report(.wrongWord, message, at: word.span, notes: [.init("a file is written `{file: \(word.text.shown)}`")])
      } else {
        let words = Self.distributionWords
        let isNear = Synonyms.isNear(word.text, to: words)
        reportWrongWord(
          message + (isNear ? "" : "; there are \(words.joined(separator: ", "))"), word.text, among: words,
          at: word.span)
      }
      return nil
    }
    var arguments: [Argument] = []
    if let argumentNode, !argumentNode.isEmpty {
      let known = distribution.arguments.map(\.name)
      guard let keys = keyedValues(argumentNode, of: word.text, known: known) else { return nil }
      for name in known {
        guard let entry = keys[name], let value = value(entry.value, type: .float, for: name) else { continue }
        arguments.append(Argument(name: name, nameSpan: entry.keySpan, value: value))
      }
    }
    return InitializerDeclaration(tensor: tensor, distribution: word.text, arguments: arguments, span: node.span)
  }

  private func declaration(
    _ values: InitializerDeclaration.Values, _ tensor: String?, _ span: Span
  ) -> InitializerDeclaration {
    InitializerDeclaration(tensor: tensor, distribution: "", arguments: [], values: values, span: span)
  }

  // MARK: Given values

  /// Nested lists whose rows are all as long.
  private mutating func list(_ node: YAMLNode) -> InitializerDeclaration.Values? {
    var numbers: [Expression] = []
    guard let shape = collect(node, depth: 1, into: &numbers) else { return nil }
    return .list(numbers, shape: shape)
  }

  private mutating func collect(_ node: YAMLNode, depth: Int, into numbers: inout [Expression]) -> [Int]? {
    let items = node.items ?? []
    guard let first = items.first else {
      report(.wrongType, "a list of values has at least one number", at: node.span)
      return nil
    }
    guard first.items != nil else {
      guard let row = expressions(node, for: "init", type: .float) else { return nil }
      numbers += row
      return [row.count]
    }
    guard depth < Self.deepestList else {
      report(.wrongType, "lists of values are nested at most \(Self.deepestList) deep", at: node.span)
      return nil
    }
    var shape: [Int]?
    for item in items {
      guard item.items != nil else {
        report(.wrongType, "a number stands among lists of values", at: item.span)
        return nil
      }
      guard let row = collect(item, depth: depth + 1, into: &numbers) else { return nil }
      guard row == shape ?? row else {
        report(.wrongType, "the rows of a list of values are all as long, but this one is not", at: item.span)
        return nil
      }
      shape = row
    }
    return shape.map { [items.count] + $0 }
  }

  /// `{outer: [1, 2, 1], sum: 1}`, `{range: 16}`, `{file: kernel.npy}`.
  private mutating func given(_ node: YAMLNode) -> InitializerDeclaration.Values? {
    let words = TensorInitializer.givenForms.map(\.word)
    guard let keys = keyedValues(node, of: "init", known: words + ["sum"]) else { return nil }
    guard keys.keys.filter({ $0 != "sum" }).count == 1, keys["sum"] == nil || keys["outer"] != nil else {
      report(.wrongType, "init is one of \(words.joined(separator: ", ")); sum goes with outer", at: node.span)
      return nil
    }
    if let outer = keys["outer"]?.value {
      let isPair = outer.items?.first?.items != nil
      if isPair, outer.items?.count != 2 {
        report(.wrongType, "outer is a list of numbers, or two such lists", at: outer.span)
        return nil
      }
      let lists = (isPair ? outer.items ?? [] : [outer]).map { expressions($0, for: "outer", type: .float) }
      guard let rows = lists[0], let columns = lists[lists.count - 1] else { return nil }
      var sum: Expression?
      if let entry = keys["sum"] {
        sum = expression(entry.value, for: "sum", type: .float)
        if sum == nil { return nil }
      }
      return .outer(rows, columns, sum: sum)
    }
    if let range = keys["range"]?.value {
      if range.items != nil {
        return expressions(range, for: "range", counts: [2]).map { .range(from: $0[0], end: $0[1]) }
      }
      return expression(range, for: "range").map { .range(from: nil, end: $0) }
    }
    return keys["file"].flatMap { text($0.value, for: "file") }.map { .file($0) }
  }
}
