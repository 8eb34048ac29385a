import Diagnostics

/// Where libyaml's lines begin in a text.
///
/// It has YAML 1.1's breaks: a next line (U+0085), a line separator and a paragraph separator (U+2028, U+2029) end a line
/// too. Editors and `SourceFile` take these for characters within one.
struct ParserLines {
  /// The place of each line's first character; empty where the lines are those of the file.
  private let starts: [Position]

  init(of bytes: [UInt8]) {
    let foreign = bytes.indices.contains { Self.width(ofBreakAt: $0, in: bytes) > 1 }
    guard foreign else {
      starts = []
      return
    }
    var place = Position(line: 1, column: 1)
    var found = [place]
    var index = 0
    while index < bytes.count {
      switch Self.width(ofBreakAt: index, in: bytes) {
      case 0:
        // A byte that is not a continuation byte begins a character.
        if bytes[index] & 0xC0 != 0x80 { place.column += 1 }
        index += 1
        continue
      case 1:
        let isBoth = bytes[index] == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
        index += isBoth ? 2 : 1
        place = Position(line: place.line + 1, column: 1)
      case let width:
        index += width
        place.column += 1
      }
      found.append(place)
    }
    starts = found
  }

  /// The bytes of the break at an index: 1 for a line feed or a carriage return, which are everybody's; 0 if there is none.
  private static func width(ofBreakAt index: Int, in bytes: [UInt8]) -> Int {
    switch bytes[index] {
    case 0x0A, 0x0D: 1
    case 0xC2 where index + 1 < bytes.count && bytes[index + 1] == 0x85: 2
    case 0xE2 where index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8: 3
    default: 0
    }
  }

  /// The place in the file of a line and column of libyaml, both from 0.
  func position(line: Int, column: Int) -> Position {
    guard starts.indices.contains(line) else { return Position(line: line + 1, column: column + 1) }
    return starts[line].advanced(by: column)
  }
}
