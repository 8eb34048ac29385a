import Diagnostics
import GraphIR

/// Writes a graph without hierarchy: one layer a line, in execution order, joins as layers.
struct FlatExpander {
  let graph: Graph
  let origin: ExpandedOrigin
  private var nameOfValue: [ValueID: String] = [:]

  private init(_ graph: Graph, _ origin: ExpandedOrigin) {
    self.graph = graph
    self.origin = origin
  }

  static func expand(_ graph: Graph, _ origin: ExpandedOrigin) -> HierarchyExpander.Result {
    var expander = FlatExpander(graph, origin)
    return expander.result()
  }

  private mutating func result() -> HierarchyExpander.Result {
    var layers: [ExpandedItem] = []
    // The words that references know are no names.
    var taken = Set(graph.heads.map(\.name)).union(["input", "prev"])
    taken.formUnion(graph.inputs.compactMap(\.name))
    var names = UniqueNames(taken: taken)
    nameOfValue[.input] = "input"
    for (position, input) in graph.inputs.enumerated() {
      guard let name = input.name else { continue }
      nameOfValue[.input(position)] = name
    }
    var value = ValueID.input
    for node in graph.mainNodes {
      layers.append(layer(node, name: Self.unique(node.path, &names), after: value))
      value = .output(ofNode: node.id)
    }
    if let output = graph.outputs.first, output.name == nil, output.value != value {
      layers.append(ExpandedItem(from: [name(of: output.value)], .identity))
    }
    if layers.isEmpty { layers = [ExpandedItem(.identity)] }
    let heads = zip(graph.heads, graph.headNodes).map { head($0, nodes: $1) }
    let outputs = graph.outputs.compactMap { output in output.name.map { ($0, name(of: output.value)) } }
    return HierarchyExpander.Result(layers: layers, heads: heads, outputs: outputs)
  }

  private func name(of value: ValueID) -> String { nameOfValue[value] ?? "missing" }

  /// A path with `__` for its dots, shortened to what a name may have, unlike the names before.
  private static func unique(_ path: String, _ names: inout UniqueNames) -> String {
    let flat = path.split(separator: ".").joined(separator: "__")
    return names.make(flat.count > 110 ? String(flat.suffix(110)) : flat)
  }

  private mutating func layer(_ node: Node, name: String, after previous: ValueID) -> ExpandedItem {
    let from = node.inputs == [previous] ? [] : node.inputs.map { self.name(of: $0) }
    let value = ValueID.output(ofNode: node.id)
    nameOfValue[value] = name
    let operation: ExpandedItem.Operation =
      if let owner = node.sharedWith {
        .share(self.name(of: .output(ofNode: owner)))
      } else {
        .layer(node.keyword, fields: origin.fields(of: node))
      }
    return ExpandedItem(
      name: name, from: from, operation,
      comment: "\(node.path), \(origin.place(node.span)), \(node.output)")
  }

  /// A head's layers as a list under its key, their names without the head's own.
  private mutating func head(
    _ head: Graph.Head, nodes: ArraySlice<Node>
  ) -> (name: String, weight: Double?, item: ExpandedItem) {
    guard let first = nodes.first, let start = first.inputs.first else {
      return (head.name, head.weight, ExpandedItem(from: [name(of: head.output)], .identity))
    }
    let from = [name(of: start)]
    var value = start
    // Names of the head must not hide those outside that it refers to.
    let inside = Set(nodes.map { ValueID.output(ofNode: $0.id) })
    let outside = Set(nodes.flatMap(\.inputs)).subtracting(inside)
    var names = UniqueNames(
      taken: Set(outside.map { String(name(of: $0).prefix { $0 != "." }) }).union(["input", "prev"]))
    var items: [ExpandedItem] = []
    for node in nodes {
      let inner = node.path.hasPrefix(head.name + ".") ? String(node.path.dropFirst(head.name.count + 1)) : node.path
      items.append(layer(node, name: Self.unique(inner, &names), after: value))
      value = .output(ofNode: node.id)
    }
    if head.output != value {
      items.append(ExpandedItem(name: Self.unique("out", &names), from: [name(of: head.output)], .identity))
    }
    for node in nodes {
      let value = ValueID.output(ofNode: node.id)
      nameOfValue[value] = "\(head.name).\(name(of: value))"
    }
    return (head.name, head.weight, ExpandedItem(from: from, .list(items, isLevel: false)))
  }
}
