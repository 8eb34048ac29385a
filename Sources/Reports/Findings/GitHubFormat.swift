import Diagnostics

/// Findings as workflow commands, which GitHub Actions shows as annotations in the changed files.
///
/// See "Workflow commands for GitHub Actions" in GitHub's documentation.
package enum GitHubFormat {
  /// A command a line: `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`.
  ///
  /// What several variants of a spec have in common is said once.
  package static func render(_ entries: [JSONReport.Entry]) -> String {
    var seen: Set<String> = []
    return entries.flatMap { entry in entry.diagnostics.map { command($0, sources: entry.sources) } }
      .filter { seen.insert($0).inserted }.joined()
  }

  private static func command(_ diagnostic: Diagnostic, sources: SourceTable) -> String {
    let span = diagnostic.span
    let isOneLine = span.end.line <= span.start.line
    var properties = [
      ("file", sources[span.source].path.printable), ("line", String(span.start.line)),
      ("endLine", String(max(span.start.line, span.end.line))),
    ]
    // GitHub takes columns on one line only, and the last one is part of the range.
    if isOneLine {
      properties.append(("col", String(span.start.column)))
      properties.append(("endColumn", String(max(span.start.column, span.end.column - 1))))
    }
    properties.append(("title", diagnostic.id.rawValue))
    let list = properties.map { "\($0)=\(escaped($1, isProperty: true))" }.joined(separator: ",")
    return "::\(word(diagnostic.severity)) \(list)::\(escaped(message(diagnostic, sources), isProperty: false))\n"
  }

  private static func word(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .note: "notice"
    }
  }

  /// The finding with its trail, notes and fixes: an annotation has room for all of it.
  private static func message(_ diagnostic: Diagnostic, _ sources: SourceTable) -> String {
    let notes = diagnostic.notes.map { note in
      guard let span = note.span else { return "note: \(note.message)" }
      return "note: \(sources[span.source].path):\(span.start.line): \(note.message)"
    }
    let fixes = diagnostic.fixes.map { "fix: \($0.description)" }
    return ([diagnostic.message] + diagnostic.trail + notes + fixes).map(\.printable).joined(separator: "\n")
  }

  /// The text as a workflow command takes it.
  static func escaped(_ text: String, isProperty: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      case ":" where isProperty: result += "%3A"
      case "," where isProperty: result += "%2C"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
