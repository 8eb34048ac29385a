import GraphIR

/// Which tensors of one network load into another: those of the same name and shape.
package struct WeightComparison: Sendable {
  package struct Tensor: Hashable, Sendable {
    package var name: String
    package var shape: [Int]
  }

  package struct Reshaped: Hashable, Sendable {
    package var name: String
    package var a: [Int]
    package var b: [Int]
  }

  /// Tensors of B, buffers among them.
  package private(set) var total = 0
  package private(set) var loading = 0
  /// Tensors of B that would load if they had the names of A's counterparts.
  package private(set) var underOtherNames = 0
  /// In both, but of another shape.
  package private(set) var reshaped: [Reshaped] = []
  /// In B, not in A.
  package private(set) var missing: [Tensor] = []
  /// In A, not in B.
  package private(set) var unexpected: [Tensor] = []

  /// - Parameter counterparts: for each layer of B its counterpart in A.
  init(_ a: Graph, _ b: Graph, counterparts: [Int?]) {
    var shapes = Dictionary(Self.tensors(a).map { ($0.name, $0.shape) }) { first, _ in first }
    for tensor in Self.tensors(b) {
      total += 1
      switch shapes.removeValue(forKey: tensor.name) {
      case nil: missing.append(tensor)
      case tensor.shape?: loading += 1
      case let shape?: reshaped.append(Reshaped(name: tensor.name, a: shape, b: tensor.shape))
      }
    }
    unexpected = Self.tensors(a).filter { shapes[$0.name] != nil }
    let open = Set(missing.map(\.name) + reshaped.map(\.name))
    for node in b.nodes {
      guard let partner = counterparts[node.id].map({ a.nodes[$0] }), partner.path != node.path else { continue }
      underOtherNames +=
        node.parameters.filter { tensor in
          open.contains("\(node.path).\(tensor.name)")
            && partner.parameters.contains { $0.name == tensor.name && $0.shape == tensor.shape }
        }.count
    }
  }

  package var isComplete: Bool { reshaped.isEmpty && missing.isEmpty && unexpected.isEmpty }

  private static func tensors(_ graph: Graph) -> [Tensor] {
    graph.nodes.flatMap { node in
      node.parameters.map { Tensor(name: "\(node.path).\($0.name)", shape: $0.shape) }
    }
  }
}
