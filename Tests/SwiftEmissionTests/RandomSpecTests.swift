import Diagnostics
import Foundation
import GraphIR
import RandomSpecs
import SpecLanguage
import SwiftEmission
import Testing

/// What `check` accepts, `generate` accepts: specs drawn at random over all kinds and combinators.
///
/// `CNNC_RANDOM_SPECS=3000` tries more of them.
@Suite struct RandomSpecTests {
  private static let count = ProcessInfo.processInfo.environment["CNNC_RANDOM_SPECS"].flatMap(Int.init) ?? 150
  private static let parts = 5

  @Test(arguments: 0..<parts) func everyNetworkIsGenerated(_ part: Int) {
    var built = 0
    var tried = 0
    for seed in stride(from: part, to: Self.count, by: Self.parts) {
      let spec = RandomSpec(seed: UInt64(seed))
      let variants = [nil] + spec.variants.map(Optional.some)
      let variant = variants[seed / Self.parts % variants.count]
      tried += 1
      guard let network = Network(spec, variant: variant) else { continue }
      built += 1
      #expect(throws: Never.self, "seed \(seed), variant \(variant ?? "none")") {
        let result = try SwiftGenerator.generate(network.graph, spec: network.spec, sources: network.sources)
        #expect(!result.isPlain, "seed \(seed), variant \(variant ?? "none")")
      }
    }
    // Most of them are networks, or nothing is tested here.
    #expect(built * 10 >= tried * 7, "\(built) of \(tried) build")
  }

  private struct Network {
    var spec: Spec
    var graph: Graph
    var sources: SourceTable

    /// Nil where a spec is no network.
    init?(_ random: RandomSpec, variant: String?) {
      var reader = SpecReader(files: MemoryFiles(texts: random.files))
      guard let spec = reader.read(RandomSpec.path) else { return nil }
      var diagnostics = reader.diagnostics
      var options = BuildOptions()
      options.variant = variant
      guard let graph = GraphBuilder.build(spec, options: options, sources: reader.sources, diagnostics: &diagnostics)
      else { return nil }
      (self.spec, self.graph, sources) = (spec, graph, reader.sources)
    }
  }
}
