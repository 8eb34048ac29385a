import Diagnostics
import Foundation
import Frontend
import GraphIR
import NetworkWeights
import SpecLanguage
import Testing
import TorchEmission

/// Specs and the PyTorch source that is generated for them.
enum TorchSource {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let repository = folder.appendingPathComponent("../..").standardized

  /// The zoo and the specs made for trouble, by their paths below the repository.
  static let specs: [String] = [
    "specs", "specs/examples", "Tests/SwiftEmissionTests/Fixtures", "Tests/GraphIRTests/Fixtures",
  ]
  .flatMap { folder in
    let names = try? FileManager.default.contentsOfDirectory(atPath: repository.appendingPathComponent(folder).path)
    return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }

  /// A spec's source.
  static func source(
    _ path: String, variant: String? = nil, options: TorchOptions = TorchOptions()
  ) throws -> TorchGenerator.Result {
    try source(repository.appendingPathComponent(path).path, variant, options, DiskFiles())
  }

  /// The source for a text of layers; `files` are the texts of others beside the spec.
  static func source(
    layers: String, blocks: String = "", more: String = "", input: String = "{channels: 4, size: 16}",
    files: [String: String] = [:], options: TorchOptions = TorchOptions()
  ) throws -> String {
    let text = """
      cnnc: 1
      model: Net
      input: \(input)
      \(blocks)
      layers:
      \(layers)
      \(more)
      """
    let memory = MemoryFiles(texts: files.merging(["net.yaml": text]) { $1 })
    return try source("net.yaml", nil, options, memory).source
  }

  /// The source for the text of a spec.
  static func source(text: String) throws -> String {
    try source("net.yaml", nil, TorchOptions(), MemoryFiles(texts: ["net.yaml": text])).source
  }

  private static func source(
    _ path: String, _ variant: String?, _ options: TorchOptions, _ files: some FileAccess
  ) throws -> TorchGenerator.Result {
    var build = BuildOptions()
    build.variant = variant
    let compilation = Compilation(path, options: build, files: files)
    let problems = compilation.diagnostics.map(\.message).joined(separator: "\n")
    let graph = try #require(compilation.graph, "\(problems)")
    return try TorchGenerator.generate(
      graph, spec: try #require(compilation.spec), sources: compilation.sources,
      fixedTensors: try graph.fixedTensors(from: files) + graph.filedTensors(from: files), options: options)
  }
}
