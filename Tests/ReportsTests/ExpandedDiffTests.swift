import Analysis
import Diagnostics
import Foundation
import GraphIR
import RandomSpecs
import Reports
import SpecLanguage
import Testing

/// A network and its expanded spec do not differ: `cnnc diff X` with what `cnnc expand X` writes says nothing.
@Suite struct ExpandedDiffTests {
  private struct Network {
    var graph: Graph
    var spec: Spec
    var sources: SourceTable

    init?(_ path: String, _ files: some FileAccess, variant: String? = nil) {
      var reader = SpecReader(files: files)
      guard let spec = reader.read(path) else { return nil }
      var diagnostics = reader.diagnostics
      var options = BuildOptions()
      options.variant = variant
      guard let graph = GraphBuilder.build(spec, options: options, sources: reader.sources, diagnostics: &diagnostics)
      else { return nil }
      (self.graph, self.spec, sources) = (graph, spec, reader.sources)
    }

    func expanded(flat: Bool) -> String { ExpandedSpec.render(graph, spec: spec, sources: sources, flat: flat) }
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../specs").standardized.path

  private static let specs: [String] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  private static let count = ProcessInfo.processInfo.environment["CNNC_RANDOM_SPECS"].flatMap(Int.init) ?? 100

  private func check(_ network: Network, _ name: String) {
    let nested = Network("e.yaml", MemoryFiles(texts: ["e.yaml": network.expanded(flat: false)]))
    if let nested {
      let diff = GraphDiff(network.graph, nested.graph)
      #expect(
        diff.isEmpty,
        "\(name): \(diff.changed.map { "\($0.a.path) \($0.fields)" }), \(diff.renamed), \(diff.added.map(\.path))")
    } else {
      Issue.record("\(name) expands to what does not build")
    }
    let flat = Network("e.yaml", MemoryFiles(texts: ["e.yaml": network.expanded(flat: true)]))
    if let flat {
      #expect(flat.graph.nodes.map(\.keyword) == network.graph.nodes.map(\.keyword), "\(name)")
      #expect(flat.graph.nodes.map(\.inputs) == network.graph.nodes.map(\.inputs), "\(name)")
      #expect(flat.graph.nodes.map(\.output) == network.graph.nodes.map(\.output), "\(name)")
      #expect(flat.graph.nodes.map(\.parameters) == network.graph.nodes.map(\.parameters), "\(name)")
      #expect(flat.graph.outputs.map(\.value) == network.graph.outputs.map(\.value), "\(name)")
    } else {
      Issue.record("\(name) expands flat to what does not build")
    }
  }

  @Test(arguments: specs) func aSpecAndItsVariantsAreTheirExpansion(_ name: String) throws {
    let path = "\(Self.folder)/\(name)"
    let network = try #require(Network(path, DiskFiles()))
    check(network, name)
    for variant in network.spec.variants.map(\.name) {
      check(try #require(Network(path, DiskFiles(), variant: variant)), "\(name) \(variant)")
    }
  }

  @Test func randomSpecsAreTheirExpansion() {
    for seed in 0..<Self.count {
      let random = RandomSpec(seed: UInt64(seed))
      if let network = Network(RandomSpec.path, MemoryFiles(texts: random.files)) { check(network, "seed \(seed)") }
    }
  }
}
