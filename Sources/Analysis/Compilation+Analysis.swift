import Diagnostics
import Frontend

extension Compilation {
  /// Adds the fixes that are found to what building has found; the search ends after `duration`.
  package mutating func addFixes(within duration: Duration = .milliseconds(700)) {
    guard let spec, let attempt else { return }
    var findings = findingsOfReading
    let fixed = FixSearch.addingFixes(
      to: attempt.diagnostics.sorted, spec: spec, options: options, attempt: attempt, sources: sources, within: duration
    )
    for diagnostic in fixed { findings.report(diagnostic) }
    self.findings = findings
  }

  /// Adds what is allowed and hardly meant; nothing where there is no graph.
  package mutating func lint(ignoring ignored: Set<String> = [], isThorough: Bool = false) {
    guard let spec, let graph else { return }
    let advice = Linter.lint(
      graph, spec: spec, options: options, sources: sources, ignoring: ignored, isThorough: isThorough)
    for diagnostic in advice { findings.report(diagnostic) }
  }

  /// What lints find, whatever comments of the text silence; nothing where there is no graph.
  package var foundByLints: [Diagnostic] {
    guard let spec, let graph else { return [] }
    return Linter.findings(about: graph, spec: spec, options: options, sources: sources)
  }

  /// Adds what is left of what lints have found in this text, or in one of the same spec with other comments.
  package mutating func addAdvice(_ found: [Diagnostic], ignoring ignored: Set<String>) {
    guard let spec, let graph else { return }
    let advice = Linter.remaining(
      of: found, about: graph, spec: spec, options: options, sources: sources, ignoring: ignored)
    for diagnostic in advice { findings.report(diagnostic) }
  }
}
