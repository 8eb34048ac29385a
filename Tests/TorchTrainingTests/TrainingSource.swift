import Diagnostics
import Foundation
import Frontend
import GraphIR
import Images
import NetworkImages
import NetworkWeights
import Recipes
import SpecLanguage
import Testing
import TorchEmission
import TorchTraining
import TrainingRuns

/// Specs, recipes, and the scripts that are generated for them.
struct TrainingSource {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  static let repository = folder.appendingPathComponent("../..").standardized

  let graph: Graph
  let subject: TorchTraining.Subject

  /// A spec of the repository.
  init(_ path: String, labels: [String] = []) throws {
    try self.init(TrainingSource.repository.appendingPathComponent(path).path, DiskFiles(), labels: labels)
  }

  /// A spec of some layers.
  init(layers: String, more: String = "", input: String = "{channels: 3, size: 16}") throws {
    let text = "cnnc: 1\nmodel: Net\ninput: \(input)\nlayers:\n\(layers)\n\(more)\n"
    try self.init("net.yaml", MemoryFiles(texts: ["net.yaml": text]), labels: [])
  }

  private init(_ path: String, _ files: some FileAccess, labels: [String]) throws {
    let compilation = Compilation(path, options: BuildOptions(), files: files)
    let problems = compilation.diagnostics.map(\.message).joined(separator: "\n")
    graph = try #require(compilation.graph, "\(problems)")
    let spec = try #require(compilation.spec)
    let network = try TorchGenerator.generate(
      graph, spec: spec, sources: compilation.sources, fixedTensors: try graph.fixedTensors(from: files))
    let module = network.typeName.lowercased()
    subject = TorchTraining.Subject(
      network: network, module: module, preprocessing: try ImagePreprocessing(spec, for: graph), labels: labels,
      folder: "runs/\(module)", spec: path.split(separator: "/").last.map(String.init) ?? path)
  }

  /// The scripts for a recipe's text.
  func scripts(_ recipe: String, _ strategy: TorchTraining.Strategy) throws -> [TorchTraining.Script] {
    var reader = RecipeReader()
    let settings = reader.settings(inText: recipe)
    let problems = reader.diagnostics.sorted.map(\.message).joined(separator: "\n")
    #expect(!reader.diagnostics.hasErrors, "\(problems)")
    return try TorchTraining.scripts(graph, Recipe(settings), subject, strategy: strategy)
  }

  /// The script for a recipe in one stage.
  func script(_ recipe: String, _ strategy: TorchTraining.Strategy = .ddp) throws -> String {
    try #require(try scripts(recipe, strategy).first).source
  }
}
