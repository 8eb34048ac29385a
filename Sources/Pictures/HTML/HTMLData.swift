import GraphIR
import JSON
import Layers

/// A network as the HTML page's script reads it.
struct HTMLData {
  private let graph: Graph
  /// How many levels of blocks are unfolded to begin with; nil for all.
  private let depth: Int?

  /// The data as JSON that may stand in a `script` element: no `<` is in it.
  static func text(of graph: Graph, depth: Int?) -> String {
    let text = HTMLData(graph: graph, depth: depth).document().compactText
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "<", ">", "&", "\u{2028}", "\u{2029}":
        let code = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - code.count) + code
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private func document() -> JSONValue {
    let built = PartBuilder(graph).build()
    let groups = Palette.allCases.map(\.rawValue)
    return .object([
      ("inputs", .array(graph.inputs.map { .string(Labels.input($0)) })),
      (
        "outputs",
        .array(
          graph.outputs.map {
            let name = $0.name.map { "output \($0)" } ?? "output"
            return .array([
              .string(name), .int($0.value.index), .string(Labels.shape(graph.shape(of: $0.value))),
            ])
          })
      ),
      ("groups", .array(groups.map { .string($0) })),
      ("search", .array(Palette.allCases.map { .string($0.legend?.lowercased() ?? "") })),
      ("nodes", .lines(graph.nodes.map(node))),
      ("main", .array(built.main.map { part($0, level: 0) })),
      ("heads", .array(built.heads.map { part(.block($0), level: 0) })),
    ])
  }

  /// Path, what search looks in, label, input and output, parameters, multiply-accumulates, inputs, group, fields, tensors.
  private func node(_ node: Node) -> JSONValue {
    let totals = Totals(CollectionOfOne(node))
    let label = Labels.layer(node)
    let group = Palette.allCases.firstIndex(of: Palette(node)) ?? 0
    return .array([
      .string(node.path), .string("\(node.path) \(node.keyword) \(label)".lowercased()), .string(label),
      .string(graph.inputShapes(of: node).map(Labels.shape).joined(separator: ", ")),
      .string(Labels.shape(node.output)),
      .string(totals.parameters > 0 ? Totals.grouped(totals.parameters) : ""),
      .string(node.macs.value.map { $0 > 0 ? Totals.grouped($0) : "" } ?? Labels.cut(node.macs.description, to: 24)),
      .ints(node.inputs.map(\.index)), .int(group), .string(fields(of: node)), .string(tensors(of: node)),
    ])
  }

  private func fields(of node: Node) -> String {
    Labels.cut(node.attributes.map { "\($0.name) \($0.value)" }.joined(separator: ", "), to: 400)
  }

  private func tensors(of node: Node) -> String {
    node.parameters.map { "\($0.name) \($0.shape.map(String.init).joined(separator: "×"))" }.joined(separator: ", ")
  }

  private func part(_ part: Part, level: Int) -> JSONValue {
    switch part {
    case .layers(let run): layers(run)
    case .branches(let branches): join(branches, level: level)
    case .block(let block): self.block(block, level: level)
    }
  }

  private func layers(_ run: Part.LayerRun) -> JSONValue {
    let nodes = run.nodes.map { graph.nodes[$0] }
    let text = RunText(nodes)
    let changes = nodes[0].inputs.first.map { graph.shape(of: $0) } != nodes[nodes.count - 1].output
    var sign: String?
    if nodes[0].inputs.count > 1, case .circle(let text) = JoinSign.form(of: nodes[0]) { sign = text }
    return .object(
      ("n", .ints(run.nodes)), ("sign", sign.map { .string($0) }), ("l", .array(text.lines.map { .string($0) })),
      ("t", .int(text.titleLine)),
      ("g", .string(Palette(text.lead).rawValue)),
      ("s", changes ? .string(Labels.shape(nodes[nodes.count - 1].output)) : nil))
  }

  private func join(_ branches: Part.Branches, level: Int) -> JSONValue {
    let node = graph.nodes[branches.join]
    var sign: String?
    if case .circle(let text) = JoinSign.form(of: node) { sign = text }
    let changes = !graph.inputShapes(of: node).contains(node.output)
    return .object(
      ("f", .array(branches.branches.map { .array($0.map { part($0, level: level) }) })), ("j", .int(node.id)),
      ("m", branches.hasMainBranch ? .bool(true) : nil), ("l", .string(Labels.layer(node))),
      ("sign", sign.map { .string($0) }), ("s", changes ? .string(Labels.shape(node.output)) : nil))
  }

  private func block(_ block: Part.Block, level: Int) -> JSONValue {
    let kind =
      switch block.kind {
      case .module: "module"
      case .stack: "stack"
      case .head: "head"
      }
    // A stack is a level of its own here: it opens to its blocks, those to their layers.
    let inner = block.kind == .stack ? level : level + 1
    let isOpen = depth.map { level < $0 - 1 } ?? true
    return .object(
      ("k", .string(kind)), ("l", .array(BlockText.lines(of: block, in: graph).map { .string($0) })),
      ("x", block.kind == .stack ? .int(block.parts.count) : nil), ("in", .int(block.input.index)),
      ("out", .int(block.output.index)), ("open", isOpen ? .bool(true) : nil),
      ("c", .array(block.parts.map { part($0, level: inner) })))
  }
}
