import Diagnostics

extension SourceFile {
  /// Where a line's content ends, before spaces and a comment: the place of a hint.
  package func contentEnd(ofLine number: Int) -> Position {
    let line = lineBytes(number)
    var end = Self.commentStart(in: line) ?? line.endIndex
    while end > line.startIndex, line[end - 1] == UInt8(ascii: " ") || line[end - 1] == UInt8(ascii: "\t") { end -= 1 }
    return Position(line: number, column: line[..<end].scalarCount + 1)
  }

  /// The index at which the comment of a line begins, if it has one.
  static func commentStart(in line: ArraySlice<UInt8>) -> Int? {
    var quote: UInt8?
    var isOpen = true
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      let next = index + 1 < line.endIndex ? line[index + 1] : nil
      if let mark = quote {
        let isDoubled = mark == UInt8(ascii: "'") && byte == mark && next == mark
        if mark == UInt8(ascii: "\"") && byte == UInt8(ascii: "\\") || isDoubled {
          index += 1
        } else if byte == mark {
          quote = nil
        }
        isOpen = false
      } else {
        switch byte {
        case UInt8(ascii: "#") where index == line.startIndex || Self.isSpace(line[index - 1]): return index
        case UInt8(ascii: "'") where isOpen, UInt8(ascii: "\"") where isOpen: quote = byte
        case UInt8(ascii: " "): break
        case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "-"):
          isOpen = true
        default: isOpen = false
        }
      }
      index += 1
    }
    return nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  /// The spaces before a line's text; nil for a line that has none, or a comment alone.
  func indent(ofLine number: Int) -> Int? {
    let line = lineBytes(number)
    guard let first = line.firstIndex(where: { $0 != UInt8(ascii: " ") }), line[first] != UInt8(ascii: "#") else {
      return nil
    }
    return first - line.startIndex
  }

  /// The text with some lines left empty, so that every other keeps its place.
  func blanking(_ lines: Set<Int>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for number in 1...lineCount {
      let line = lineBytes(number)
      if !lines.contains(number) { result += line }
      result += bytes[line.endIndex..<(number < lineCount ? lineBytes(number + 1).startIndex : bytes.count)]
    }
    return result
  }
}

extension Collection<UInt8> {
  /// The number of Unicode scalars of UTF-8, each of which one byte begins.
  var scalarCount: Int { count { $0 & 0xC0 != 0x80 } }
}
