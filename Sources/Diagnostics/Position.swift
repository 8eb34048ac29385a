/// A place in a source file: 1-based line and column, columns counted in Unicode scalars.
package struct Position: Hashable, Comparable, Sendable {
  // A spec of a hundred thousand layers has millions of positions, so they are kept small; a file's size bounds them.
  private var storedLine: Int32
  private var storedColumn: Int32

  package var line: Int {
    get { Int(storedLine) }
    set { storedLine = Int32(clamping: newValue) }
  }

  package var column: Int {
    get { Int(storedColumn) }
    set { storedColumn = Int32(clamping: newValue) }
  }

  package init(line: Int, column: Int) {
    storedLine = Int32(clamping: line)
    storedColumn = Int32(clamping: column)
  }

  package static func < (left: Position, right: Position) -> Bool {
    (left.storedLine, left.storedColumn) < (right.storedLine, right.storedColumn)
  }

  package static func == (left: Position, right: Position) -> Bool {
    left.storedLine == right.storedLine && left.storedColumn == right.storedColumn
  }

  /// The position `count` columns to the right on the same line.
  package func advanced(by count: Int) -> Position {
    Position(line: line, column: column + count)
  }
}

/// Which of a session's source files a span lies in: its index in the `SourceTable`.
package struct SourceID: Hashable, Sendable {
  private let storedIndex: Int32

  package var index: Int { Int(storedIndex) }

  package init(index: Int) { storedIndex = Int32(clamping: index) }

  package static func == (left: SourceID, right: SourceID) -> Bool {
    left.storedIndex == right.storedIndex
  }
}

/// A stretch of a source file, from `start` up to but not including `end`.
package struct Span: Hashable, Sendable {
  package var source: SourceID
  package var start: Position
  package var end: Position

  package init(source: SourceID, start: Position, end: Position) {
    self.source = source
    self.start = start
    self.end = end
  }

  package static func == (left: Span, right: Span) -> Bool {
    left.start == right.start && left.end == right.end && left.source == right.source
  }

  /// The span from this one's start to the end of `other`, both in one file.
  package func extended(to other: Span) -> Span {
    Span(source: source, start: start, end: max(end, other.end))
  }
}
