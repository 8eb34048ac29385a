import Diagnostics

extension YAMLNode {
  /// The edit that takes an entry out of a mapping; nil where it is the only one or its lines hold more.
  ///
  /// YAML cuts `shape: (32, 32, 3)` into several entries, of which the first has the whole for its value.
  package func removal(of entry: YAMLEntry) -> Diagnostic.Edit? {
    guard let entries, entries.contains(where: { $0.keySpan == entry.keySpan }) else { return nil }
    let source = span.source
    let end = max(entry.keySpan.end, entry.value.span.end)
    if let next = entries.first(where: { $0.keySpan.start >= end }) {
      return .init(Span(source: source, start: entry.keySpan.start, end: next.keySpan.start), replacement: "")
    }
    if let before = entries.last(where: { $0.keySpan.start < entry.keySpan.start }) {
      let start = max(before.keySpan.end, before.value.span.end)
      return .init(Span(source: source, start: start, end: end), replacement: "")
    }
    return isFlow ? .init(Span(source: source, start: entry.keySpan.start, end: end), replacement: "") : nil
  }

  /// The number of `rate: 0,5` in braces, which YAML reads as the value `0` and the key `5`: this value with the piece
  /// behind it; nil where they are none.
  package func decimal(with piece: (text: String, span: Span)?) -> YAMLNode? {
    guard case .scalar(let text, quoted: false) = content, let piece, !text.isEmpty, !piece.text.isEmpty,
      (text + piece.text).utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      text.utf8.count + piece.text.utf8.count <= 20
    else { return nil }
    var whole = self
    whole.span = span.extended(to: piece.span)
    whole.content = .scalar("\(text).\(piece.text)", quoted: false)
    return whole
  }
}
