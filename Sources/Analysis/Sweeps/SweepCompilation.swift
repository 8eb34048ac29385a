import Diagnostics
import Frontend
import GraphIR
import SpecLanguage

/// The way from a path to the tables of a spec's sweeps, with all that was found on it.
package struct SweepCompilation {
  /// What was read; nil where it could not be decoded.
  package let spec: Spec?
  /// A table for each sweep; none where reading found errors.
  package private(set) var tables: [SweepTable] = []
  /// What reading found, then what the points of the sweeps did.
  package private(set) var diagnostics: [Diagnostic]
  package let sources: SourceTable

  /// Reads a spec and builds the networks of its sweeps, or of one over `axes` as `--over` has them, `alpha=1.0,0.5`.
  ///
  /// - Parameters:
  ///   - options: what holds at every point.
  ///   - assignments: further values of the model's parameters, as `--set` has them.
  ///   - memory: the bytes of activations that a network needs.
  package init(
    _ path: String, over axes: [String] = [], options: BuildOptions = BuildOptions(), assignments: [String] = [],
    files: any FileAccess = DiskFiles(), memory: @escaping (Graph) -> Int?
  ) {
    var reader = SpecReader(files: files)
    spec = reader.read(path)
    var findings = DiagnosticBag()
    if let spec {
      let over = axes.compactMap { reader.axis($0, in: spec) }
      var options = options
      options.assignments += assignments.compactMap { reader.assignment($0, in: spec) }
      if !reader.diagnostics.hasErrors {
        let plans = axes.isEmpty ? spec.sweeps.map { SweepPlan($0) } : [SweepPlan(over: over)]
        var runner = SweepRunner(spec, options: options, sources: reader.sources, memory: memory)
        tables = plans.map { runner.run($0) }
        findings = runner.diagnostics
      }
    }
    diagnostics = reader.diagnostics.sorted + findings.sorted
    sources = reader.sources
  }

  package var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// Whether there was nothing to look at: a file could not be read, or the command line asks for what the spec has not.
  package var isUnusable: Bool { diagnostics.contains { $0.isUnusable(in: sources) } }
}
