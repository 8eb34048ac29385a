import Diagnostics
import GraphIR
import SpecLanguage

/// A spec that was read and, if it fits together, its graph: the way from a path to a network, which commands, tests and
/// editors go.
package struct Compilation: Sendable {
  package let path: String
  /// The files that were read, and texts that findings point into.
  package let sources: SourceTable
  /// nil if the spec could not be decoded.
  package let spec: Spec?
  /// What was built, with the assignments that were given as text.
  package let options: BuildOptions
  /// nil if nothing could be built: the spec could not be decoded, or an assignment is wrong.
  package let attempt: BuildAttempt?
  /// What was found on the way to the spec, before anything was built.
  package let findingsOfReading: DiagnosticBag
  /// All that was found.
  package var findings: DiagnosticBag

  /// Reads a spec and builds the network that `options` choose; `assignments` are further values of the model's parameters as
  /// `--set` has them, `alpha=0.5`; `setOption` is what that option is called.
  package init(
    _ path: String, options: BuildOptions = BuildOptions(), assignments: [String] = [], setOption: String = "--set",
    files: any FileAccess = DiskFiles()
  ) {
    var reader = SpecReader(files: files)
    let spec = reader.read(path)
    var options = options
    if let spec {
      for text in assignments {
        if let assignment = reader.assignment(text, in: spec, option: setOption) {
          options.assignments.append(assignment)
        }
      }
    }
    self.init(path, spec, options, reader)
  }

  private init(_ path: String, _ spec: Spec?, _ options: BuildOptions, _ reader: SpecReader) {
    self.path = path
    self.spec = spec
    self.options = options
    sources = reader.sources
    findingsOfReading = reader.diagnostics
    var findings = reader.diagnostics
    if let spec, !findings.hasErrors {
      let attempt = GraphBuilder.attempt(spec, options: options, sources: reader.sources)
      for diagnostic in attempt.diagnostics.sorted { findings.report(diagnostic) }
      self.attempt = attempt
    } else {
      attempt = nil
    }
    self.findings = findings
  }

  /// Looks at a file of blocks as far as that goes without a use of them: as the import of a spec that has nothing else.
  package init(blocksIn path: String, files: any FileAccess = DiskFiles()) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let quoted = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    let text = "cnnc: 1\nimport: [\"\(quoted)\"]\ninput: {features: 1}\nlayers: [identity]\n"
    let importing = "\(path).importing"
    self.init(importing, files: OverlaidFiles([importing: Array(text.utf8)], over: files))
  }

  /// The spec in a file, with nothing built; nil where it cannot be read.
  package static func spec(at path: String, files: any FileAccess = DiskFiles()) -> Spec? {
    var reader = SpecReader(files: files)
    return reader.read(path)
  }

  /// nil where something does not fit together.
  package var graph: Graph? { attempt?.graph }

  /// All that was found, in the order of the files.
  package var diagnostics: [Diagnostic] { findings.sorted }

  package var hasErrors: Bool { findings.hasErrors }

  package var hasWarnings: Bool { findings.diagnostics.contains { $0.severity == .warning } }

  /// Whether there was nothing to look at: a file could not be read, or the command line asks for what the spec has not.
  package var isUnusable: Bool { findings.diagnostics.contains { $0.isUnusable(in: sources) } }
}
