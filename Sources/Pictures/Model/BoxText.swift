import GraphIR

/// The lines on a box of layers.
struct RunText {
  var lines: [String]
  /// The line that stands out: the one of the layer that the box is about.
  var titleLine = 0
  var lead: Node

  init(_ nodes: [Node]) {
    lead = nodes.first { Palette($0) == .convolution } ?? nodes[0]
    let id = lead.id
    lines = [Labels.layer(lead)]
    func add(_ others: [Node], at place: Int) {
      if !others.isEmpty { lines.insert(others.map(Labels.kind).joined(separator: " · "), at: place) }
    }
    add(nodes.filter { $0.id > id }, at: 1)
    add(nodes.filter { $0.id < id }, at: 0)
    titleLine = nodes[0].id < id ? 1 : 0
  }
}

/// The lines on a folded block: its title, its shapes and its parameters.
enum BlockText {
  static func lines(of block: Part.Block, in graph: Graph) -> [String] {
    var title = block.block.isEmpty ? block.name : "\(block.name) · \(block.block)"
    if block.kind == .stack { title += " ×\(block.parts.count)" }
    var lines = [title, Labels.shapes(graph.shape(of: block.input), graph.shape(of: block.output))]
    let parameters = Totals(block.nodes.map { graph.nodes[$0] }).parameters
    if parameters > 0 { lines.append(Labels.parameters(parameters)) }
    if block.kind == .head { lines[lines.count - 1] += " · \(weight(of: block, in: graph))" }
    return lines
  }

  /// A head's share of the loss.
  static func weight(of head: Part.Block, in graph: Graph) -> String {
    graph.heads.first { $0.name == head.name }?.weight.map { "weight \($0)" } ?? "training only"
  }
}
