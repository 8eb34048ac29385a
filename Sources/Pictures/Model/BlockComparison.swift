import GraphIR

/// Tells whether blocks are the same apart from where they stand.
enum BlockComparison {
  /// Whether two blocks have the same layers with the same fields, connected alike; shapes may differ.
  static func areCopies(_ a: Part.Block, _ b: Part.Block, in graph: Graph) -> Bool {
    guard a.block == b.block, a.kind == b.kind, a.nodes.count == b.nodes.count else { return false }
    let placeInA = places(of: a)
    let placeInB = places(of: b)
    func isAlike(_ x: ValueID, _ y: ValueID) -> Bool {
      let inA = x.node.flatMap { placeInA[$0] }
      let inB = y.node.flatMap { placeInB[$0] }
      if inA != nil || inB != nil { return inA == inB }
      return x == a.input && y == b.input
    }
    return zip(a.nodes, b.nodes).allSatisfy { first, second in
      let x = graph.nodes[first]
      let y = graph.nodes[second]
      return x.keyword == y.keyword && x.inputs.count == y.inputs.count
        && x.attributes.count == y.attributes.count
        && zip(x.attributes, y.attributes).allSatisfy { $0.name == $1.name && $0.value == $1.value }
        && zip(x.inputs, y.inputs).allSatisfy(isAlike)
    }
  }

  private static func places(of block: Part.Block) -> [Int: Int] {
    Dictionary(block.nodes.enumerated().map { ($1, $0) }) { first, _ in first }
  }
}
