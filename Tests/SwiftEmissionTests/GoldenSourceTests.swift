import Foundation
import SwiftEmission
import Testing

@Suite("Golden sources")
struct GoldenSourceTests {
  @Test(arguments: ["resnet50", "googlenet", "densenet121", "mobilenet_v1", "efficientnet"])
  func zoo(_ name: String) throws {
    let result = try Generated.source("specs/\(name).yaml", options: SwiftOptions(access: .public))
    try compare(result, with: "Golden/\(result.typeName).swift")
  }

  /// The source of the spec with every kind, which is compiled and run in NeuralNetworksTests.
  @Test func everyKind() throws {
    try compare(
      Generated.source("Tests/SwiftEmissionTests/Fixtures/kinds.yaml"),
      with: "../NeuralNetworksTests/Generated/Kinds.swift")
  }

  /// The source that an article of the library's documentation shows, which is compiled and run in NeuralNetworksTests.
  @Test func article() throws {
    try compare(
      Generated.source("Tests/NeuralNetworksTests/Articles/flowers.yaml"),
      with: "../NeuralNetworksTests/Articles/Flowers.swift")
  }

  /// The source of blocks with several inputs, whose code takes several tensors.
  @Test func blockInputs() throws {
    let result = try Generated.source(
      "Tests/SwiftEmissionTests/Fixtures/block_inputs.yaml", options: SwiftOptions(access: .public))
    try compare(result, with: "Golden/\(result.typeName).swift")
  }

  private func compare(_ result: SwiftGenerator.Result, with path: String) throws {
    let file = Generated.folder.appendingPathComponent(path).standardized
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] != nil, recorded != result.source {
      try result.source.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(recorded == result.source, "RECORD_GOLDEN=1 make test writes \(path) anew")
  }
}
