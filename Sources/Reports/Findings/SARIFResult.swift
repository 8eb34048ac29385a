import Diagnostics
import JSON

/// One finding as a result of a SARIF log.
struct SARIFResult {
  let sources: SourceTable

  private static let ruleIndices = Dictionary(
    uniqueKeysWithValues: DiagnosticID.allCases.enumerated().map { ($1, $0) })

  func value(_ diagnostic: Diagnostic) -> JSONValue {
    let related = diagnostic.notes.filter { $0.span != nil }.enumerated().map { relatedLocation($1, id: $0 + 1) }
    let fixes = diagnostic.fixes.filter { Self.isFile(sources[$0.edit.span.source].path) }.map(fix)
    return .object(
      [
        ("ruleId", .string(diagnostic.id.rawValue)), ("ruleIndex", .int(Self.ruleIndices[diagnostic.id] ?? -1)),
        ("level", .string(SARIFReport.level(diagnostic.severity))),
        ("message", .object([("text", .string(message(diagnostic)))])),
        ("locations", .array([.object([("physicalLocation", physicalLocation(diagnostic.span))])])),
      ] + (related.isEmpty ? [] : [("relatedLocations", .array(related))])
        + (fixes.isEmpty ? [] : [("fixes", .array(fixes))]))
  }

  /// The finding with its trail and the notes that have no place.
  private func message(_ diagnostic: Diagnostic) -> String {
    let notes = diagnostic.notes.filter { $0.span == nil }.map { "note: \($0.message)" }
    return ([diagnostic.message] + diagnostic.trail + notes).joined(separator: "\n")
  }

  private func relatedLocation(_ note: Diagnostic.Note, id: Int) -> JSONValue {
    .object(
      [("id", .int(id))] + (note.span.map { [("physicalLocation", physicalLocation($0))] } ?? [])
        + [("message", .object([("text", .string(note.message))]))])
  }

  private func fix(_ fix: Diagnostic.Fix) -> JSONValue {
    let replacement: JSONValue = .object([
      ("deletedRegion", region(fix.edit.span)),
      ("insertedContent", .object([("text", .string(fix.edit.replacement))])),
    ])
    return .object([
      ("description", .object([("text", .string(fix.description))])),
      (
        "artifactChanges",
        .array([
          .object([
            ("artifactLocation", Self.location(ofFile: sources[fix.edit.span.source].path)),
            ("replacements", .array([replacement])),
          ])
        ])
      ),
    ])
  }

  // MARK: Places

  private func physicalLocation(_ span: Span) -> JSONValue {
    .object([
      ("artifactLocation", Self.location(ofFile: sources[span.source].path)), ("region", region(span)),
    ])
  }

  /// Columns count Unicode scalars from 1, and the end lies behind the last one, as SARIF has it.
  private func region(_ span: Span) -> JSONValue {
    .object([
      ("startLine", .int(span.start.line)), ("startColumn", .int(span.start.column)),
      ("endLine", .int(max(span.start.line, span.end.line))), ("endColumn", .int(span.end.column)),
    ])
  }

  /// Whether findings lie in a file rather than in the standard input or an argument such as `--set`.
  static func isFile(_ path: String) -> Bool { !path.hasPrefix("-") }

  static func location(ofFile path: String) -> JSONValue {
    .object([("uri", .string(isFile(path) ? uri(of: path) : "cnnc:\(path == "-" ? "stdin" : uri(of: path))"))])
  }

  /// A path as a reference of RFC 3986.
  static func uri(of path: String) -> String {
    var text = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        || "/-._~".unicodeScalars.contains(scalar)
      if isPlain {
        text.unicodeScalars.append(scalar)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return text
  }
}
