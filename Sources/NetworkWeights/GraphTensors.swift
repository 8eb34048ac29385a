import GraphIR
import Layers
import SpecLanguage
import Weights

extension Graph {
  /// The tensors that a file of weights must have for the network, in its order; those of heads for training are
  /// passed over, fixed ones that the spec gives values may be missing.
  package var expectedTensors: [ExpectedTensor] { expectedTensors(trainsHeads: false) }

  /// The same; where heads are trained, theirs are used if they are there.
  package func expectedTensors(trainsHeads: Bool) -> [ExpectedTensor] {
    nodes.flatMap { node in
      node.ownParameters.map { parameter in
        ExpectedTensor(
          name: tensorName(parameter, of: node), shape: parameter.shape,
          need: node.head != nil
            ? trainsHeads ? .optional : .unused : isGiven(parameter, of: node) ? .optional : .required)
      }
    }
  }

  /// Whether a tensor is fixed to values that the spec gives it.
  func isGiven(_ parameter: ParameterSpec, of node: Node) -> Bool {
    parameter.role == .fixed && node.layer.givenValues(of: parameter.name) != nil
  }

  /// A tensor's name: the node's path and the parameter's name.
  package func tensorName(_ parameter: ParameterSpec, of node: Node) -> String {
    node.path.isEmpty ? parameter.name : "\(node.path).\(parameter.name)"
  }
}

extension Spec {
  /// The spec's `weights:`, as the binding takes them.
  package var nameMaps: [NameMap] {
    weightMaps.map { map in
      NameMap(
        name: map.name, rules: map.rules.map { NameMap.Rule(pattern: $0.pattern, replacement: $0.replacement) })
    }
  }
}
