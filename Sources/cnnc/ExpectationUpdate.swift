import ArgumentParser
import Diagnostics
import Frontend
import GraphIR
import SpecLanguage

/// `--update-expect`: writes the figures that a network has into its spec's `expect`, where they are off or missing.
enum ExpectationUpdate {
  /// Updates the file and compiles it again; says whether anything changed. A figure that holds for the spec and not for a
  /// variant of it stays, and is a finding of the variant.
  ///
  /// - Throws: `ExitCode.unusable`, the reason printed, if the file cannot be written.
  static func apply(to compilation: inout Compilation, choice: NetworkChoice, variant: String?, lints: LintOptions)
    throws -> Bool
  {
    guard let spec = compilation.spec, let graph = compilation.graph, graph.file != "-" else { return false }
    let file = compilation.sources[spec.source]
    let isChosen = !choice.assignments.isEmpty || !choice.inputs.isEmpty
    // What a figure is meant of is the spec as it stands, but for those of a variant.
    let own = graph.variant.map { name in spec.variants.first { $0.name == name }?.expectation?.span }
    var edits = compilation.diagnostics
      .filter { $0.id == .expectation && $0.span.source == spec.source }
      .flatMap(\.fixes).map(\.edit)
      .filter { edit in
        guard let own else { return !isChosen }
        return !isChosen && own.map { $0.start <= edit.span.start && edit.span.end <= $0.end } ?? false
      }
    // What several items share by an alias is left if it cannot hold for all of them.
    let texts = Dictionary(edits.map { ($0.span, Set([$0.replacement])) }) { $0.union($1) }
    edits.removeAll { texts[$0.span].map { $0.count > 1 } ?? false }
    if spec.expectation == nil, graph.variant == nil, !isChosen {
      edits.append(file.appending("expect: \(figures(of: graph))\n", source: spec.source))
    }
    if edits.isEmpty { return false }
    try writeOutput(file.applying(edits), to: file.path)
    compilation = Compilation(path: file.path, choice: choice, variant: variant, lints: lints)
    return true
  }

  private static func figures(of graph: Graph) -> String {
    let totals = Totals(graph.mainNodes)
    var parts = ["params: \(totals.trainable)"]
    if !graph.heads.isEmpty { parts.append("params_with_aux: \(Totals(graph.nodes).trainable)") }
    if let macs = totals.macs.value { parts.append("macs: \(macs)") }
    if let output = graph.outputs.first, let sizes = graph.shape(of: output.value).values {
      parts.append("output: [\(sizes.map(String.init).joined(separator: ", "))]")
    }
    return "{\(parts.joined(separator: ", "))}"
  }
}
