/// What a client counts the characters of a line in.
package enum PositionEncoding: String, Sendable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"

  /// How many units a scalar takes whose UTF-8 begins with a byte.
  package func units(ofScalarBeginningWith byte: UInt8) -> Int {
    switch self {
    case .utf8: byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
    case .utf16: byte < 0xF0 ? 1 : 2
    }
  }
}

/// A place in a document as the protocol has it: line and character from 0, characters in units of the encoding.
package struct DocumentPosition: Hashable, Comparable, Sendable {
  package var line: Int
  package var character: Int

  package init(line: Int, character: Int) {
    self.line = line
    self.character = character
  }

  package static func < (left: DocumentPosition, right: DocumentPosition) -> Bool {
    (left.line, left.character) < (right.line, right.character)
  }
}

/// A stretch of a document, its end not included.
package struct DocumentRange: Hashable, Sendable {
  package var start: DocumentPosition
  package var end: DocumentPosition

  package init(start: DocumentPosition, end: DocumentPosition) {
    self.start = start
    self.end = end
  }
}

/// A change of a document: a stretch replaced, or without a range the whole text.
package struct DocumentChange: Sendable {
  package var range: DocumentRange?
  package var text: String

  package init(range: DocumentRange?, text: String) {
    self.range = range
    self.text = text
  }
}

/// A document that a client has open: its text with a table of its lines, which edits keep.
package struct TextDocument: Sendable {
  /// UTF-8.
  package private(set) var bytes: [UInt8]
  package private(set) var version: Int
  /// The offset at which each line starts.
  private var lineStarts: [Int]

  package init(text: String, version: Int) {
    bytes = Array(text.utf8)
    self.version = version
    lineStarts = [0] + Self.lineStarts(in: bytes[...])
  }

  package var lineCount: Int { lineStarts.count }

  /// Lines end with \n, \r\n or a lone \r.
  private static func lineStarts(in bytes: ArraySlice<UInt8>) -> [Int] {
    var starts: [Int] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte == 10 || byte == 13 && (index == bytes.endIndex || bytes[index] != 10) { starts.append(index) }
    }
    return starts
  }

  /// The offsets of a line without its line break; the text's end for a line that is not there.
  package func contentRange(ofLine line: Int) -> Range<Int> {
    guard line >= 0, line < lineStarts.count else { return bytes.count..<bytes.count }
    let start = lineStarts[line]
    var end = line + 1 < lineStarts.count ? lineStarts[line + 1] : bytes.count
    while end > start, bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
    return start..<end
  }

  /// The offset of a place; a character behind the line's end, or within a scalar, is the end, or the scalar's start.
  package func offset(of position: DocumentPosition, _ encoding: PositionEncoding) -> Int {
    if position.line < 0 { return 0 }
    let line = contentRange(ofLine: position.line)
    var units = 0
    var index = line.lowerBound
    while index < line.upperBound {
      let byte = bytes[index]
      let width = PositionEncoding.utf8.units(ofScalarBeginningWith: byte)
      units += encoding.units(ofScalarBeginningWith: byte)
      if units > position.character { return index }
      index += width
    }
    return line.upperBound
  }

  /// The place of an offset.
  package func position(of offset: Int, _ encoding: PositionEncoding) -> DocumentPosition {
    let offset = min(max(0, offset), bytes.count)
    let line = line(of: offset)
    var units = 0
    var index = lineStarts[line]
    while index < offset {
      units += encoding.units(ofScalarBeginningWith: bytes[index])
      index += PositionEncoding.utf8.units(ofScalarBeginningWith: bytes[index])
    }
    return DocumentPosition(line: line, character: units)
  }

  /// The line of an offset.
  package func line(of offset: Int) -> Int {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Applies changes one after the other, each to the text that the one before has made.
  package mutating func apply(_ changes: [DocumentChange], version: Int, _ encoding: PositionEncoding) {
    self.version = version
    for change in changes {
      guard let range = change.range else {
        self = TextDocument(text: change.text, version: version)
        continue
      }
      let start = offset(of: range.start, encoding)
      replace(start..<max(start, offset(of: range.end, encoding)), with: Array(change.text.utf8))
    }
  }

  /// Only the lines that the change touches are looked for; those behind are moved.
  private mutating func replace(_ range: Range<Int>, with text: [UInt8]) {
    let growth = text.count - range.count
    // The text before is still looked at, so this is a copy anyway; made thus it takes no more room than it needs.
    var changed: [UInt8] = []
    changed.reserveCapacity(bytes.count + growth)
    changed += bytes[..<range.lowerBound]
    changed += text
    changed += bytes[range.upperBound...]
    bytes = changed
    // A \r before or behind the change may have lost or got its \n, so the lines around are looked at too.
    let first = max(0, line(of: range.lowerBound) - 1)
    let from = lineStarts[first]
    var last = first
    while last < lineStarts.count, lineStarts[last] <= range.upperBound + 1 { last += 1 }
    let until = last < lineStarts.count ? lineStarts[last] + growth : bytes.count
    // What begins at `until` is a line that is there already.
    var found = Self.lineStarts(in: bytes[from..<until])
    if last < lineStarts.count, found.last == until { found.removeLast() }
    if growth != 0 { for index in last..<lineStarts.count { lineStarts[index] += growth } }
    lineStarts.replaceSubrange((first + 1)..<max(first + 1, last), with: found)
  }
}
