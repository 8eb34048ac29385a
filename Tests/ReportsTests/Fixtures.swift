import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// A spec's graph with what was read and found on the way.
struct Built {
  var graph: Graph?
  var diagnostics: [Diagnostic]
  var sources: SourceTable

  private init(_ compilation: Compilation) {
    graph = compilation.graph
    diagnostics = compilation.diagnostics
    sources = compilation.sources
  }

  /// A spec given as text.
  static func text(_ yaml: String, options: BuildOptions = BuildOptions()) -> Built {
    Built(Compilation("m.yaml", options: options, files: MemoryFiles(texts: ["m.yaml": yaml])))
  }

  /// A spec of the repository, such as `resnet50`; what it prints as its path begins with `specs/`.
  static func spec(_ name: String, variant: String? = nil) throws -> Built {
    let path = "specs/\(name).yaml"
    var files: [String: [UInt8]] = [:]
    for file in [path, "specs/blocks/inception.yaml", "specs/blocks/resnet.yaml"] {
      files[file] = try DiskFiles().read(Self.root + file, limit: 1 << 20)
    }
    var options = BuildOptions()
    options.variant = variant
    return Built(Compilation(path, options: options, files: MemoryFiles(files)))
  }

  /// The repository's folder, with a slash behind it.
  private static let root = String(#filePath.dropLast("Tests/ReportsTests/Fixtures.swift".count))

  /// The graph, which the test needs.
  func required() throws -> Graph {
    try #require(graph, "\(diagnostics.map(\.message))")
  }
}

/// A spec around a list of layers.
func spec(_ layers: String, input: String = "{channels: 3, size: 32}", more: String = "") -> String {
  """
  cnnc: 1
  model: M
  input: \(input)
  \(more)
  layers:
  \(layers)
  """
}
