/// A place in a source file: 1-based line and column, columns counted in Unicode scalars.
package struct Position: Hashable, Comparable, Sendable {
  package var line: Int
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: Position, right: Position) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }

  /// The position `count` columns to the right on the same line.
  package func advanced(by count: Int) -> Position {
    Position(line: line, column: column + count)
  }
}

/// Which of a session's source files a span lies in: its index in the `SourceTable`.
package struct SourceID: Hashable, Sendable {
  package var index: Int

  package init(index: Int) {
    self.index = index
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

  /// The span from this one's start to the end of `other`, both in one file.
  package func extended(to other: Span) -> Span {
    Span(source: source, start: start, end: max(end, other.end))
  }
}
