import Diagnostics
import Frontend
import GraphIR
import Reports
import Shapes
import SpecLanguage

extension DocumentSnapshot {
  /// A place of the text as a network's own text has it.
  struct Look {
    var network: KnownNetwork
    var source: SourceID
    var place: Position
    /// Whether the network is of an earlier text, or of this one without its broken lines.
    var isStale: Bool
  }

  /// The network to ask about a place: that of the text, else the last one that was whole, or what can be read without the
  /// broken lines, if the line of the place is in its text too.
  func look(at place: Position, user: KnownNetwork?) -> Look? {
    if kind != .spec || !isStale {
      guard let network = network ?? user, let (source, text) = network.file(at: path), text.bytes == file.bytes else {
        return nil
      }
      return Look(network: network, source: source, place: place, isStale: false)
    }
    for network in [network, recovered.flatMap(KnownNetwork.init)].compactMap(\.self) {
      guard let (source, text) = network.file(at: path), let line = LineMap(from: text, to: file).old(place.line),
        text.lineBytes(line) == file.lineBytes(place.line)
      else { continue }
      let place = Position(line: line, column: place.column)
      return Look(network: network, source: source, place: place, isStale: true)
    }
    return nil
  }

  /// The item whose operation or name is at a place: what was built of it up to a fault, else what the network says.
  func describeItem(at place: Position, _ look: Look?) -> [String] {
    if isStale, let current, let spec = current.spec, let attempt = current.attempt,
      let source = current.sources.files.firstIndex(where: { $0.path == path }),
      let item = item(at: place, in: SourceID(index: source), of: spec)
    {
      let shapes = ShapeIndex(spec, attempt, isWhole: false)
      let built = Built(shapes: shapes, nodes: attempt.nodes, scopes: attempt.scopes, inputs: attempt.inputs)
      if let text = built.describe(item, choice) { return [text.text] }
    }
    guard let look, let item = item(at: look.place, in: look.source, of: look.network.spec) else { return [] }
    return describe(item, look)
  }

  /// The innermost item at a place of a spec's text, if the place is on its operation or name.
  private func item(at place: Position, in source: SourceID, of spec: Spec) -> Item? {
    var innermost: Item?
    spec.forEachItem { if $0.span.holds(place, in: source) { innermost = $0 } }
    guard let item = innermost else { return nil }
    let isOnName = item.name?.span.holds(place, in: source) ?? false
    return isOnName || item.operationSpan.holds(place, in: source) ? item : nil
  }

  /// The shape of an item, why it has it, and what it costs.
  private func describe(_ item: Item, _ look: Look) -> [String] {
    let graph = look.network.graph
    let built = Built(
      shapes: look.network.shapes, nodes: graph.nodes, scopes: graph.scopes, inputs: graph.inputs.map(\.shape))
    guard var description = built.describe(item, choice) else {
      return ["`\(item.word)` is not there: its `when` is false, or nothing uses its block."]
    }
    if let last = description.nodes.last {
      let fields = ReceptiveField(graph)
      description.text += " · sees \(fields[last])"
    }
    if let plan = MemoryPlan(graph) {
      let held = description.nodes.compactMap { plan.bytesHeld.indices.contains($0.id) ? plan.bytesHeld[$0.id] : nil }
      if let most = held.max() { description.text += " · \(NumberText.bytes(most)) held" }
    }
    if look.isStale { description.text += "  \nOf the last network that was whole." }
    var result = [description.text]
    let sources = look.network.compilation.sources
    if !description.path.isEmpty, let text = ShapeExplanation.explain(description.path, in: graph, sources: sources) {
      result.append("```text\n\(text)```")
    }
    return result
  }

  /// What the expression at a place came to in the network: the value of the field it is written for.
  func value(at look: Look) -> String? {
    let (network, source, place) = (look.network, look.source, look.place)
    var values: [String] = []
    for node in network.graph.nodes {
      for attribute in node.attributes {
        guard case .written(let span) = attribute.origin, span.holds(place, in: source) else { continue }
        let value = attribute.value.description
        if !values.contains(value) { values.append(value) }
      }
    }
    // An argument of a block, in each of its uses.
    if values.isEmpty, let item = SpecIndex(network.spec).inOrder.last(where: { $0.span.holds(place, in: source) }),
      case .block(let call) = item.operation,
      let argument = call.arguments.first(where: { $0.value.span.holds(place, in: source) })
    {
      // Copies stand in a level of their own, which has the item's place too.
      for scope in network.graph.scopes where scope.span == item.span {
        switch scope.kind {
        case .module(call.block, let own), .blockList(call.block, let own):
          if let value = own.first(where: { $0.name == argument.name })?.value.description, !values.contains(value) {
            values.append(value)
          }
        default: continue
        }
      }
    }
    return values.isEmpty ? nil : values.prefix(8).joined(separator: ", ") + (values.count > 8 ? ", …" : "")
  }
}

/// What was made of a spec, whole or up to a fault.
private struct Built {
  var shapes: ShapeIndex
  var nodes: [Node]
  var scopes: [Scope]
  var inputs: [Shape]

  struct Description {
    var text: String
    var path: String
    var nodes: [Node]
  }

  /// The shapes around an item and what it costs; nil for one that nothing was made of.
  func describe(_ item: Item, _ choice: ViewChoice) -> Description? {
    guard let (occurrence, differs) = shapes.chosen(of: item, choice) else { return nil }
    let path: String
    let entering: [ValueID]
    switch occurrence.part {
    case .node(let id): (path, entering) = (nodes[id].path, nodes[id].inputs)
    case .scope(let id): (path, entering) = (scopes[id].path, [scopes[id].input])
    }
    let from = entering.compactMap { shape(of: $0)?.description }.joined(separator: ", ")
    var lines = ["**\(from) → \(occurrence.shape)**"]
    if differs {
      lines.append("Other uses have other shapes; this is the \(occurrence.use == nil ? "first" : "chosen") one.")
    }
    let own = occurrence.part.nodes(nodes, scopes)
    let totals = Totals(own)
    var figures = ["\(Totals.grouped(totals.trainable)) parameters"]
    if let macs = totals.macs.value, macs > 0 { figures.append("\(Totals.grouped(macs)) MACs") }
    lines.append(figures.joined(separator: " · "))
    return Description(text: lines.joined(separator: "  \n"), path: path, nodes: own)
  }

  private func shape(of value: ValueID) -> Shape? {
    if let node = value.node { return nodes.indices.contains(node) ? nodes[node].output : nil }
    return inputs.indices.contains(value.inputPosition ?? 0) ? inputs[value.inputPosition ?? 0] : nil
  }
}

extension Span {
  /// Whether a place of a file lies in the span or at its end.
  func holds(_ place: Position, in file: SourceID) -> Bool { source == file && start <= place && place <= end }
}
