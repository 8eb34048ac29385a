import Analysis
import Blueprints
import Diagnostics
import Frontend
import GraphIR
import Pictures
import Reports
import SpecLanguage
import SwiftEmission

/// Specs: all that is made of one, and what two differ in.
enum SpecFuzzing {
  /// The most layers of a network that is expanded, drawn and generated: larger ones take long, and say no more.
  private static let mostNodes = 200

  /// Reads, builds, looks for fixes and lints, and renders everything there is to render.
  @Sendable static func compile(_ bytes: [UInt8]) {
    let variants = Self.read(bytes).spec?.variants.prefix(1).map(\.name) ?? []
    for variant in [nil] + variants.map(Optional.some) {
      var compilation = Self.read(bytes, variant: variant)
      if compilation.graph == nil { precondition(compilation.hasErrors, "a network or an error") }
      compilation.addFixes(within: .milliseconds(50))
      if compilation.graph != nil { compilation.lint(isThorough: true) }
      let renderer = DiagnosticRenderer(sources: compilation.sources)
      for finding in compilation.diagnostics {
        _ = renderer.render(finding)
        for fix in finding.fixes { _ = compilation.sources[fix.edit.span.source].applying([fix.edit]) }
      }
      if let graph = compilation.graph, let spec = compilation.spec { render(graph, spec, compilation.sources) }
    }
  }

  private static func read(_ bytes: [UInt8], variant: String? = nil) -> Compilation {
    var options = BuildOptions()
    options.variant = variant
    return Compilation("spec.yaml", options: options, files: MemoryFiles(["spec.yaml": bytes]))
  }

  private static func render(_ graph: Graph, _ spec: Spec, _ sources: SourceTable) {
    precondition(graph.violation == nil, "\(graph.violation.map(String.init(describing:)) ?? "")")
    _ = TextReport.render(graph)
    _ = MarkdownReport.render(graph)
    let json = GraphJSON.write(graph)
    guard graph.nodes.count <= mostNodes else { return }
    do {
      let again = try GraphJSON.read(Array(json.utf8))
      precondition(GraphJSON.write(again) == json, "a graph is read back as it was written")
    } catch {
      preconditionFailure("a graph is not read back: \(error)")
    }
    expand(graph, spec, sources)
    let picture = Picture(of: graph, depth: 2)
    _ = (picture.svg(), picture.dot(), picture.mermaid(), picture.html())
    var options = PictureOptions()
    options.style = .blocks
    options.page = .a4
    _ = (picture.svg(options), picture.tikz(options))
    do {
      let result = try SwiftGenerator.generate(graph, spec: spec, sources: sources)
      precondition(!result.isPlain, "code that has the spec's blocks")
    } catch {
      precondition(!error.description.contains("fault of cnnc"), error.description)
    }
  }

  /// A network and its expanded spec do not differ.
  private static func expand(_ graph: Graph, _ spec: Spec, _ sources: SourceTable) {
    precondition(GraphDiff(graph, graph).isEmpty, "a network does not differ from itself")
    for flat in [false, true] {
      let text = ExpandedSpec.render(graph, spec: spec, sources: sources, flat: flat)
      let expanded = read(Array(text.utf8))
      guard let again = expanded.graph else {
        preconditionFailure("expands to what does not build: \(expanded.diagnostics.first?.message ?? "")\n\(text)")
      }
      precondition(again.nodes.map(\.inputs) == graph.nodes.map(\.inputs), "the same edges in\n\(text)")
      precondition(again.nodes.map(\.parameters) == graph.nodes.map(\.parameters), "the same weights in\n\(text)")
      precondition(again.outputs.map(\.value) == graph.outputs.map(\.value), "the same outputs in\n\(text)")
      if !flat { precondition(GraphDiff(graph, again).isEmpty, "no difference from\n\(text)") }
    }
  }

  /// Two specs, with a line of `---` between them, and what they differ in.
  @Sendable static func compare(_ bytes: [UInt8]) {
    let separator = Array("\n---\n".utf8)
    guard bytes.count > separator.count else { return }
    let place = (0...(bytes.count - separator.count)).first { bytes[$0...].starts(with: separator) }
    guard let place else { return }
    let (first, second) = (read(Array(bytes[..<place])), read(Array(bytes[(place + separator.count)...])))
    guard let one = first.graph, let other = second.graph else { return }
    for difference in [GraphDiff(one, other), GraphDiff(other, one)] {
      _ = (DiffReport.text(difference), DiffReport.markdown(difference), DiffJSON.render(difference))
    }
  }
}
