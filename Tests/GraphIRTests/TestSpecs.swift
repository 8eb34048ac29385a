import Diagnostics
import Foundation
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// A spec that was read and built.
struct BuiltSpec {
  var spec: Spec
  var graph: Graph
  var sources: SourceTable
}

/// A spec that does not fit together, with what the compiler says.
struct BuildFailure: Error, CustomStringConvertible {
  var description: String
}

enum TestSpecs {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let fixtures = folder.appendingPathComponent("Fixtures")
  private static let published = folder.appendingPathComponent("../../specs").standardized

  /// The specs written for these tests; together they use all of the language.
  static let fixtureNames = [
    "combinators", "handed", "inputs", "layers", "likeness", "references", "sharing", "snippets", "unet",
  ]

  static func fixture(_ name: String, options: BuildOptions = BuildOptions()) throws -> BuiltSpec {
    try build(fixtures.appendingPathComponent("\(name).yaml").path, DiskFiles(), options)
  }

  /// The paths of the specs that the repository brings.
  static let publishedPaths: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: published.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { published.appendingPathComponent($0).path }
  }()

  /// A page of the documentation.
  static func page(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent("../../docs/\(name)").standardized, encoding: .utf8)
  }

  static func build(path: String, options: BuildOptions = BuildOptions()) throws -> BuiltSpec {
    try build(path, DiskFiles(), options)
  }

  static func build(text: String, options: BuildOptions = BuildOptions()) throws -> BuiltSpec {
    try build("spec.yaml", MemoryFiles(texts: ["spec.yaml": text]), options)
  }

  /// A spec of the given layers over a small input.
  static func build(layers: String, blocks: String = "", input: String = "{channels: 4, size: 8}") throws -> Graph {
    let defaults = "defaults: {conv: {padding: half}}\n"
    let text = "cnnc: 1\nmodel: Test\ninput: \(input)\n\(defaults)\(blocks)layers:\n\(layers)\n"
    return try build(text: text).graph
  }

  private static func build(_ path: String, _ files: any FileAccess, _ options: BuildOptions) throws -> BuiltSpec {
    let compilation = Compilation(path, options: options, files: files)
    if let spec = compilation.spec, let graph = compilation.graph, !compilation.hasErrors {
      return BuiltSpec(spec: spec, graph: graph, sources: compilation.sources)
    }
    let renderer = DiagnosticRenderer(sources: compilation.sources, color: false)
    throw BuildFailure(description: compilation.diagnostics.map { renderer.render($0) }.joined())
  }
}

extension Graph {
  /// The names that tensors have, as in a state_dict.
  var tensorNames: [String] { nodes.flatMap { node in node.parameters.map { "\(node.path).\($0.name)" } } }

  /// The paths of layers with tensors.
  var layerPaths: [String] { nodes.filter { !$0.parameters.isEmpty }.map(\.path) }
}
