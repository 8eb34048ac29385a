import GraphIR

/// The layers of a graph by their paths.
struct GraphIndex: Sendable {
  /// The nodes that are generated.
  let nodes: [String: Node]
  /// The layers that the graph has as several nodes.
  let composites: Set<String>

  init(_ nodes: ArraySlice<Node>, of graph: Graph) {
    self.nodes = Dictionary(nodes.map { ($0.path, $0) }) { first, _ in first }
    composites = Set(
      graph.scopes.compactMap { scope in if case .composite = scope.kind { scope.path } else { nil } })
  }
}

extension Scope {
  /// Whether nothing stands in the scope, as in the one that `identity` leaves where it has a name or a number.
  var isEmpty: Bool { children.isEmpty && input == output }
}
