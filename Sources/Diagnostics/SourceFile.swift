/// The text of one file as it was read, with its lines found once: as editors count them, ended by a line feed, a carriage
/// return, or both.
package struct SourceFile: Sendable {
  /// The path as the user gave it, or as an import names it; what diagnostics print.
  package let path: String
  /// The file's bytes, valid UTF-8, without a byte order mark.
  package let bytes: [UInt8]
  /// Whether the file begins with a byte order mark, which is no part of the text but stays where the text is changed.
  package let hasByteOrderMark: Bool
  /// The offset at which each line starts.
  private let lineStarts: [Int]

  /// A file of these bytes, a byte order mark perhaps before them.
  package init(path: String, bytes: [UInt8]) {
    self.path = path
    hasByteOrderMark = bytes.starts(with: Self.byteOrderMark)
    let bytes = hasByteOrderMark ? Array(bytes.dropFirst(Self.byteOrderMark.count)) : bytes
    self.bytes = bytes
    lineStarts = Self.lineStarts(in: bytes[...])
  }

  /// The offset at which each line of a text starts.
  package static func lineStarts(in bytes: ArraySlice<UInt8>) -> [Int] {
    let (feed, carriage) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
    var starts = [bytes.startIndex]
    for index in bytes.indices where bytes[index] == feed || bytes[index] == carriage {
      if bytes[index] == carriage, index + 1 < bytes.endIndex, bytes[index + 1] == feed { continue }
      starts.append(index + 1)
    }
    return starts
  }

  /// Whether the text is what an option of the command line was given, `--set`, and no file.
  package var isOption: Bool { path.hasPrefix("--") }

  package var lineCount: Int { lineStarts.count }

  /// The bytes of U+FEFF, with which some editors begin UTF-8 texts.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// How the file's first line ends, and so what is written into it: a line feed, a carriage return, or both.
  package var lineEnd: String {
    guard lineStarts.count > 1 else { return "\n" }
    return String(decoding: bytes[lineBytes(1).endIndex..<lineStarts[1]], as: UTF8.self)
  }

  /// The bytes of a line without its line break; empty past the last line.
  package func lineBytes(_ line: Int) -> ArraySlice<UInt8> {
    guard line >= 1, line <= lineStarts.count else { return [] }
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return bytes[start..<max(start, end)]
  }

  /// The text of a 1-based line without its line break; empty past the last line.
  package func line(_ line: Int) -> String {
    String(decoding: lineBytes(line), as: UTF8.self)
  }

  /// At most `width` characters of a line with a column among them, and the column of the first; only as much of the line
  /// is decoded.
  package func window(around position: Position, width: Int) -> (text: String, firstColumn: Int) {
    let line = lineBytes(position.line)
    func isStart(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
    var first = min(max(line.startIndex, offset(of: position)), line.endIndex)
    var firstColumn = line[..<first].count(where: isStart) + 1
    // A short line is shown from its start, a long one from half a window before the place.
    let back = line.count <= width ? line.count : width / 2
    for _ in 0..<back where first > line.startIndex {
      repeat { first -= 1 } while first > line.startIndex && !isStart(line[first])
      firstColumn -= 1
    }
    var last = first
    var count = 0
    while last < line.endIndex, count < width {
      repeat { last += 1 } while last < line.endIndex && !isStart(line[last])
      count += 1
    }
    return (String(decoding: line[first..<last], as: UTF8.self), firstColumn)
  }

  /// The byte offset of a position; a column past the line's end gives the line's end.
  package func offset(of position: Position) -> Int {
    guard position.line >= 1, position.line <= lineStarts.count else { return bytes.count }
    var offset = lineStarts[position.line - 1]
    var column = 1
    for byte in lineBytes(position.line) {
      // A byte that is not a continuation byte begins a scalar.
      if byte & 0xC0 != 0x80 {
        if column == position.column { return offset }
        column += 1
      }
      offset += 1
    }
    return offset
  }

  /// The text of a span.
  package func text(of span: Span) -> String {
    let start = offset(of: span.start)
    let end = max(start, offset(of: span.end))
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

/// The files that one run has read: the spec and what it imports.
package struct SourceTable: Sendable {
  package private(set) var files: [SourceFile] = []

  package init() {}

  /// Adds a file and says how spans refer to it.
  package mutating func add(_ file: SourceFile) -> SourceID {
    files.append(file)
    return SourceID(index: files.count - 1)
  }

  package subscript(id: SourceID) -> SourceFile { files[id.index] }
}
