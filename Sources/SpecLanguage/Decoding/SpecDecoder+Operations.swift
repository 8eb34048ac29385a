import Diagnostics
import Layers
import YAML

/// The operation of an item among its keys, and what is said where it is none.
extension SpecDecoder {
  /// The entries with a misspelled operation reported and spelled as it must be meant, if there is no other one.
  mutating func spellingOperation(_ entries: [YAMLEntry]) -> [YAMLEntry] {
    guard !entries.contains(where: { isOperation($0.key) }) else { return entries }
    let words = operationWords
    for (index, entry) in entries.enumerated().prefix(100) {
      guard !Self.nodeKeys.contains(entry.key), placeHint(of: entry.key) == nil, !isUnknowable(entry.key),
        !WrittenForm.isLikely(entry.key),
        entry.keySpan.start.line == entry.keySpan.end.line,
        let meant = Synonyms.hint(for: entry.key, among: words)?.replacement
      else { continue }
      reportUnknownOperation(entry.key, at: entry.keySpan)
      var result = entries
      result[index].key = meant
      return result
    }
    return entries
  }

  /// Whether a word may be a block whose declaration, or whose file, could not be read: what is wrong is said there.
  func isUnknowable(_ word: String) -> Bool {
    faultyBlocks.contains(word) || lacksBlocks && word.first?.isUppercase ?? false
  }

  mutating func chooseOperation(
    _ operations: [YAMLEntry], unknown: [YAMLEntry], node: YAMLNode
  ) -> YAMLEntry? {
    if operations.count > 1 {
      let words = operations.map { "'\($0.key)'" }.joined(separator: " and ")
      report(
        .twoOperations, "an item has one operation, this one has \(words)", at: operations[1].keySpan,
        notes: [.init("begin a new item with `- `, or put both into `seq: […]`")])
      return nil
    }
    guard let operation = operations.first else {
      // One word is the mistake; the others would be right beside what it should have been.
      let words = operationWords
      let suspect =
        unknown.count == 1
        ? unknown[0]
        : unknown.prefix(100).first { placeHint(of: $0.key) == nil && Synonyms.isNear($0.key, to: words) }
          ?? unknown.prefix(100).first { WrittenForm.isLikely($0.key) }
      if reportKindAsValue(unknown, words) { return nil }
      if let suspect {
        reportUnknownOperation(suspect.key, at: suspect.keySpan, value: suspect.value)
      } else if !unknown.contains(where: { faultyBlocks.contains($0.key) }) {
        let place = Span(source: node.span.source, start: node.span.start, end: node.span.start.advanced(by: 1))
        report(
          .noOperation, "the item has no operation", at: place,
          notes: [.init("a layer kind such as conv, a block, or a combinator such as residual")])
      }
      return nil
    }
    return operation
  }

  /// `"conv: {out: 8}"`: quotes make one text of a layer.
  ///
  /// - Returns: Whether it is that.
  private mutating func reportQuotedLayer(_ word: String, at span: Span) -> Bool {
    let written = reader.sources[span.source].text(of: span)
    guard let quote = written.first, quote == "\"" || quote == "'", written.last == quote,
      let key = word.prefixMatch(of: /([A-Za-z_]\w*):\s/), isOperation(String(key.1)),
      written.dropFirst().dropLast() == word
    else { return false }
    report(
      .unknownOperation, "the quotes make a text of the layer; leave them out", at: span,
      fixes: [.init("leave the quotes out", edit: .init(span, replacement: word), isUnambiguous: true)])
    return true
  }

  /// `{type: Conv2d, filters: 32}`, as Keras's configurations and other descriptions have layers.
  ///
  /// - Returns: Whether it is that.
  private mutating func reportKindAsValue(_ entries: [YAMLEntry], _ words: [String]) -> Bool {
    let keys = ["type", "layer", "kind", "class", "class_name", "op", "op_type", "layer_type", "module"]
    guard let entry = entries.first(where: { keys.contains($0.key) }), let text = entry.value.text else { return false }
    let name = text.split(separator: ".").last.map(String.init) ?? text
    guard let kind = words.contains(name) ? name : Synonyms.hint(for: name, among: words)?.replacement else {
      return false
    }
    report(
      .noOperation, "the kind of a layer is its key here: `\(kind): {…}`, not `\(entry.key): \(text.shown)`",
      at: entry.keySpan)
    return true
  }

  /// Reports a key beside an operation that is none of those that may stand there.
  ///
  /// - Returns: The key that must be meant, if there is one.
  mutating func reportBeside(
    _ operation: String, _ entry: YAMLEntry, known: [String], in node: YAMLNode
  ) -> String? {
    let isField = LayerRegistry.declaration(operation)?.field(named: entry.key) != nil
    let hint =
      isField
      ? Synonyms.Hint(
        text: "; it is a field of \(operation): write \(operation): {\(entry.key): …}"
          + (node.isFlow ? "" : ", or indent it further than \(operation)"))
      : Synonyms.hint(for: entry.key, among: known)
    return reportUnknownKey("an item has no key '\(entry.key.shown)'", hint, entry, in: node)
  }

  mutating func reportUnknownOperation(_ word: String, at span: Span, value: YAMLNode? = nil) {
    if span.start.line != span.end.line {
      report(
        .unknownOperation, "the item runs on to line \(span.end.line), which stands deeper than its '-'", at: span,
        notes: [.init("items of one list stand at one indentation")])
      return
    }
    if value == nil, reportQuotedLayer(word, at: span) { return }
    if isUnknowable(word) || reportMissingColon(in: word, at: span) || reportLayerForm(of: word, at: span, value: value)
    {
      return
    }
    let hint = placeHint(of: word) ?? Synonyms.hint(for: word, among: operationWords)
    let isBlock = word.first?.isUppercase ?? false && (hint == nil || Synonyms.isNear(word, to: Array(blocks.keys)))
    var fixes = hint?.replacement.map { known in
      [Diagnostic.Fix("write '\(known)'", edit: .init(span, replacement: known), isUnambiguous: true)]
    }
    // `activation: relu`.
    if word == "activation", let value, let kind = value.text, LayerRegistry.declaration(kind) != nil {
      let whole = span.extended(to: value.span)
      fixes = [.init("write \(kind)", edit: .init(whole, replacement: kind), isUnambiguous: true)]
    }
    report(
      .unknownOperation, "no \(isBlock ? "block" : "layer kind") '\(word.shown)'\(hint?.text ?? "")", at: span,
      fixes: fixes ?? [])
  }
}
