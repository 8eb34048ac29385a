import Diagnostics
import LanguageServerProtocol

/// Places of the compiler, lines and columns from 1 in Unicode scalars, as the protocol has them, and back.
struct PlaceConverter {
  let file: SourceFile
  let encoding: PositionEncoding
  /// Whether the document begins with a byte-order mark, which the compiler does not see.
  var hasMark = false

  private var mark: Int { hasMark ? (encoding == .utf8 ? 3 : 1) : 0 }

  func position(_ place: Position) -> DocumentPosition {
    var units = place.line == 1 ? mark : 0
    var column = 0
    for byte in file.lineBytes(place.line) where byte & 0xC0 != 0x80 {
      column += 1
      if column >= place.column { break }
      units += encoding.units(ofScalarBeginningWith: byte)
    }
    return DocumentPosition(line: max(0, place.line - 1), character: units)
  }

  func range(_ span: Span) -> DocumentRange { range(span.start, span.end) }

  func range(_ start: Position, _ end: Position) -> DocumentRange {
    let first = position(start)
    return DocumentRange(start: first, end: max(first, position(end)))
  }

  /// A character behind the line's end is its end, one within a scalar the scalar's start.
  func place(_ position: DocumentPosition) -> Position {
    guard position.line >= 0 else { return Position(line: 1, column: 1) }
    if position.line >= file.lineCount {
      let last = file.lineCount
      return Position(line: last, column: file.lineBytes(last).count { $0 & 0xC0 != 0x80 } + 1)
    }
    var units = position.line == 0 ? mark : 0
    var column = 1
    for byte in file.lineBytes(position.line + 1) where byte & 0xC0 != 0x80 {
      units += encoding.units(ofScalarBeginningWith: byte)
      if units > position.character { break }
      column += 1
    }
    return Position(line: position.line + 1, column: column)
  }
}
