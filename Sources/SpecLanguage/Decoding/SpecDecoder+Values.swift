import Diagnostics
import Expressions
import Layers
import Shapes
import YAML

/// The type that a value is read by: that of the field or parameter it stands for.
enum ExpectedType {
  case field(Field.FieldType)
  case layer
  /// A column of a `for_each` table: a number, a truth value, `[h, w]` or a layer.
  case column

  /// The types of what stands at other places than fields and parameters.
  static let int = ExpectedType.field(.int(Int.min...Int.max))
  static let float = ExpectedType.field(.float(-Double.infinity...Double.infinity))
  static let bool = ExpectedType.field(.bool)
  static let size = ExpectedType.field(.size(Int.min...Int.max))
  static func word(_ words: [String]) -> ExpectedType { .field(.word(words)) }

  init(_ type: Field.FieldType) { self = .field(type) }

  init(_ type: ParameterType) { self = type.fieldType.map { .field($0) } ?? .layer }

  var name: String {
    switch self {
    case .field(.int): "an integer"
    case .field(.float): "a number"
    case .field(.bool): "true or false"
    case .field(.size): "an integer or [height, width]"
    case .field(.padding): "half, same, valid, an integer, [h, w] or [top, bottom, left, right]"
    case .field(.word(let words)): "one of \(words.joined(separator: ", "))"
    case .field(.text): "a text"
    case .field(.ints): "a list of integers"
    case .field(.intTable): "a list of lists of integers"
    case .field(.initializers): "an initializer such as he_normal"
    case .field(.node): "the name of an earlier node"
    case .layer: "a layer"
    case .column: "a number, true, false, [h, w] or a layer"
    }
  }
}

extension SpecDecoder {
  /// The entries of a mapping by key, unknown ones reported, and taken for the word that they can only mean; nil if the node is
  /// no mapping.
  mutating func keyedValues(_ node: YAMLNode, of owner: String, known: [String]) -> [String: YAMLEntry]? {
    guard let entries = mapping(node, for: owner) else { return nil }
    var result: [String: YAMLEntry] = [:]
    for entry in entries where !reader.diagnostics.isFull {
      if known.contains(entry.key) {
        result[entry.key] = entry
      } else {
        let hint =
          Self.hint(forRootEntry: entry, in: node, among: known) ?? Synonyms.hint(for: entry.key, among: known)
        let list = hint == nil && known.count <= 30 ? "; it has \(known.listed)" : ""
        let meant = reportUnknownKey("\(owner) has no key '\(entry.key.shown)'\(list)", hint, entry, in: node)
        if let meant {
          result[meant] = entry
          result[meant]?.key = meant
        }
      }
    }
    return result
  }

  /// The entries of a mapping, with expressions that a comma cut in two put together again; nil if the node is no mapping.
  mutating func mapping(_ node: YAMLNode, for owner: String) -> [YAMLEntry]? {
    guard let entries = node.entries else {
      report(
        .wrongType, "\(owner) is a mapping of keys and values, not \(node.kindDescription)", at: node.span,
        notes: Self.examples[owner].map { [.init("for example `\($0)`")] } ?? [],
        fixes: asMapping(node, keysAreNames: owner == "variants").map { [$0] } ?? [])
      return nil
    }
    return node.isFlow ? joiningCutExpressions(entries) : entries
  }

  /// What the mappings of a spec look like.
  private static let examples = [
    "inputs": "inputs: {left: {channels: 3, size: 32}, right: {channels: 3, size: 32}}",
    "variants": "variants: {small: {width: 0.5}, large: {width: 2.0}}", "params": "params: {width: float = 1.0}",
    "blocks": "blocks: {Unit: {params: {out: int}, layers: [conv: {out: out, kernel: 3}, relu]}}",
    "functions": "functions: {\"half(x)\": x // 2}", "outputs": "outputs: {mask: up4}",
    "aux": "aux: {early: {from: block4, seq: [global_avg_pool, flatten, linear: {out: 10}]}}",
    "sweeps": "sweeps: {widths: {over: {width: [0.5, 1.0]}}}", "defaults": "defaults: {conv: {bias: false}}",
    "expect": "expect: {params: 4.2M, output: [1000]}",
    "preprocess": "preprocess: {resize: 256, crop: 224, scale: 255}",
    "recipes": "recipes: {quick: {epochs: 1}, thorough: {epochs: 100}}",
    "weights": "weights: {published: {features.*: backbone.*}}",
    "for_each": "for_each: {rows: [{out: 64}], layers: […]}",
  ]

  /// In `{out: max(8, w)}` YAML reads the keys `out` and `w)`.
  private mutating func joiningCutExpressions(_ entries: [YAMLEntry]) -> [YAMLEntry] {
    // Each piece behind the first is a key without a value.
    guard entries.contains(where: \.value.isEmpty) else { return entries }
    var result: [YAMLEntry] = []
    var rest = entries[...]
    while var entry = rest.popFirst() {
      let pieces = rest.prefix(Self.mostPieces).lazy.prefix { $0.value.isEmpty }.map {
        (text: $0.key, span: $0.keySpan)
      }
      if let whole = decimal(entry.value, pieces.first) {
        entry.value = whole
        rest.removeFirst()
      }
      if let (count, whole) = rejoined(entry.value, pieces, inside: "{}", key: "\(entry.key.shown): ") {
        entry.value = whole
        rest.removeFirst(count)
      }
      result.append(entry)
    }
    return result
  }

  /// In `[max(8, w), 3]` YAML reads the items `max(8`, `w)` and `3`.
  mutating func joiningCutExpressions(_ items: [YAMLNode]) -> [YAMLNode] {
    guard items.contains(where: { $0.text?.utf8.contains(UInt8(ascii: "(")) ?? false }) else { return items }
    var result: [YAMLNode] = []
    var rest = items[...]
    while let item = rest.popFirst() {
      let pieces = rest.prefix(Self.mostPieces).lazy.prefix { $0.text != nil }.map {
        (text: $0.text ?? "", span: $0.span)
      }
      if let (count, whole) = rejoined(item, pieces, inside: "[]", key: "") {
        result.append(whole)
        rest.removeFirst(count)
      } else {
        result.append(item)
      }
    }
    return result
  }

  /// `rate: 0,5` in braces: YAML reads the value `0` and the key `5`.
  private mutating func decimal(_ first: YAMLNode, _ piece: (text: String, span: Span)?) -> YAMLNode? {
    guard let whole = first.decimal(with: piece), let number = whole.text else { return nil }
    report(
      .expressionSyntax, "a number has a decimal point, no comma: \(number)", at: whole.span,
      fixes: [.init("write \(number)", edit: .init(whole.span, replacement: number), isUnambiguous: true)])
    return whole
  }

  /// The pieces that an expression can be cut into: more are no expression that somebody wrote.
  private static let mostPieces = 64

  /// A scalar with an open parenthesis and the pieces after it that close it, which is reported; nil if none do.
  private mutating func rejoined(
    _ first: YAMLNode, _ pieces: some Sequence<(text: String, span: Span)>, inside brackets: String, key: String
  ) -> (count: Int, whole: YAMLNode)? {
    guard case .scalar(var text, quoted: false) = first.content else { return nil }
    var open = Self.openParentheses(text)
    guard open > 0 else { return nil }
    for (index, piece) in pieces.enumerated() {
      text += ", \(piece.text)"
      open += Self.openParentheses(piece.text)
      guard open <= 0 else { continue }
      var whole = first
      whole.span = first.span.extended(to: piece.span)
      if let pair = ForeignValue.meant(by: text, isSize: true) ?? ForeignValue.tuple(text), pair.hasPrefix("[") {
        reportForeign(text, pair, at: whole.span)
        let items = pair.dropFirst().dropLast().split(separator: ",").map { $0.trimmed }
        whole.content = .sequence(
          items.map {
            YAMLNode(content: .scalar($0, quoted: false), span: whole.span, isFlow: false, weight: 1)
          })
        return (index + 1, whole)
      }
      // No expression has quotes of its own, so those that stand around a part of it go.
      text.removeAll { $0 == "\"" || $0 == "'" }
      whole.content = .scalar(text, quoted: false)
      report(
        .needsQuotes, "a comma ends a value inside \(brackets); quote the expression: \(key)\"\(text.shown)\"",
        at: whole.span,
        fixes: [
          .init("write \"\(text.shown)\"", edit: .init(whole.span, replacement: "\"\(text)\""), isUnambiguous: true)
        ])
      return (index + 1, whole)
    }
    return nil
  }

  private static func openParentheses(_ text: String) -> Int {
    text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "(") ? 1 : $1 == UInt8(ascii: ")") ? -1 : 0) }
  }

  /// The text of a scalar; nil, reported, for anything else.
  mutating func text(_ node: YAMLNode, for owner: String) -> String? {
    guard let text = node.text, !node.isEmpty else {
      report(.wrongType, "\(owner) is a text, not \(node.kindDescription)", at: node.span)
      return nil
    }
    return text
  }

  /// The expression in a scalar; nil, reported, for anything else.
  mutating func expression(_ node: YAMLNode, for owner: String, type: ExpectedType = .int) -> Expression? {
    guard let text = node.text, !node.isEmpty else {
      report(.wrongType, "\(owner) is \(type.name), not \(node.kindDescription)", at: node.span)
      return nil
    }
    do {
      return try ExpressionParser.parse(text, source: node.span.source, start: node.textStart)
    } catch {
      report(error.id, error.message, at: error.span, notes: error.notes)
      return nil
    }
  }

  /// The expressions in a list.
  mutating func expressions(_ node: YAMLNode, for owner: String, counts: [Int]? = nil, type: ExpectedType = .int)
    -> [Expression]?
  {
    guard let written = node.items else {
      report(.wrongType, "\(owner) is a list, not \(node.kindDescription)", at: node.span)
      return nil
    }
    let items = node.isFlow ? joiningCutExpressions(written) : written
    if let counts, !counts.contains(items.count) {
      report(
        .wrongType, "\(owner) has \(counts.map(String.init).joined(separator: " or ")) numbers, not \(items.count)",
        at: node.span)
      return nil
    }
    let parsed = items.compactMap { expression($0, for: "an element of \(owner)", type: type) }
    return parsed.count == items.count ? parsed : nil
  }

  /// What is written for a field or parameter, read by its type; nil, reported, if it is of another type.
  mutating func value(_ node: YAMLNode, type: ExpectedType, for owner: String) -> ArgumentValue? {
    guard let form = form(node, type: type, for: owner) else { return nil }
    return ArgumentValue(form: form, span: node.span)
  }

  /// How many numbers a size and a padding may have: one an axis, or for each side.
  private static let (sizeCounts, paddingCounts) = ([1, 2, 3], [1, 2, 3, 4, 6])

  private mutating func form(_ node: YAMLNode, type: ExpectedType, for owner: String) -> ArgumentValue.Form? {
    let isSize: Bool =
      switch type {
      case .field(.size), .field(.padding), .column: true
      default: false
      }
    switch type {
    case .field(.int), .field(.float), .field(.size), .field(.padding), .column:
      if isForeign(node, isSize: isSize, for: owner) { return nil }
    default: break
    }
    if case .field(.bool) = type, reportTruth(node, for: owner) { return nil }
    switch type {
    case .field(.int), .field(.float), .field(.size), .field(.padding):
      if reportNone(node, for: owner) { return nil }
    default: break
    }
    switch type {
    case .field(.int), .field(.size), .field(.padding):
      if reportExponent(node, for: owner) { return nil }
    default: break
    }
    switch type {
    case .field(.int), .field(.float), .field(.bool):
      return expression(node, for: owner, type: type).map { .expression($0) }
    case .column where isLayer(node): return layer(node, in: owner)
    case .field(.size), .column:
      if node.items != nil { return expressions(node, for: owner, counts: Self.sizeCounts).map { .list($0) } }
      return expression(node, for: owner, type: type).map { .expression($0) }
    case .field(.padding):
      if node.items != nil { return expressions(node, for: owner, counts: Self.paddingCounts).map { .list($0) } }
      if let text = node.text, Padding(word: text) != nil { return .word(text) }
      if let text = node.text, Self.otherRims.contains(text.lowercased()), !isParameterName(text) {
        report(
          .wrongWord, "\(owner) puts zeros around, not '\(text)'", at: node.span,
          notes: [.init("put a layer before it, such as `- pad: {padding: 1, mode: reflect}`")])
        return nil
      }
      if let text = node.text, ["full", "causal", "explicit", "auto"].contains(text.lowercased()),
        !isParameterName(text)
      {
        report(
          .wrongWord, "\(owner) is \(type.name), not '\(text)'", at: node.span,
          notes: [.init("numbers say how much: `padding: [top, bottom, left, right]`, of a signal `[before, after]`")])
        return nil
      }
      if let text = node.text, text.allSatisfy(\.isLetter), let word = nearest(to: text, among: Padding.words) {
        // A misspelled word would read as an unknown name; a parameter may still have such a name.
        if word != text, !isParameterName(text) {
          report(
            .wrongWord, "\(owner) is \(type.name), not '\(text.shown)'; did you mean '\(word)'?", at: node.span,
            fixes: [.init("write '\(word)'", edit: .init(node.span, replacement: word), isUnambiguous: true)])
          return nil
        }
      }
      return expression(node, for: owner, type: type).map { .expression($0) }
    case .field(.word(let words)):
      guard let text = node.text, !node.isEmpty else {
        report(.wrongType, "\(owner) is \(type.name), not \(node.kindDescription)", at: node.span)
        return nil
      }
      guard words.contains(text) else {
        if words.contains("channels"), Int(text) != nil {
          reportAxis(text, "\(owner) is \(type.name), not '\(text.shown)'", at: node.span)
          return nil
        }
        reportWrongWord("\(owner) is \(type.name), not '\(text.shown)'", text, among: words, at: node.span)
        return nil
      }
      return .word(text)
    case .field(.text): return text(node, for: owner).map { .word($0) }
    case .field(.ints): return expressions(node, for: owner).map { .list($0) }
    case .field(.intTable):
      guard let rows = node.items else {
        report(.wrongType, "\(owner) is \(type.name), not \(node.kindDescription)", at: node.span)
        return nil
      }
      let table = rows.compactMap { expressions($0, for: "a row of \(owner)") }
      return table.count == rows.count ? .table(table) : nil
    case .field(.initializers): return initializers(node).map { .initializers($0) }
    case .field(.node): return reference(node).map { .reference($0) }
    case .layer: return layer(node, in: owner)
    }
  }

  /// An axis by its number: with the batch before, 1 is the channels.
  private mutating func reportAxis(_ text: String, _ message: String, at span: Span) {
    let hint =
      switch text {
      case "1": "; 1 is 'channels', for the batch has no axis here"
      case "-1": "; Keras's -1 is 'channels', PyTorch's is the last of a map's axes"
      default: "; axes have names here, and the batch has none"
      }
    report(
      .wrongWord, message + hint, at: span,
      fixes: text == "1"
        ? [.init("write 'channels'", edit: .init(span, replacement: "channels"), isUnambiguous: true)] : [])
  }

  /// What other libraries put around maps where `padding` puts zeros.
  private static let otherRims: Set<String> = [
    "reflect", "reflection", "replicate", "replication", "circular", "symmetric", "edge", "wrap", "zeros",
  ]

  /// Whether any block or the model declares a parameter of this name.
  func isParameterName(_ name: String) -> Bool {
    modelParameterNames.contains(name) || blocks.values.contains { $0.parameters.contains { $0.name == name } }
  }
}
