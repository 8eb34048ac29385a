import Diagnostics
import Foundation
import Frontend
import GraphIR
import Interpreter
import Shapes
import SpecLanguage
import SyntheticTensors
import Tensors

/// A spec that does not build, with what the compiler says.
struct BuildFailure: Error, CustomStringConvertible {
  var description: String
}

/// The graph of a spec.
func buildGraph(_ path: String, _ files: any FileAccess, variant: String? = nil) throws -> Graph {
  try buildNetwork(path, files, variant: variant).graph
}

/// A spec with its graph.
private func buildNetwork(
  _ path: String, _ files: any FileAccess, variant: String?, input: Shape? = nil
) throws -> (graph: Graph, spec: Spec) {
  var options = BuildOptions()
  options.variant = variant
  options.input = input
  let compilation = Compilation(path, options: options, files: files)
  if let graph = compilation.graph, let spec = compilation.spec, !compilation.hasErrors { return (graph, spec) }
  throw BuildFailure(description: compilation.diagnostics.map(\.message).joined(separator: "\n"))
}

/// The graph of layers over a small input.
func buildGraph(layers: String, input: String = "{channels: 4, size: 8}", more: String = "") throws -> Graph {
  let text = "cnnc: 1\nmodel: Test\ninput: \(input)\n\(more)\nlayers:\n\(layers)\n"
  return try buildGraph("spec.yaml", MemoryFiles(texts: ["spec.yaml": text]))
}

/// The repository's folder.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
  .standardized

/// The graph of a spec that the repository brings.
func buildGraph(spec name: String, variant: String? = nil, input: Shape? = nil) throws -> Graph {
  let path = repository.appendingPathComponent("specs/\(name).yaml").path
  return try buildNetwork(path, DiskFiles(), variant: variant, input: input).graph
}

/// A spec that the repository brings, with its graph.
func buildNetwork(spec name: String, variant: String?) throws -> (graph: Graph, spec: Spec) {
  try buildNetwork(repository.appendingPathComponent("specs/\(name).yaml").path, DiskFiles(), variant: variant)
}

extension Graph {
  /// Every parameter of the network, made from its name.
  var syntheticParameters: [String: Tensor] {
    var tensors: [String: Tensor] = [:]
    for node in mainNodes {
      for spec in node.parameters {
        let path = "\(node.path).\(spec.name)"
        tensors[path] = Tensor(synthetic: path, shape: spec.shape)
      }
    }
    return tensors
  }
}
