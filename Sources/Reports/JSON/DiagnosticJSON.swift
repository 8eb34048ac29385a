import Diagnostics
import JSON

/// Findings as JSON, with the paths of their files.
struct DiagnosticJSON {
  let sources: SourceTable

  /// `{"id", "severity", "message", "file", "line", "column", "end_column", "notes", "fixes", "end_line", "trail"}`.
  func value(_ diagnostic: Diagnostic) -> JSONValue {
    let span = diagnostic.span
    return .object(
      [
        ("id", .string(diagnostic.id.rawValue)), ("severity", .string(diagnostic.severity.rawValue)),
        ("message", .string(diagnostic.message)), ("file", .string(sources[span.source].path)),
      ] + place(span) + [
        ("notes", .array(diagnostic.notes.map(note))), ("fixes", .array(diagnostic.fixes.map(fix))),
        ("end_line", .int(span.end.line)), ("trail", .array(diagnostic.trail.map(JSONValue.string))),
      ])
  }

  private func place(_ span: Span) -> [(String, JSONValue)] {
    [
      ("line", .int(span.start.line)), ("column", .int(span.start.column)), ("end_column", .int(span.end.column)),
    ]
  }

  private func note(_ note: Diagnostic.Note) -> JSONValue {
    guard let span = note.span else { return .object([("message", .string(note.message))]) }
    return .object([("message", .string(note.message)), ("file", .string(sources[span.source].path))] + place(span))
  }

  private func fix(_ fix: Diagnostic.Fix) -> JSONValue {
    .object(
      [("description", .string(fix.description))] + place(fix.edit.span) + [
        ("replacement", .string(fix.edit.replacement)), ("file", .string(sources[fix.edit.span.source].path)),
        ("end_line", .int(fix.edit.span.end.line)),
      ])
  }
}
