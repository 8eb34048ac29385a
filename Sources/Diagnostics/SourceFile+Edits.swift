extension SourceFile {
  /// The file's text with edits applied; of edits that overlap only the first in the text is.
  ///
  /// Lines that the edits write end as the file's do, and a byte order mark stays.
  package func applying(_ edits: [Diagnostic.Edit]) -> String {
    let ranges = edits.map { edit in
      (start: offset(of: edit.span.start), end: offset(of: edit.span.end), text: edit.replacement)
    }.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    var result = hasByteOrderMark ? Self.byteOrderMark : []
    var position = 0
    for range in ranges where range.start >= position {
      result += bytes[position..<range.start]
      result += withLineEnds(range.text)
      position = max(range.start, range.end)
    }
    result += bytes[position...]
    return String(decoding: result, as: UTF8.self)
  }

  /// The edit that adds lines behind the file's last one.
  package func appending(_ lines: String, source: SourceID) -> Diagnostic.Edit {
    let isOpen = !lineBytes(lineCount).isEmpty
    let end = Position(line: lineCount, column: line(lineCount).unicodeScalars.count + 1)
    return .init(Span(source: source, start: end, end: end), replacement: (isOpen ? "\n" : "") + lines)
  }

  /// A text with the file's line ends; what is taken from the file has them already.
  private func withLineEnds(_ text: String) -> [UInt8] {
    let (feed, carriage) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    let lineEnd = lineEnd
    guard lineEnd != "\n" else { return Array(text.utf8) }
    var result: [UInt8] = []
    for byte in text.utf8 {
      guard byte == feed else {
        result.append(byte)
        continue
      }
      if result.last == carriage { result.removeLast() }
      result += lineEnd.utf8
    }
    return result
  }
}
