import Diagnostics
import Layers
import YAML

/// `[relu, name: x]`: what belongs beside an operation and stands as an item of its own behind it, for the braces are missing.
extension SpecDecoder {
  /// How many of the items behind one in a list in brackets belong beside it; 0 for nearly all.
  func countBeside(_ nodes: ArraySlice<YAMLNode>) -> Int {
    guard let first = nodes.first, let word = operationWord(of: first) else { return 0 }
    let keys = Self.nodeKeys + (Self.companions[word] ?? [])
    return nodes.dropFirst().prefix { node in
      guard let entries = node.entries, entries.count == 1, node.span.source == first.span.source else { return false }
      // `scale: {by: 0.5}` is a layer, `scale: 0.5` is none.
      return keys.contains(entries[0].key) && (!isOperation(entries[0].key) || entries[0].value.entries == nil)
    }.count
  }

  private func operationWord(of node: YAMLNode) -> String? {
    if let word = node.text { return isOperation(word) ? word : nil }
    return node.entries?.first { isOperation($0.key) }?.key
  }

  /// Reports items that belong beside the one before them, with the braces that make them do so.
  mutating func reportBeside(_ nodes: ArraySlice<YAMLNode>) {
    guard let first = nodes.first, let last = nodes.last, let word = operationWord(of: first),
      let entry = nodes.dropFirst().first?.entries?.first
    else { return }
    let whole = Span(source: first.span.source, start: first.span.start, end: last.span.end)
    var fixes: [Diagnostic.Fix] = []
    if whole.start.line == whole.end.line {
      let file = reader.sources[whole.source]
      var text = file.text(of: first.span)
      if text.hasPrefix("{"), text.hasSuffix("}") { text = String(text.dropFirst().dropLast()) }
      let rest = file.text(of: Span(source: whole.source, start: first.span.end, end: whole.end))
      fixes = [
        .init("put braces around both", edit: .init(whole, replacement: "{\(text)\(rest)}"), isUnambiguous: true)
      ]
    }
    report(
      .unknownOperation,
      "'\(entry.key.shown)' is no item but stands beside \(word.shown): `{\(word.shown)…, \(entry.key.shown): …}`",
      at: entry.keySpan, fixes: fixes)
  }
}
