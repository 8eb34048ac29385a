import GraphIR
import Layers

/// Puts layers that follow each other into boxes: a convolution with its norm and activation is one.
enum RunMerging {
  /// The boxes of layers in execution order.
  static func runs(of ids: [Int], in graph: Graph, uses: ValueTable<Int>) -> [Part.LayerRun] {
    var result: [Part.LayerRun] = []
    var chain: [Node] = []
    for id in ids {
      let node = graph.nodes[id]
      if let last = chain.last, node.inputs != [.output(ofNode: last.id)] || uses[.output(ofNode: last.id)] != 1 {
        result += split(chain)
        chain = []
      }
      chain.append(node)
    }
    return result + split(chain)
  }

  /// Cuts a chain into boxes.
  ///
  /// Where norms and activations come first, as in pre-activation networks, they lead the convolution after them.
  private static func split(_ chain: [Node]) -> [Part.LayerRun] {
    let isPreactivated = chain.first.map { $0.role == .normalization } ?? false
    var result: [[Node]] = []
    var current: [Node] = []
    for node in chain {
      let follows: Bool
      switch node.role {
      case .normalization, .activation:
        follows = isPreactivated ? !current.contains { $0.role == .weights } : current.first.map(\.leads) ?? false
      case .view: follows = current.first.map { $0.leads || $0.role == .pooling || $0.role == .view } ?? false
      case .weights:
        follows =
          isPreactivated && !current.isEmpty
          && current.allSatisfy { $0.role == .normalization || $0.role == .activation }
      case .pooling, .join, .other: follows = false
      }
      if !follows, !current.isEmpty {
        result.append(current)
        current = []
      }
      current.append(node)
    }
    if !current.isEmpty { result.append(current) }
    return result.map { Part.LayerRun(nodes: $0.map(\.id), name: $0[0].name) }
  }
}

extension Node {
  fileprivate enum Role {
    case weights
    case normalization
    case activation
    case view
    case pooling
    case join
    case other
  }

  fileprivate var role: Role {
    if inputs.count > 1 { return .join }
    if case .view = layer.operation { return .view }
    return switch type(of: layer).documentation.group {
    case .convolution: .weights
    case .normalization: .normalization
    case .activation: .activation
    case .pooling: .pooling
    case .join: .join
    case .arrangement, .historical: .other
    }
  }

  /// Whether norms and activations may share its box.
  fileprivate var leads: Bool { role == .weights || role == .normalization }
}
