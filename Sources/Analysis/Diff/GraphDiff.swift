import GraphIR
import Layers
import Shapes

/// What differs between two networks, A and B.
package struct GraphDiff: Sendable {
  /// A parameter of the model; nil where a spec has no such parameter.
  package struct Setting: Hashable, Sendable {
    package var name: String
    package var a: String?
    package var b: String?
  }

  /// A layer, or a whole level, that has no counterpart.
  package struct Part: Sendable {
    package var path: String
    package var nodes: [Node]
  }

  package struct Rename: Hashable, Sendable {
    package var a: String
    package var b: String
    package var layers: Int
  }

  /// What the first part of the layers' paths costs; nil where it is in one network only.
  package struct Block: Sendable {
    package var name: String
    package var a: Totals?
    package var b: Totals?
    package var isHead: Bool
  }

  package let a: Graph
  package let b: Graph
  package let settings: [Setting]
  package let removed: [Part]
  package let added: [Part]
  package let renamedLevels: [Rename]
  /// Layers whose names changed otherwise than by a renamed level, in execution order.
  package let renamed: [Rename]
  /// Layers that differ from their counterparts otherwise than by name, in execution order.
  package let changed: [NodeChange]
  package let blocks: [Block]
  package let weights: WeightComparison

  package init(_ a: Graph, _ b: Graph) {
    self.a = a
    self.b = b
    settings = Self.settings(a, b)
    let matcher = TreeMatcher(a, b)
    removed = matcher.unmatched(inB: false).map { part in Part(path: part.path, nodes: part.nodes.map { a.nodes[$0] }) }
    added = matcher.unmatched(inB: true).map { part in Part(path: part.path, nodes: part.nodes.map { b.nodes[$0] }) }
    renamedLevels = matcher.renamedLevels.map { Rename(a: $0.a, b: $0.b, layers: $0.layers) }
    let pairs = a.nodes.compactMap { node in matcher.counterparts.a[node.id].map { (node, b.nodes[$0]) } }
    renamed = pairs.compactMap { first, second in
      let mapped = matcher.levelPaths[first.level].map { $0.isEmpty ? first.name : "\($0).\(first.name)" }
      return mapped == second.path ? nil : Rename(a: first.path, b: second.path, layers: 1)
    }
    changed = pairs.compactMap { first, second in
      let change = NodeChange(
        first, second, inputs: Self.inputs(first, second, a, b, matcher),
        meanings: (LayerMeaning(first, in: a), LayerMeaning(second, in: b)))
      return change.isOwn || change.isReshaped ? change : nil
    }
    blocks = Self.blocks(a, b, matcher)
    weights = WeightComparison(a, b, counterparts: matcher.counterparts.b)
  }

  /// Whether the networks are the same: their layers, names, shapes and connections.
  package var isEmpty: Bool {
    removed.isEmpty && added.isEmpty && renamedLevels.isEmpty && renamed.isEmpty && changed.isEmpty && !outputsDiffer
      && a.input == b.input
  }

  package var outputsDiffer: Bool {
    a.outputs.map(\.name) != b.outputs.map(\.name)
      || a.outputs.map { a.shape(of: $0.value) } != b.outputs.map { b.shape(of: $0.value) }
  }

  private static func settings(_ a: Graph, _ b: Graph) -> [Setting] {
    let second = Dictionary(b.settings.map { ($0.name, $0.value.description) }) { first, _ in first }
    let known = Set(a.settings.map(\.name))
    let all =
      a.settings.map { Setting(name: $0.name, a: $0.value.description, b: second[$0.name]) }
      + b.settings.filter { !known.contains($0.name) }.map { Setting(name: $0.name, a: nil, b: $0.value.description) }
    return all.filter { $0.a != $0.b }
  }

  /// What flows in, where it is something else; what was put in or taken out before the layer is told by itself.
  private static func inputs(
    _ first: Node, _ second: Node, _ a: Graph, _ b: Graph, _ matcher: TreeMatcher
  ) -> (a: [String], b: [String])? {
    if first.inputs.count == second.inputs.count {
      let areSame = zip(first.inputs, second.inputs).allSatisfy { x, y in
        guard let node = x.node else { return y.node.map { matcher.counterparts.b[$0] == nil } ?? true }
        guard let other = y.node else { return matcher.counterparts.a[node] == nil }
        guard let partner = matcher.counterparts.a[node], matcher.counterparts.b[other] != nil else { return true }
        return partner == other
      }
      if areSame { return nil }
    }
    func names(_ values: [ValueID], _ graph: Graph) -> [String] {
      values.map { $0.node.map { graph.nodes[$0].path } ?? "input" }
    }
    return (names(first.inputs, a), names(second.inputs, b))
  }

  private static func blocks(_ a: Graph, _ b: Graph, _ matcher: TreeMatcher) -> [Block] {
    func top(_ node: Node) -> String { String(node.path.prefix { $0 != "." }) }
    // Blocks of A under the names that they have in B.
    let first = a.nodes.map { node -> (String, Node) in
      guard let partner = matcher.counterparts.a[node.id] else {
        return (matcher.levelPaths[top(node)] ?? top(node), node)
      }
      return (top(b.nodes[partner]), node)
    }
    let second = b.nodes.map { (top($0), $0) }
    let (left, right) = (
      Dictionary(grouping: first, by: \.0).mapValues { $0.map(\.1) },
      Dictionary(grouping: second, by: \.0).mapValues { $0.map(\.1) }
    )
    let names = (second + first).map(\.0).reduce(into: (seen: Set<String>(), list: [String]())) { result, name in
      if result.seen.insert(name).inserted { result.list.append(name) }
    }
    return names.list.map { name in
      Block(
        name: name, a: left[name].map { Totals($0) }, b: right[name].map { Totals($0) },
        isHead: (right[name] ?? left[name])?.first?.head != nil)
    }
  }
}
