import Diagnostics
import Foundation
import Frontend
import GraphIR
import Interpreter
import NetworkWeights
import ONNX
import ONNXEmission
import SpecLanguage
import SyntheticTensors
import Tensors

/// The repository's folder.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
  .standardized

/// A network with tensors that follow from their names.
struct TestNetwork {
  var graph: Graph
  var parameters: [String: Tensor]

  /// A spec of the repository, or of files in memory.
  init(_ path: String, variant: String? = nil, files: any FileAccess = DiskFiles()) throws {
    var options = BuildOptions()
    options.variant = variant
    let compilation = Compilation(path, options: options, files: files)
    guard let graph = compilation.graph else {
      throw ExportError(compilation.diagnostics.map(\.message).joined(separator: "\n"))
    }
    try self.init(graph, files: files)
  }

  init(_ graph: Graph, files: any FileAccess = DiskFiles()) throws {
    self.graph = graph
    parameters = [:]
    for tensor in graph.expectedTensors {
      parameters[tensor.name] = Tensor(synthetic: tensor.name, shape: tensor.shape)
    }
    for tensor in try graph.fixedTensors(from: files) {
      parameters[tensor.name] = Tensor(tensor.values, shape: tensor.shape)
    }
  }

  /// Layers over a small input.
  init(layers: String, input: String = "{channels: 4, size: 8}", more: String = "") throws {
    let text = "cnnc: 1\nmodel: Test\ninput: \(input)\n\(more)\nlayers:\n\(layers)\n"
    try self.init("net.yaml", files: MemoryFiles(texts: ["net.yaml": text]))
  }

  func model(_ change: (inout NetworkExport.Options) -> Void = { _ in }) throws -> ModelProto {
    var options = NetworkExport.Options()
    change(&options)
    return try NetworkExport(options: options, producerVersion: "test").model(graph, parameters: parameters)
  }

  func computation(batch: Int) throws -> Computation {
    try Interpreter(graph, parameters: parameters).computation(batch: batch)
  }

  /// Numbers for the inputs.
  func inputs(batch: Int) -> [Tensor] {
    graph.inputs.enumerated().map { place, input in
      Tensor(syntheticInput: "input\(place)", shape: [batch] + (input.shape.values ?? []))
    }
  }
}

extension ModelProto {
  var nodes: [NodeProto] { graph?.node ?? [] }
  var operators: [String] { nodes.map(\.opType) }
}

extension NodeProto {
  subscript(name: String) -> AttributeProto.Value? { attribute.first { $0.name == name }?.value }
}
