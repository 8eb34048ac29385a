import Codegen
import Diagnostics
import Foundation
import GraphIR
import SpecLanguage
import Testing

/// Specs and the source that is generated for them.
enum Generated {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let repository = folder.appendingPathComponent("../..").standardized

  /// The zoo and the specs made for trouble, by their paths below the repository.
  static let specs: [String] = [
    "specs", "specs/examples", "Tests/CodegenTests/Fixtures", "Tests/GraphIRTests/Fixtures",
  ]
  .flatMap { folder in
    let names = try? FileManager.default.contentsOfDirectory(atPath: repository.appendingPathComponent(folder).path)
    return (names ?? []).filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }

  /// A spec's source.
  static func source(
    _ path: String, variant: String? = nil, options: CodegenOptions = CodegenOptions()
  ) throws -> Codegen.Result {
    try source(SpecReader(), repository.appendingPathComponent(path).path, variant, options)
  }

  /// The source for a text of layers.
  static func source(layers: String, blocks: String = "", more: String = "") throws -> String {
    let text = """
      cnnc: 1
      model: Net
      input: {channels: 4, size: 16}
      defaults: {conv: {padding: half}}
      \(blocks)
      layers:
      \(layers)
      \(more)
      """
    let reader = SpecReader(files: MemoryFiles(texts: ["net.yaml": text]))
    return try source(reader, "net.yaml", nil, CodegenOptions()).source
  }

  private static func source(
    _ reader: consuming SpecReader, _ path: String, _ variant: String?, _ options: CodegenOptions
  ) throws -> Codegen.Result {
    var build = BuildOptions()
    build.variant = variant
    let spec = reader.read(path)
    var diagnostics = reader.diagnostics
    let graph = spec.flatMap {
      GraphBuilder.build($0, options: build, sources: reader.sources, diagnostics: &diagnostics)
    }
    let problems = diagnostics.sorted.map(\.message).joined(separator: "\n")
    return try Codegen.generate(
      try #require(graph, "\(problems)"), spec: try #require(spec), sources: reader.sources, options: options)
  }

  /// The names of the variants of a spec.
  static func variants(_ path: String) throws -> [String] {
    var reader = SpecReader()
    let spec = reader.read(repository.appendingPathComponent(path).path)
    return try #require(spec).variants.map(\.name)
  }
}
