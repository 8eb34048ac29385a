import Foundation
import Frontend
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
      let random = RandomSpec(seed: UInt64(seed))
      let variants = [nil] + random.variants.map(Optional.some)
      for path in [random.path, random.derivedPath].compactMap(\.self) {
        let name = "\(path), variant \(variants[seed / Self.parts % variants.count] ?? "none")"
        var options = BuildOptions()
        options.variant = variants[seed / Self.parts % variants.count]
        let compilation = Compilation(path, options: options, files: MemoryFiles(texts: random.files))
        tried += 1
        guard let spec = compilation.spec, let graph = compilation.graph else {
          #expect(compilation.hasErrors, "\(name) is refused without a word")
          continue
        }
        built += 1
        #expect(Totals(graph.nodes).trainable < 12_500_000, "\(name) has more than 50 MB of weights")
        #expect(throws: Never.self, "\(name)") {
          let result = try SwiftGenerator.generate(graph, spec: spec, sources: compilation.sources)
          #expect(result.reasonForPlain == nil, "\(name)")
        }
      }
    }
    // Most of them are networks, or nothing is tested here.
    #expect(built * 10 >= tried * 7, "\(built) of \(tried) build")
  }
}
