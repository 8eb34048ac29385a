/// Renders findings for people: a GNU-style first line, the excerpt with carets, the trail, the notes and the fixes.
package struct DiagnosticRenderer: Sendable {
  /// How the lines with a place are written.
  package enum Style: String, CaseIterable, Sendable {
    /// `file:1:2: error[id]: message`.
    case text
    /// `file:1:2: error: message [id]`, as compilers write it and Xcode and VS Code find it in a build's output.
    case compiler
  }

  private let sources: SourceTable
  private let style: Style
  private let color: Bool

  package init(sources: SourceTable, style: Style = .text, color: Bool = false) {
    self.sources = sources
    self.style = style
    self.color = color
  }

  /// The text of one finding, lines ended by line breaks.
  package func render(_ diagnostic: Diagnostic) -> String {
    let paint = diagnostic.severity == .error ? "1;31" : diagnostic.severity == .warning ? "1;35" : "1;36"
    let (severity, id) = (diagnostic.severity.rawValue, "[\(diagnostic.id.rawValue)]")
    var text = painted("\(location(diagnostic.span)):", "1")
    switch style {
    case .text:
      text += " " + painted("\(severity)\(id):", paint) + " " + painted(diagnostic.message.printable, "1") + "\n"
    case .compiler:
      text += " " + painted("\(severity):", paint) + " " + painted(diagnostic.message.printable, "1") + " \(id)\n"
    }
    text += excerpt(of: diagnostic.span, paint: paint)
    for line in diagnostic.trail { text += "  \(line.printable)\n" }
    for note in diagnostic.notes {
      guard let span = note.span else {
        text += "  note: \(note.message.printable)\n"
        continue
      }
      switch style {
      case .text: text += "  note: \(location(span)): \(note.message.printable)\n"
      case .compiler: text += "\(location(span)): note: \(note.message.printable)\n"
      }
    }
    for fix in diagnostic.fixes { text += "  " + painted("fix:", "1;32") + " \(fix.description.printable)\n" }
    return text
  }

  /// `path:line:column` of a span's start.
  package func location(_ span: Span) -> String {
    "\(sources[span.source].path.printable):\(span.start.line):\(span.start.column)"
  }

  private func excerpt(of span: Span, paint: String) -> String {
    // A window of the line keeps the caret on the screen when the line is very long.
    let (text, firstColumn) = sources[span.source].window(around: span.start, width: 160)
    let shown = Array(text.unicodeScalars)
    guard !shown.isEmpty else { return "" }
    let first = firstColumn - 1
    let number = String(span.start.line)
    let margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let lastColumn = span.end.line == span.start.line ? span.end.column : first + shown.count + 1
    let width = max(1, min(lastColumn, first + shown.count + 1) - span.start.column)
    let lead = max(0, min(span.start.column - 1 - first, shown.count))
    let indent = String(String.UnicodeScalarView(shown.prefix(lead).map { $0 == "\t" ? "\t" : " " }))
    let carets = "^" + String(repeating: "~", count: width - 1)
    let line = String(String.UnicodeScalarView(shown.map { sign($0) }))
    return "\(margin) | \(line)\n      | \(indent)\(painted(carets, paint))\n"
  }

  /// In an excerpt each character keeps its column, so that what a terminal would obey has a sign in its place.
  private func sign(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    scalar == "\t" || !scalar.isCommand ? scalar : "\u{FFFD}"
  }

  private func painted(_ text: String, _ code: String) -> String {
    color ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
