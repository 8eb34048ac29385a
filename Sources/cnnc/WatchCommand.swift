import Analysis
import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import Reports
import SpecLanguage

/// `cnnc watch SPEC`.
struct WatchCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Check a spec again whenever it changes, and show the report in place.",
    discussion: discussion(
      """
      Looked at are the spec, its imports and the files that it names, also those that are not there yet. On a terminal \
      each report takes the place of the last one; elsewhere a line stands behind each. Ctrl-C ends it, as does the end of \
      whatever reads the output.
      """))

  static let examples = [
    Example("cnnc watch specs/resnet50.yaml", "The report anew whenever the file is saved")
  ]

  @ArgumentParser.Argument(help: "The spec.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @OptionGroup var images: BatchOption

  @OptionGroup var reports: ReportOptions

  @OptionGroup var lints: LintOptions

  func validate() throws {
    try reports.checkUse(with: options)
    if spec == "-" { throw ValidationError("the standard input does not change; watch takes a file") }
  }

  func run() throws {
    guard let state = FileState(spec), state.isRegular else {
      standardError("cnnc: \(spec): there is no such file to watch\n")
      throw ExitCode.unusable
    }
    try WatchLoop(output: 1).run { report(from: $0) }
  }

  /// The report on the spec as it is now, its findings, and a line that counts them and the files.
  func report(from files: WatchedFiles) -> String {
    let color = reports.color.isOn(for: 1)
    var (text, counts) = ("", FindingCounts())
    func add(_ compilation: Compilation) {
      let renderer = DiagnosticRenderer(sources: compilation.sources, color: color)
      for finding in compilation.diagnostics {
        text += renderer.render(finding)
        counts.add(finding.severity)
      }
    }
    if SpecFileKind(of: spec, files: files) == .blocks {
      if !reports.quiet { text += "\(spec): blocks, whose shapes are checked where specs use them\n" }
      add(Compilation(blocksIn: spec, files: files))
    } else {
      let choice = options.choice(batch: images.batch)
      for variant in reports.variants(of: spec, files: files) {
        if !text.isEmpty { text += "\n" }
        var compilation = Compilation(path: spec, choice: choice, variant: variant, lints: lints, files: files)
        compilation.addValueFileFindings(from: files)
        if let graph = compilation.graph, !reports.quiet { text += shown(graph, of: compilation, color: color) }
        // Behind the report, for that is the end of it which a terminal shows.
        add(compilation)
      }
    }
    let others = files.paths.count - 1
    return text + "\(spec): \(counts)\(others > 0 ? "; watching \(counted(others, "more file"))" : "")\n"
  }

  private func shown(_ graph: Graph, of compilation: Compilation, color: Bool) -> String {
    guard let node = reports.explain else {
      return TextReport.render(graph, options: reports.textOptions(color: color, columns: Terminal.columns))
    }
    do {
      return try reports.explanation(of: node, in: graph, compilation)
    } catch {
      // It may come with the next change.
      return "\((error as? ValidationError)?.message ?? "\(error)")\n"
    }
  }
}

/// How many findings of each severity there are.
private struct FindingCounts: CustomStringConvertible {
  private var errors = 0
  private var warnings = 0
  private var notes = 0

  mutating func add(_ severity: Severity) {
    switch severity {
    case .error: errors += 1
    case .warning: warnings += 1
    case .note: notes += 1
    }
  }

  var description: String {
    let parts = [(errors, "error"), (warnings, "warning"), (notes, "note")].filter { $0.0 > 0 }
    return parts.isEmpty ? "no findings" : parts.map { counted($0.0, $0.1) }.joined(separator: ", ")
  }
}
