import Foundation
import GraphIR
import NetworkWeights
import SpecLanguage
import SyntheticTensors
import Tensors
import Weights

extension RecordedNetwork {
  /// PyTorch's names of a graph's tensors by the graph's own: the same, or what the spec's first map says.
  ///
  /// - Throws: `NameMap.Problem` if the map does not fit.
  package static func publishedNames(of graph: Graph, spec: Spec) throws -> [String: String] {
    let names = graph.expectedTensors.filter { $0.need == .required }.map(\.name)
    let published = try spec.nameMaps.first?.apply(to: names) ?? names
    return Dictionary(uniqueKeysWithValues: zip(names, published))
  }

  /// The tensors of a graph, made from the names and shapes that PyTorch has for them; those that the spec itself has are as
  /// it says.
  ///
  /// - Throws: `NameMap.Problem`, or `FixedTensorError` for a file that cannot be read.
  package func parameters(of graph: Graph, spec: Spec) throws -> [String: Tensor] {
    let shapes = tensors
    let published = try Self.publishedNames(of: graph, spec: spec)
    var result: [String: Tensor] = [:]
    for tensor in graph.expectedTensors {
      guard let name = published[tensor.name] else { continue }
      let values = Tensor(synthetic: name, shape: shapes[name] ?? tensor.shape)
      result[tensor.name] = Tensor(values.elements, shape: tensor.shape)
    }
    for tensor in try graph.fixedTensors(from: DiskFiles()) {
      result[tensor.name] = Tensor(tensor.values, shape: tensor.shape)
    }
    return result
  }

  /// The inputs of a graph for a batch of one, made from the names that PyTorch has for them.
  package func inputs(of graph: Graph) -> [Tensor] {
    zip(inputs, graph.inputs).map { recorded, input in
      let values = Tensor(syntheticInput: recorded.name, shape: recorded.shape)
      return Tensor(values.elements, shape: [1] + (input.shape.values ?? recorded.shape))
    }
  }
}
