import Analysis
import Diagnostics
import Frontend
import SpecLanguage

/// A change that an editor offers.
package struct CodeAction: Sendable {
  package enum Kind: String, Sendable {
    case quickFix = "quickfix"
    case fixAll = "source.fixAll.cnnc"
  }

  package var title: String
  package var kind: Kind
  /// Whether it is the one way to mend the finding.
  package var isPreferred = false
  /// The finding that it mends; nil for all of the file.
  package var finding: Diagnostic?
  /// The edits by path, of the texts in `sources`.
  package var edits: [String: [Diagnostic.Edit]]
}

/// The findings of a snapshot with their fixes, those that a search finds among them.
package struct FoundFixes: Sendable {
  var findings: [Diagnostic]
  var sources: SourceTable
}

extension DocumentSnapshot {
  /// The findings with the fixes that a search finds: it builds the network with each change that comes to mind, so that
  /// this is done on request only, and once for a text.
  package func findFixes() -> FoundFixes {
    guard var compilation = current, compilation.spec != nil else {
      return FoundFixes(findings: findings, sources: sources)
    }
    compilation.addFixes()
    if settings.lints { compilation.lint(ignoring: settings.ignoredLints) }
    return FoundFixes(findings: compilation.diagnostics, sources: compilation.sources)
  }

  /// Whether anything is found in a stretch of the document.
  package func hasFindings(from start: Position, to end: Position) -> Bool {
    findings(in: path).contains { $0.span.start <= end && start <= $0.span.end }
  }

  /// The changes that mend what is found in a stretch of the document, and comments that silence lints there.
  package func codeActions(from start: Position, to end: Position, fixes: FoundFixes? = nil) -> [CodeAction] {
    let touched = findings(in: path).filter { $0.span.start <= end && start <= $0.span.end }
    guard !touched.isEmpty else { return [] }
    let fixes = fixes ?? findFixes()
    let sources = fixes.sources
    var actions: [CodeAction] = []
    for finding in fixes.findings
    where sources[finding.span.source].path == path && finding.span.start <= end && start <= finding.span.end {
      for fix in finding.fixes {
        let file = sources[fix.edit.span.source]
        guard !file.isOption else { continue }
        actions.append(
          CodeAction(
            title: fix.description.collapsingSpaces, kind: .quickFix, isPreferred: fix.isUnambiguous, finding: finding,
            edits: [file.path: [fix.edit]]))
      }
    }
    for finding in touched where finding.id.group == "lint" && finding.id != .unusedIgnore {
      actions.append(silencing(finding))
    }
    return actions
  }

  /// A comment on the line of a finding that silences it.
  private func silencing(_ finding: Diagnostic) -> CodeAction {
    let number = finding.span.start.line
    let end = file.contentEnd(ofLine: number)
    let line = file.lineBytes(number)
    let source = finding.span.source
    let edit: Diagnostic.Edit
    if let comment = SourceFile.commentStart(in: line) {
      let start = Position(line: number, column: line[..<comment].scalarCount + 1)
      let text = String(decoding: line[comment...], as: UTF8.self)
      if text.hasPrefix("# cnnc: ignore ") {
        let place = start.advanced(by: "# cnnc: ignore ".unicodeScalars.count)
        edit = Diagnostic.Edit(Span(source: source, start: place, end: place), replacement: "\(finding.id.rawValue), ")
      } else {
        // A comment has what it is about first; what was there is kept behind it.
        let rest = text.drop { $0 == "#" || $0 == " " }
        let whole = Span(source: source, start: start, end: start.advanced(by: text.unicodeScalars.count))
        edit = Diagnostic.Edit(whole, replacement: "# cnnc: ignore \(finding.id.rawValue) (\(rest))")
      }
    } else {
      edit = Diagnostic.Edit(
        Span(source: source, start: end, end: end), replacement: "  # cnnc: ignore \(finding.id.rawValue)")
    }
    return CodeAction(
      title: "Silence \(finding.id.rawValue) on this line", kind: .quickFix, finding: finding, edits: [path: [edit]])
  }

  /// Every change that is the one way to mend a finding, one after the other, as `cnnc check --fix` makes them.
  ///
  /// - Returns: The texts that come out, by path.
  package func fixAll(files: any FileAccess) -> [String: String] {
    guard var compilation = current else { return [:] }
    let (settings, path, choice) = (settings, path, choice)
    func complete(_ compilation: inout Compilation) {
      compilation.addFixes()
      if settings.lints { compilation.lint(ignoring: settings.ignoredLints) }
    }
    complete(&compilation)
    guard compilation.diagnostics.contains(where: { $0.fixes.contains(where: \.isUnambiguous) }) else { return [:] }
    let options = compilation.options
    let isBlocks = kind == .blocks
    _ = choice
    return FixApplication(compilation, over: files) { edited in
      var next =
        isBlocks ? Compilation(blocksIn: path, files: edited) : Compilation(path, options: options, files: edited)
      complete(&next)
      return next
    }.texts.filter { !$0.key.hasSuffix(".importing") }
  }
}

extension String {
  /// The text with runs of spaces as one: reports set consequences apart with five.
  fileprivate var collapsingSpaces: String { split(separator: " ").joined(separator: " ") }
}
