import Diagnostics
import Foundation
import Frontend
import GraphIR
import NetworkWeights
import SpecLanguage
import SwiftEmission
import Testing

/// Specs and the source that is generated for them.
enum Generated {
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
    _ path: String, variant: String? = nil, options: SwiftOptions = SwiftOptions()
  ) throws -> SwiftGenerator.Result {
    try source(repository.appendingPathComponent(path).path, variant, options, DiskFiles())
  }

  /// The source for a text of layers; `files` are the texts of others beside the spec.
  static func source(
    layers: String, blocks: String = "", more: String = "",
    files: [String: String] = [:], options: SwiftOptions = SwiftOptions()
  ) throws -> String {
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
    return try source(text: text, files: files, options: options)
  }

  /// The source for the text of a spec.
  static func source(
    text: String, files: [String: String] = [:], options: SwiftOptions = SwiftOptions()
  ) throws -> String {
    let memory = MemoryFiles(texts: files.merging(["net.yaml": text]) { $1 })
    return try source("net.yaml", nil, options, memory).source
  }

  /// The source for files in memory, the first of which is the spec.
  static func source(
    files: [String: String], path: String, variant: String? = nil, options: SwiftOptions = SwiftOptions()
  ) throws -> SwiftGenerator.Result {
    let memory = MemoryFiles(texts: files)
    return try source(path, variant, options, memory)
  }

  private static func source(
    _ path: String, _ variant: String?, _ options: SwiftOptions, _ files: some FileAccess
  ) throws -> SwiftGenerator.Result {
    var build = BuildOptions()
    build.variant = variant
    let compilation = Compilation(path, options: build, files: files)
    let problems = compilation.diagnostics.map(\.message).joined(separator: "\n")
    let graph = try #require(compilation.graph, "\(problems)")
    var options = options
    options.fixedTensors = try graph.fixedTensors(from: files)
    return try SwiftGenerator.generate(
      graph, spec: try #require(compilation.spec), sources: compilation.sources, options: options)
  }

  /// The names of the variants of a spec.
  static func variants(_ path: String) throws -> [String] {
    try #require(Compilation.spec(at: repository.appendingPathComponent(path).path)).variants.map(\.name)
  }
}
