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

  /// `- act`, where `act` is a parameter or a column: `use` stands before it.
  mutating func reportBareParameter(_ name: String, at span: Span) {
    let lead = reader.sources[span.source].line(span.start.line).unicodeScalars.prefix(span.start.column - 1)
    let isInList = lead.reversed().first { $0 != " " }.map { "-[,".unicodeScalars.contains($0) } ?? false
    let call = isInList ? "use: \(name)" : "{use: \(name)}"
    report(
      .unknownOperation, "'\(name)' is a parameter; the layer that it stands for is written `use: \(name)`", at: span,
      fixes: [.init("write \(call)", edit: .init(span, replacement: call), isUnambiguous: true)])
  }

  /// An operation beside which a key may stand.
  private func owner(of key: String) -> String {
    Self.companions.filter { $0.value.contains(key) }.keys.min().map { "\($0): …" } ?? "relu"
  }

  /// Reports a key that is not known, with the word that is meant; the fix is an edit where one mends it.
  ///
  /// - Returns: The word that must be meant, if there is one and it does not stand there too: whoever reads on as if it were
  ///   written reports nothing that follows from this mistake.
  @discardableResult
  mutating func reportUnknownKey(
    _ message: String, _ hint: Synonyms.Hint?, _ entry: YAMLEntry, in node: YAMLNode
  ) -> String? {
    if reportMissingColon(in: entry.key, at: entry.keySpan) { return nil }
    var fixes: [Diagnostic.Fix] = []
    var meant: String?
    if let word = hint?.replacement, node.entries?.contains(where: { $0.key == word }) == false {
      meant = word
      fixes.append(.init("write '\(word)'", edit: .init(entry.keySpan, replacement: word), isUnambiguous: true))
    }
    if hint?.isSuperfluous == true, let edit = node.removal(of: entry) {
      fixes.append(.init("leave \(entry.key.shown) out", edit: edit, isUnambiguous: true))
    }
    report(.unknownKey, message + (hint?.text ?? ""), at: entry.keySpan, fixes: fixes)
    return meant
  }

  /// Reports a word that is none of a list's, with the one that is meant and the edit where one mends it.
  mutating func reportWrongWord(_ message: String, _ word: String, among known: [String], at span: Span) {
    let hint = Synonyms.hint(for: word, among: known)
    let fixes = hint?.replacement.map { meant in
      [Diagnostic.Fix("write '\(meant)'", edit: .init(span, replacement: meant), isUnambiguous: true)]
    }
    report(.wrongWord, message + (hint?.text ?? ""), at: span, fixes: fixes ?? [])
  }

  /// Reports a key that is no field of a layer or block.
  ///
  /// - Returns: The field that must be meant, if there is one.
  mutating func reportUnknownField(
    _ entry: YAMLEntry, of owner: String, known: [String], in node: YAMLNode
  ) -> String? {
    let message = "\(owner) has no field '\(entry.key.shown)'"
    // `out:8` is one word for YAML, and so is `out=8`.
    if let sign = entry.key.utf8.firstIndex(where: { ":=".utf8.contains($0) }), entry.value.isEmpty,
      known.contains(entry.key[..<sign].trimmed)
    {
      let pair = "\(entry.key[..<sign].trimmed): \(entry.key[entry.key.index(after: sign)...].trimmed)"
      let reason = entry.key.utf8[sign] == UInt8(ascii: ":") ? "a space belongs behind the colon" : "a pair has a colon"
      report(
        .unknownKey, "\(message); \(reason): `\(pair.shown)`", at: entry.keySpan,
        fixes: [.init("write \(pair.shown)", edit: .init(entry.keySpan, replacement: pair), isUnambiguous: true)])
      return nil
    }
    if Self.nodeKeys.contains(entry.key) {
      report(
        .unknownKey, "\(message); it stands beside \(owner): `{\(owner): {…}, \(entry.key): …}`", at: entry.keySpan,
        fixes: movingBeside(entry, of: owner, in: node))
      return nil
    }
    let isLayer = LayerRegistry.declaration(owner) != nil
    if isLayer, ["activation", "act", "act_layer", "nonlinearity"].contains(entry.key) {
      reportActivation(entry, of: owner, in: node)
      return nil
    }
    if isLayer, reportNodes(entry, of: owner, in: node) { return nil }
    guard let hint = Synonyms.hint(for: entry.key, among: known) else {
      let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
      if !reportMissingColon(in: entry.key, at: entry.keySpan) {
        report(.unknownKey, "\(message); \(list)", at: entry.keySpan)
      }
      return nil
    }
    return reportUnknownKey(message, hint, entry, in: node)
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

  /// The text of a mapping in braces without one of its entries.
  private func text(of node: YAMLNode, without entry: YAMLEntry) -> String? {
    guard node.isFlow, node.span.start.line == node.span.end.line else { return nil }
    let file = reader.sources[node.span.source]
    guard let edit = node.removal(of: entry) else { return nil }
    return file.text(of: Span(source: node.span.source, start: node.span.start, end: edit.span.start))
      + file.text(of: Span(source: node.span.source, start: edit.span.end, end: node.span.end))
  }
}
