import Diagnostics
import YAML

/// Lists where mappings belong: `[{small: {width: 0.5}}, …]`, `[{name: small, width: 0.5}, …]`.
extension SpecDecoder {
  /// The list as the mapping that it is meant to be; nil where that is not clear, or a comment would be lost.
  ///
  /// With `keysAreNames` the name that an item has may be its key.
  func asMapping(_ node: YAMLNode, keysAreNames: Bool) -> Diagnostic.Fix? {
    let file = reader.sources[node.span.source]
    guard let items = node.items, !items.isEmpty, items.count <= 100, !file.text(of: node.span).contains("#"),
      let pairs = pairs(of: items, file) ?? (keysAreNames ? namedPairs(of: items, file) : nil),
      Set(pairs.map(\.key)).count == pairs.count
    else { return nil }
    let text: String
    if node.isFlow {
      text = "{\(pairs.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    } else {
      // Two columns behind the dashes is deeper than the list's key, wherever that stands.
      let indent = String(repeating: " ", count: node.span.start.column + 1)
      text = "  " + pairs.map { "\($0.key): \($0.value)" }.joined(separator: "\n\(indent)")
    }
    guard let end = items.last?.span.end else { return nil }
    let span = Span(source: node.span.source, start: node.span.start, end: node.isFlow ? node.span.end : end)
    return .init("write a mapping, without the list", edit: .init(span, replacement: text), isUnambiguous: true)
  }

  private typealias Pair = (key: String, value: String)

  /// Items that are an entry each, with their values as they are written.
  private func pairs(of items: [YAMLNode], _ file: SourceFile) -> [Pair]? {
    let pairs = items.compactMap { item -> Pair? in
      guard let entries = item.entries, entries.count == 1, let value = flowText(of: entries[0].value, file)
      else { return nil }
      return (file.text(of: entries[0].keySpan), value)
    }
    return pairs.count == items.count ? pairs : nil
  }

  /// Items with a `name` among their entries.
  private func namedPairs(of items: [YAMLNode], _ file: SourceFile) -> [Pair]? {
    let pairs = items.compactMap { item -> Pair? in
      guard let entries = item.entries, let name = entries.first(where: { $0.key == "name" })?.value,
        name.text?.isEmpty == false
      else { return nil }
      let rest = entries.filter { $0.key != "name" }.map { entry -> String? in
        flowText(of: entry.value, file).map { "\(file.text(of: entry.keySpan)): \($0)" }
      }
      let texts = rest.compactMap(\.self)
      return texts.count == rest.count ? (file.text(of: name.span), "{\(texts.joined(separator: ", "))}") : nil
    }
    return pairs.count == items.count ? pairs : nil
  }

  /// A value on one line; nil where that cannot be done by putting its parts together.
  private func flowText(of node: YAMLNode, _ file: SourceFile) -> String? {
    if node.isEmpty { return "{}" }
    if node.span.start.line == node.span.end.line, node.isFlow || node.text != nil {
      let text = file.text(of: node.span)
      return node.isFlow || !text.contains(where: { ",[]{}&*!|>".contains($0) }) ? text : nil
    }
    guard let entries = node.entries else { return nil }
    let texts = entries.compactMap { entry in
      flowText(of: entry.value, file).map { "\(file.text(of: entry.keySpan)): \($0)" }
    }
    return texts.count == entries.count ? "{\(texts.joined(separator: ", "))}" : nil
  }
}
