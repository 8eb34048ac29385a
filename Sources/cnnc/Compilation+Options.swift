import Analysis
import Diagnostics
import Frontend
import NetworkWeights
import SpecLanguage

extension Compilation {
  /// Reads and builds a spec, and looks for fixes; with `lints`, also for what is hardly meant.
  init(path: String, options: NetworkOptions, variant: String? = nil, lints: LintOptions? = nil) {
    self.init(path: path, choice: options.choice, variant: variant, lints: lints)
  }

  /// As above, with the choice of a command that has options of its own.
  init(
    path: String, choice: NetworkChoice, variant: String? = nil, lints: LintOptions? = nil,
    files: any FileAccess = DiskFiles()
  ) {
    self.init(
      path, options: choice.buildOptions(variant: variant), assignments: choice.assignments,
      setOption: choice.setOption, files: files)
    addFixes()
    if let lints { lint(ignoring: lints.ignored, isThorough: lints.strict) }
  }

  /// Looks into the files from which layers have values as well.
  mutating func addValueFileFindings(from files: some FileAccess = DiskFiles()) {
    for finding in graph?.valueFileFindings(from: files) ?? [] { findings.report(finding) }
  }

  /// Prints the findings to the standard error.
  func printDiagnostics(style: DiagnosticRenderer.Style = .text, color: Bool) {
    let renderer = DiagnosticRenderer(sources: sources, style: style, color: color)
    for diagnostic in diagnostics { standardError(renderer.render(diagnostic)) }
  }
}
