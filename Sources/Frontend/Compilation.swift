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
  /// The reading of the spec, for the next text of the file; nil unless it was asked for.
  package let reading: SpecReading?
  /// Whether what was built is what an earlier compilation built.
  package let isRepeated: Bool
  /// What was built, with the assignments that were given as text.
  package let options: BuildOptions
  /// nil if nothing could be built: the spec could not be decoded, or an assignment is wrong.
  package let attempt: BuildAttempt?
  /// What was found on the way to the spec, before anything was built.
  package let findingsOfReading: DiagnosticBag
  /// All that was found.
  package var findings: DiagnosticBag

  /// Reads a spec and builds the network that `options` choose; `assignments` are further values of the model's parameters as
  /// `--set` has them, `alpha=0.5`; `setOption` is what that option is called. `willBuild` is called once the spec is read,
  /// before the network is built: of a text that cannot be read there is none.
  package init(
    _ path: String, options: BuildOptions = BuildOptions(), assignments: [String] = [], setOption: String = "--set",
    files: any FileAccess = DiskFiles(), willBuild: () -> Void = {}
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
    self.init(path, spec, options, reader, willBuild: willBuild)
  }

  /// Reads a spec whose text may have changed since `earlier`, and builds it unless that gives what was built then; as above.
  ///
  /// `earlier` is given up once it is no longer needed, for of a large network two at once would be much.
  package init(
    _ path: String, options: BuildOptions, after earlier: inout Compilation?, files: any FileAccess,
    willBuild: () -> Void
  ) {
    var reader = SpecReader(files: files)
    let reading = reader.read(path, after: earlier?.reading)
    var known: BuildAttempt?
    if let earlier, let reading, reading.isRepeated, earlier.options.isSame(as: options) { known = earlier.attempt }
    earlier = nil
    self.init(path, reading?.spec, options, reader, reading: reading, attempt: known, willBuild: willBuild)
  }

  private init(
    _ path: String, _ spec: Spec?, _ options: BuildOptions, _ reader: SpecReader, reading: SpecReading? = nil,
    attempt known: BuildAttempt? = nil, willBuild: () -> Void
  ) {
    self.path = path
    self.spec = spec
    self.reading = reading
    isRepeated = known != nil
    self.options = options
    sources = reader.sources
    findingsOfReading = reader.diagnostics
    var findings = reader.diagnostics
    if let spec, !findings.hasErrors {
      if known == nil { willBuild() }
      let attempt = known ?? GraphBuilder.attempt(spec, options: options, sources: reader.sources)
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
