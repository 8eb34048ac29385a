import Diagnostics
import Layers
import YAML

/// What people write who know other libraries, and how it is said here: words, pairs and numbers.
extension SpecDecoder {
  /// What is said of a word of the grammar that stands where a layer belongs: it is none that is misspelled.
  func placeHint(of word: String) -> Synonyms.Hint? {
    if ["prev", "input"].contains(word) {
      return .init(text: "; '\(word)' is a value, which `from: \(word)` names")
    }
    if Self.nodeKeys.contains(word) || Self.companions.values.contains(where: { $0.contains(word) }) {
      return .init(text: "; '\(word)' stands beside an operation: `{\(owner(of: word)), \(word): …}`")
    }
    let kinds = LayerRegistry.declarations.values.filter { $0.written.contains { $0.name == word } }.map(\.keyword)
      .sorted()
    guard let kind = kinds.contains("conv") ? "conv" : kinds.first else { return nil }
    return .init(text: "; it is a field, which stands within its layer: `\(kind): {\(word): …}`")
  }

  /// An operation beside which a key may stand.
  private func owner(of key: String) -> String {
    Self.companions.filter { $0.value.contains(key) }.keys.min().map { "\($0): …" } ?? "relu"
  }

  /// Reports a key that is not known, with the word that is meant; the fix is an edit where one mends it.
  mutating func reportUnknownKey(_ message: String, _ hint: Synonyms.Hint?, _ entry: YAMLEntry, in node: YAMLNode) {
    var fixes: [Diagnostic.Fix] = []
    if let word = hint?.replacement, node.entries?.contains(where: { $0.key == word }) == false {
      fixes.append(.init("write '\(word)'", edit: .init(entry.keySpan, replacement: word), isUnambiguous: true))
    }
    if hint?.isSuperfluous == true, let edit = removal(of: entry, in: node) {
      fixes.append(.init("leave \(entry.key.shown) out", edit: edit, isUnambiguous: true))
    }
    report(.unknownKey, message + (hint?.text ?? ""), at: entry.keySpan, fixes: fixes)
  }

  /// Reports a key that is no field of a layer or block.
  mutating func reportUnknownField(_ entry: YAMLEntry, of owner: String, known: [String], in node: YAMLNode) {
    let message = "\(owner) has no field '\(entry.key.shown)'"
    // `out:8` is one word for YAML.
    if let colon = entry.key.utf8.firstIndex(of: UInt8(ascii: ":")), entry.value.isEmpty,
      known.contains(String(entry.key[..<colon]))
    {
      let pair = "\(entry.key[..<colon]): \(entry.key[entry.key.index(after: colon)...])"
      report(
        .unknownKey, "\(message); a space belongs behind the colon: `\(pair.shown)`", at: entry.keySpan,
        fixes: [.init("write \(pair.shown)", edit: .init(entry.keySpan, replacement: pair), isUnambiguous: true)])
      return
    }
    if Self.nodeKeys.contains(entry.key) {
      report(
        .unknownKey, "\(message); it stands beside \(owner): `{\(owner): {…}, \(entry.key): …}`", at: entry.keySpan,
        fixes: movingBeside(entry, of: owner, in: node))
      return
    }
    let isLayer = LayerRegistry.declaration(owner) != nil
    if isLayer, ["activation", "act", "act_layer", "nonlinearity"].contains(entry.key) {
      reportActivation(entry, of: owner, in: node)
      return
    }
    guard let hint = Synonyms.hint(for: entry.key, among: known) else {
      let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
      report(.unknownKey, "\(message); \(list)", at: entry.keySpan)
      return
    }
    reportUnknownKey(message, hint, entry, in: node)
  }

  /// `conv: {…, activation: relu}`: an activation is a layer of its own.
  private mutating func reportActivation(_ entry: YAMLEntry, of owner: String, in node: YAMLNode) {
    let word = entry.value.text ?? ""
    let known = LayerRegistry.declarations.keys.sorted()
    let kind = LayerRegistry.declaration(word) != nil ? word : Synonyms.hint(for: word, among: known)?.replacement
    var fixes: [Diagnostic.Fix] = []
    if let kind, let rest = text(of: node, without: entry), let separator = separator(afterCallOf: owner, node) {
      fixes.append(
        .init(
          "write it as a layer, \(kind)", edit: .init(node.span, replacement: rest + separator + kind),
          isUnambiguous: true))
    }
    report(
      .unknownKey,
      "\(owner) has no field '\(entry.key.shown)'; an activation is a layer of its own: `- \(kind ?? "relu")`",
      at: entry.keySpan, fixes: fixes)
  }

  /// What separates a layer of a list from the next one; nil where the layer is no item of a list by itself.
  private func separator(afterCallOf owner: String, _ node: YAMLNode) -> String? {
    let file = reader.sources[node.span.source]
    let line = file.line(node.span.start.line).unicodeScalars
    guard node.isFlow, node.span.start.line == node.span.end.line else { return nil }
    let lead = String(String.UnicodeScalarView(line.prefix(node.span.start.column - 1)))
    let rest = line.dropFirst(node.span.end.column - 1).first { $0 != " " }
    let indent = lead.prefix { $0 == " " }
    if lead.dropFirst(indent.count) == "- \(owner): ", rest == nil || rest == "#" { return "\n\(indent)- " }
    guard lead.hasSuffix("[\(owner): ") || lead.hasSuffix(", \(owner): ") && rest == "]" else { return nil }
    return ", "
  }

  /// `conv: {…, repeat: 3}`: what is said of an item stands beside its operation.
  private func movingBeside(_ entry: YAMLEntry, of owner: String, in node: YAMLNode) -> [Diagnostic.Fix] {
    let file = reader.sources[node.span.source]
    let line = file.line(node.span.start.line).unicodeScalars
    let lead = String(String.UnicodeScalarView(line.prefix(node.span.start.column - 1)))
    let indent = lead.prefix { $0 == " " }.count
    guard lead.dropFirst(indent) == "- \(owner): ", let rest = text(of: node, without: entry) else { return [] }
    let value = file.text(of: entry.value.span)
    let start = Position(line: node.span.start.line, column: indent + 3)
    let edit = Diagnostic.Edit(
      Span(source: node.span.source, start: start, end: node.span.end),
      replacement: "{\(owner): \(rest), \(entry.key): \(value)}")
    return [.init("write `\(entry.key)` beside \(owner)", edit: edit, isUnambiguous: true)]
  }

  // MARK: Text

  /// The edit that takes an entry out of a mapping; nil where it is the only one or its lines hold more.
  private func removal(of entry: YAMLEntry, in node: YAMLNode) -> Diagnostic.Edit? {
    guard let entries = node.entries, let index = entries.firstIndex(where: { $0.keySpan == entry.keySpan }),
      entries.count > 1 || node.isFlow
    else { return nil }
    let source = node.span.source
    if entries.count == 1 {
      return .init(Span(source: source, start: entry.keySpan.start, end: entry.value.span.end), replacement: "")
    }
    if index + 1 < entries.count {
      return .init(
        Span(source: source, start: entry.keySpan.start, end: entries[index + 1].keySpan.start), replacement: "")
    }
    return .init(
      Span(source: source, start: entries[index - 1].value.span.end, end: entry.value.span.end), replacement: "")
  }

  /// The text of a mapping in braces without one of its entries.
  private func text(of node: YAMLNode, without entry: YAMLEntry) -> String? {
    guard node.isFlow, node.span.start.line == node.span.end.line else { return nil }
    let file = reader.sources[node.span.source]
    guard let edit = removal(of: entry, in: node) else { return nil }
    return file.text(of: Span(source: node.span.source, start: node.span.start, end: edit.span.start))
      + file.text(of: Span(source: node.span.source, start: edit.span.end, end: node.span.end))
  }
}

/// Numbers and pairs as other languages write them.
enum ForeignValue {
  /// What a text in the place of a number or a size is meant to be: `3x3`, `(3, 3)`, `50%`, `0,5`, `0x10`.
  static func meant(by text: String, isSize: Bool) -> String? {
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard let first = text.utf8.first, digits.contains(first) || first == UInt8(ascii: "("), text.utf8.count <= 64,
      text.utf8.contains(where: { "xX,%×".utf8.contains($0) })
    else { return nil }
    if let hexadecimal = text.wholeMatch(of: /0[xX]([0-9a-fA-F]+)/) {
      return Int(hexadecimal.1, radix: 16).map(String.init)
    }
    if isSize {
      if let pair = text.wholeMatch(of: /(\d+)\s*[x×X]\s*(\d+)/) {
        return pair.1 == pair.2 ? String(pair.1) : "[\(pair.1), \(pair.2)]"
      }
      if let tuple = tuple(text) { return tuple }
    }
    if let percent = text.wholeMatch(of: /(\d+(?:\.\d+)?)\s*%/), let number = Double(String(percent.1)) {
      return "\(number / 100)"
    }
    if let comma = text.wholeMatch(of: /(\d+),(\d+)/) { return "\(comma.1).\(comma.2)" }
    return nil
  }

  /// `[3, 3]` for `(3, 3)`; nil for what is in parentheses for another reason.
  static func tuple(_ text: String) -> String? {
    guard text.hasPrefix("("), text.hasSuffix(")") else { return nil }
    var depth = 0
    var commas = 0
    let inner = text.dropFirst().dropLast()
    for byte in inner.utf8 {
      switch byte {
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: ",") where depth == 0: commas += 1
      default: break
      }
      if depth < 0 { return nil }
    }
    return depth == 0 && commas > 0 ? "[\(inner)]" : nil
  }

  /// An input that is written as a list or as `3x224x224`: channels, height and width, a batch before them left out.
  static func input(_ sizes: [Int]) -> String? {
    var sizes = sizes
    if sizes.count == 4 { sizes.removeFirst() }
    guard sizes.count == 3 else { return sizes.count == 1 ? "{features: \(sizes[0])}" : nil }
    // Channels last, as TensorFlow has them.
    if sizes[2] <= 4, sizes[0] > 4, sizes[1] > 4 { sizes = [sizes[2], sizes[0], sizes[1]] }
    let size = sizes[1] == sizes[2] ? "size: \(sizes[1])" : "height: \(sizes[1]), width: \(sizes[2])"
    return "{channels: \(sizes[0]), \(size)}"
  }
}
