import GraphIR
import SpecLanguage
import Testing

/// Every spec reads and builds, with all its variants, and its figures are those it says it expects.
@Suite("Specs") struct SpecTests {
  @Test(arguments: Zoo.entries) func reads(_ entry: Zoo.Entry) throws {
    #expect(entry.diagnostics == [])
    let spec = try #require(entry.spec)
    #expect(spec.summary != nil && spec.citation != nil, "a spec says what it is and where it comes from")
    #expect(spec.expectation != nil)
    let variants = spec.variants.filter { $0.expectation == nil }.map(\.name)
    #expect(variants == [], "variants that expect nothing")
    for expectation in [spec.expectation] + spec.variants.map(\.expectation) {
      let metrics = Set(expectation?.figures.map(\.metric) ?? [])
      #expect(metrics.isSuperset(of: [.params, .macs]))
      #expect(metrics.contains(.paramsWithAux) || spec.heads.isEmpty)
    }
  }

  @Test(arguments: Zoo.networks) func builds(_ network: Zoo.Network) {
    #expect(network.diagnostics == [])
    #expect(network.graph != nil)
  }

  @Test func modelsHaveNamesOfTheirOwn() {
    let names = Zoo.entries.compactMap(\.spec?.model)
    #expect(Set(names).count == names.count)
    let networks = Zoo.networks.filter { $0.variant != nil && !["b0", "v1"].contains($0.variant) }.compactMap(\.variant)
    #expect(Set(networks).count == networks.count)
  }

  /// A sweep's figures are a paper's, printed with two or three digits.
  @Test(arguments: Zoo.entries.filter { !$0.sweeps.isEmpty }) func sweeps(_ entry: Zoo.Entry) throws {
    for built in entry.sweeps {
      #expect(!built.sweep.columns.isEmpty)
      for column in built.sweep.columns {
        try #require(column.values.count == built.points.count)
        for (graph, expected) in zip(built.points, column.values) {
          let figure = try #require(Totals(graph.mainNodes).figure(column.metric))
          #expect(expected.accepts(figure), "\(built.sweep.name): \(expected.text), not \(figure)")
        }
      }
    }
  }

  @Test func mobileNetHasBothOfItsTables() {
    #expect(Zoo.entries.first { $0.name == "mobilenet_v1" }?.sweeps.map(\.sweep.name) == ["table6", "table7"])
  }
}
