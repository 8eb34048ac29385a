import Analysis
import Diagnostics
import Frontend
import GraphIR
import Reports
import SpecLanguage
import Testing

/// A network and its expanded spec do not differ: `cnnc diff X` with what `cnnc expand X` writes says nothing. The specs
/// themselves are gone through where they are expanded, in `ExpandedSpecTests`.
@Suite struct ExpandedDiffTests {
  private struct Network {
    var graph: Graph
    var spec: Spec
    var sources: SourceTable

    init?(_ path: String, _ files: some FileAccess, variant: String? = nil) {
      var options = BuildOptions()
      options.variant = variant
      let compilation = Compilation(path, options: options, files: files)
      guard let spec = compilation.spec, let graph = compilation.graph else { return nil }
      (self.graph, self.spec, sources) = (graph, spec, compilation.sources)
    }

    /// The network of its expanded spec; nil, which is a fault, if that does not build.
    func expanded(flat: Bool) -> Network? {
      let text = ExpandedSpec.render(graph, spec: spec, sources: sources, flat: flat)
      return Network("e.yaml", MemoryFiles(texts: ["e.yaml": text]))
    }
  }

  private func check(_ network: Network, _ name: String) {
    guard let nested = network.expanded(flat: false), let flat = network.expanded(flat: true) else {
      Issue.record("\(name) expands to what does not build")
      return
    }
    let diff = GraphDiff(network.graph, nested.graph)
    #expect(
      diff.isEmpty,
      "\(name): \(diff.changed.map { "\($0.a.path) \($0.fields)" }), \(diff.renamed), \(diff.added.map(\.path))")
    for expanded in [nested.graph, flat.graph] {
      #expect(expanded.inputs.map(\.shape) == network.graph.inputs.map(\.shape), "\(name)")
      #expect(expanded.nodes.map(\.keyword) == network.graph.nodes.map(\.keyword), "\(name)")
      #expect(expanded.nodes.map(\.inputs) == network.graph.nodes.map(\.inputs), "\(name)")
      #expect(expanded.nodes.map(\.output) == network.graph.nodes.map(\.output), "\(name)")
      #expect(expanded.nodes.map(\.parameters) == network.graph.nodes.map(\.parameters), "\(name)")
      #expect(expanded.nodes.map(\.sharedWith) == network.graph.nodes.map(\.sharedWith), "\(name)")
      #expect(expanded.outputs.map(\.value) == network.graph.outputs.map(\.value), "\(name)")
      #expect(expanded.heads.map(\.output) == network.graph.heads.map(\.output), "\(name)")
    }
  }

  @Test(arguments: [
    "branches: [{splice: [{conv: {out: 4, kernel: 1}}, relu, {conv: {out: 4, kernel: 1}}]}, {scale: {by: 0.5}}], join: concat",
    "branches: [{for_each: {rows: 2, layers: [{conv: {out: 4, kernel: 1}}, relu]}}, relu], join: concat",
    "split: [{splice: [{conv: {out: 4, kernel: 1}}, relu]}, identity], join: concat",
    "gate: {splice: [{conv: {out: 8, kernel: 1}}, sigmoid]}",
    "residual: {splice: [{conv: {out: 8, kernel: 1}}, batch_norm]}",
  ]) func whatIsWrittenOutInABranchsPlaceKeepsItsNumbers(_ item: String) throws {
    let text =
      "cnnc: 1\ninput: {channels: 8, size: 8}\nlayers:\n  - {name: a, seq: [{\(item)}, {conv: {out: 2, kernel: 1}}]}\n"
    check(try #require(Network("s.yaml", MemoryFiles(texts: ["s.yaml": text]))), item)
  }

  /// What a spec says of training stands in what it expands to.
  @Test func recipesAreKept() throws {
    let text = """
      cnnc: 1
      input: {channels: 1, size: 8}
      layers: [conv: {out: 2, kernel: 3}]
      train: {epochs: 3, optimizer: {sgd: {lr: 0.1}}, augment: [flip], freeze: [conv]}
      recipes: {quick: {epochs: 1}, none: {}}
      """
    let network = try #require(Network("a.yaml", MemoryFiles(texts: ["a.yaml": text])))
    let expanded = try #require(network.expanded(flat: false))
    #expect(expanded.spec.training == network.spec.training && expanded.spec.training != nil)
    #expect(expanded.spec.recipes.map(\.name) == ["quick", "none"])
    #expect(expanded.spec.recipes.map(\.settings) == network.spec.recipes.map(\.settings))
  }
}
