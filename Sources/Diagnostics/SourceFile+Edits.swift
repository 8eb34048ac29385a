extension SourceFile {
  /// The text with edits applied; of edits that overlap only the first in the text is.
  package func applying(_ edits: [Diagnostic.Edit]) -> String {
    let ranges = edits.map { edit in
      (start: offset(of: edit.span.start), end: offset(of: edit.span.end), text: edit.replacement)
    }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    var result: [UInt8] = []
    var position = 0
    for range in ranges where range.start >= position {
      result += bytes[position..<range.start]
      result += Array(range.text.utf8)
      position = max(range.start, range.end)
    }
    result += bytes[position...]
    return String(decoding: result, as: UTF8.self)
  }
}
