import GraphIR
import Layers
import Shapes

/// Makes the lines of a report from a graph's hierarchy: levels without a name are written out in place.
struct OutlineBuilder {
  private let graph: Graph
  private let convention: CountConvention
  private let memory: MemoryPlan?
  private let fields: ReceptiveField
  private var signatures: [Signature: Int] = [:]

  /// What makes two lines the same but for their names.
  private struct Signature: Hashable {
    var label: String
    var details: String
    var inputs: [Shape]
    var output: Shape
    var parameters: [ParameterSpec]
    var count: Extent
    var children: [Int]
  }

  init(_ graph: Graph, convention: CountConvention, memory: MemoryPlan?, fields: ReceptiveField) {
    self.graph = graph
    self.convention = convention
    self.memory = memory
    self.fields = fields
  }

  /// The lines at the top, those of heads last; equal neighbours folded on every level.
  mutating func outline() -> [OutlineItem] { graph.scopes.isEmpty ? [] : folded(items(of: graph.scopes[0], below: "")) }

  /// A line for each layer under its full name, in execution order.
  mutating func leaves() -> [OutlineItem] { graph.nodes.map { item($0, below: "") } }

  private mutating func items(of scope: Scope, below path: String) -> [OutlineItem] {
    var result: [OutlineItem] = []
    for child in scope.children {
      switch child {
      case .node(let id): result.append(item(graph.nodes[id], below: path))
      case .scope(let id): result.append(contentsOf: items(for: graph.scopes[id], below: path))
      }
    }
    return result
  }

  private mutating func items(for scope: Scope, below path: String) -> [OutlineItem] {
    // A head's item takes the head's name itself.
    if case .head = scope.kind { return items(of: scope, below: path) }
    guard scope.name != nil else { return items(of: scope, below: path) }
    let children = items(of: scope, below: scope.path)
    guard let last = children.last else { return [] }
    let what = ScopeLabel(scope, in: graph)
    var item = OutlineItem(
      path: scope.path, name: relative(scope.path, to: path), names: [], label: what.label,
      details: details(what.details, sharedWith: scope.sharedWith.map { graph.scopes[$0].path }),
      inputs: scope.inputs.map { graph.shape(of: $0) }, output: graph.shape(of: scope.output),
      figures: children.reduce(OutlineItem.Figures()) { $0 + $1.figures }, place: place(of: scope.span, in: graph),
      receptiveField: last.receptiveField, isQuiet: false, head: last.head)
    item.names = [item.name]
    item.signature = signature(of: item, parameters: [], children: children.map(\.signature))
    item.children = folded(children)
    return [item]
  }

  private mutating func item(_ node: Node, below path: String) -> OutlineItem {
    let totals = Totals(CollectionOfOne(node))
    let figures = OutlineItem.Figures(
      trainable: totals.trainable, fixed: totals.fixed, buffers: totals.buffers,
      count: convention.count(node, in: graph), memory: node.head == nil ? memory?.bytesHeld[node.id] : nil)
    var item = OutlineItem(
      path: node.path, name: relative(node.path, to: path), names: [], label: node.keyword,
      details: details(node.summary, sharedWith: node.sharedWith.map { graph.nodes[$0].path }),
      inputs: graph.inputShapes(of: node), output: node.output, figures: figures,
      place: place(of: node.span, in: graph), receptiveField: fields[node],
      isQuiet: node.parameters.isEmpty && node.layer.operation.passesOn, head: node.head, node: node.id)
    item.names = [item.name]
    item.kernel = kernel(of: node)
    item.signature = signature(of: item, parameters: node.ownParameters, children: [])
    return item
  }

  /// What a line says of itself, and whose weights it uses.
  private func details(_ text: String, sharedWith path: String?) -> String {
    guard let path else { return text }
    return text + (text.isEmpty ? "" : " ") + "(weights of \(path))"
  }

  private func kernel(of node: Node) -> String {
    for attribute in node.attributes where attribute.name == "kernel" {
      if case .size(let size) = attribute.value { return size.text(axes: max(1, node.output.axisCount)) }
    }
    return ""
  }

  private func relative(_ path: String, to outer: String) -> String {
    !outer.isEmpty && path.hasPrefix(outer + ".") ? String(path.dropFirst(outer.count + 1)) : path
  }

  private mutating func signature(of item: OutlineItem, parameters: [ParameterSpec], children: [Int]) -> Int {
    let key = Signature(
      label: item.label, details: item.details, inputs: item.inputs, output: item.output, parameters: parameters,
      count: item.figures.count, children: children)
    if let known = signatures[key] { return known }
    signatures[key] = signatures.count
    return signatures.count - 1
  }

  /// Neighbours of equal structure as one line.
  private func folded(_ items: [OutlineItem]) -> [OutlineItem] {
    var result: [OutlineItem] = []
    for item in items {
      // No copy of the last line may stay alive, or each name that is added copies all of them.
      let last = result.count - 1
      if last >= 0, result[last].signature == item.signature, result[last].head == item.head {
        result[last].names.append(item.name)
        result[last].figures.memory = [result[last].figures.memory, item.figures.memory].compactMap { $0 }.max()
        result[last].receptiveField = item.receptiveField
      } else {
        result.append(item)
      }
    }
    return result
  }
}

extension LayerOperation {
  /// Activations and views, which a report shows quietly.
  var passesOn: Bool { self == .activation || self == .view }
}
