import Diagnostics

/// Where the places of an edited text were before the edit.
struct EditedOffsets {
  /// A place in a file, told by its offset.
  struct Place: Hashable {
    var file: String
    var offset: Int
  }

  private let file: String
  private let start: Int
  private let end: Int
  private let growth: Int
  private let sources: SourceTable
  private var known: [Span: Place] = [:]

  init(_ edit: Diagnostic.Edit, _ sources: SourceTable) {
    let source = sources[edit.span.source]
    file = source.path
    start = source.offset(of: edit.span.start)
    end = source.offset(of: edit.span.end)
    growth = edit.replacement.utf8.count - (end - start)
    self.sources = sources
  }

  /// The file and the offset of a place in the text as it was.
  mutating func place(_ span: Span) -> Place {
    if let place = known[span] { return place }
    let source = sources[span.source]
    let place = Place(file: source.path, offset: source.offset(of: span.start))
    known[span] = place
    return place
  }

  /// The file and the offset that a place of the edited text had before; nil for what the edit has written.
  func original(_ span: Span, in edited: SourceTable) -> Place? {
    let source = edited[span.source]
    let offset = source.offset(of: span.start)
    guard source.path == file, offset >= start else { return Place(file: source.path, offset: offset) }
    return offset < end + growth ? nil : Place(file: file, offset: offset - growth)
  }
}
