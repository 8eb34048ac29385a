import ArgumentParser
import Diagnostics
import Frontend

/// `--fix`: makes the changes that are the one way to mend a finding, one after the other.
enum FixApplication {
  /// Changes the files and compiles again until nothing is left that is unambiguous; says what was changed.
  ///
  /// A change after which another fault has come is taken back.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, if a file cannot be written.
  static func apply(to compilation: inout Compilation, choice: NetworkChoice, variant: String?, lints: LintOptions)
    throws -> [String]
  {
    var changes: [String] = []
    var refused: Set<String> = []
    // Findings that once had several fixes: another's change may leave them one, which is still a choice among several.
    var open: Set<String> = []
    let path = compilation.path
    // Each change mends a finding without making another, so that the findings bound the rounds.
    for _ in 0..<DiagnosticBag.capacity {
      for finding in compilation.diagnostics where finding.fixes.count > 1 { open.insert(name(of: finding)) }
      let fixes = compilation.diagnostics.filter { !open.contains(name(of: $0)) }.flatMap(\.fixes)
      guard let fix = fixes.first(where: { $0.isUnambiguous && !refused.contains($0.description) }) else { break }
      let file = compilation.sources[fix.edit.span.source]
      try writeOutput(file.applying([fix.edit]), to: file.path)
      let changed = Compilation(path: path, choice: choice, variant: variant, lints: lints)
      guard isBetter(changed, than: compilation, mending: fix) else {
        try writeOutput(file.applying([]), to: file.path)
        refused.insert(fix.description)
        continue
      }
      changes.append(fix.description)
      compilation = changed
    }
    return changes
  }

  /// A finding as it is told from others after an edit has moved it.
  private static func name(of finding: Diagnostic) -> String { "\(finding.id) \(finding.message)" }

  /// Whether a change has mended its finding: it made no error that was not there, or let the compiler come further.
  private static func isBetter(
    _ after: Compilation, than before: Compilation, mending fix: Diagnostic.Fix
  ) -> Bool {
    func errors(_ compilation: Compilation, _ isMeant: (DiagnosticID) -> Bool = { _ in true }) -> Set<String> {
      Set(
        compilation.diagnostics.filter { $0.severity == .error && isMeant($0.id) }.map { "\($0.id) \($0.message)" })
    }
    let mended = before.diagnostics.first { $0.fixes.contains(fix) }.map { "\($0.id) \($0.message)" } ?? ""
    let (old, new) = (errors(before), errors(after))
    guard before.spec == nil else {
      return after.spec != nil && new.isSubset(of: old)
        && (new.count < old.count || after.diagnostics.count < before.diagnostics.count)
    }
    // A text that could not be read may have further faults behind the one that is mended.
    return !new.contains(mended) && errors(after) { $0 == .syntax }.isSubset(of: old)
  }
}
