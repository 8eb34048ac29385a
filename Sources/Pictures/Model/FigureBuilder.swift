import GraphIR
import Layers
import Shapes

/// Folds a network's parts to a depth, and finds the edges between what remains.
struct FigureBuilder {
  private let graph: Graph
  /// How many levels of blocks are open; nil for all.
  private let depth: Int?
  private var figure: Figure
  /// The box that each node is drawn in; nodes of copies that are not drawn are in the box that stands for them.
  private var boxOfNode: [Int]

  private init(_ graph: Graph, depth: Int?) {
    self.graph = graph
    self.depth = depth.map { $0 - 1 }
    boxOfNode = Array(repeating: 0, count: graph.nodes.count)
    figure = Figure(title: graph.name, subtitle: Self.subtitle(of: graph))
  }

  /// The figure of a graph. At depth 1 every block of the network is folded; nil unfolds all, each copy by itself.
  static func figure(of graph: Graph, depth: Int?) -> Figure {
    var builder = FigureBuilder(graph, depth: depth)
    builder.build()
    return builder.figure
  }

  private static func subtitle(of graph: Graph) -> String {
    let totals = Totals(graph.mainNodes)
    var parts = [Labels.parameters(totals.parameters)]
    if let macs = totals.macs.value, macs > 0 { parts.append("\(Labels.short(macs)) MACs") }
    if let variant = graph.variant { parts.insert("variant \(variant)", at: 0) }
    return parts.joined(separator: " · ")
  }

  private mutating func build() {
    let parts = PartBuilder(graph).build()
    // The inputs are the first boxes, each the number that is its position.
    let inputs = graph.inputs.enumerated().map { position, input in
      addBox(.terminal, [Labels.input(input)], .terminal, nodes: [], output: .input(position), frame: nil)
    }
    figure.main = inputs.map { .box($0) } + pieces(of: parts.main, level: 0, frame: nil)
    let heads = parts.heads.map { head in (head, pieces(of: [.block(head)], level: 0, frame: nil)) }
    addEdges()
    addOutputs(main: parts.main)
    for (head, pieces) in heads {
      figure.sides.append(Figure.Side(source: box(of: head.input), pieces: pieces))
    }
    for value in Set(figure.edges.map(\.value)) { figure.shapes[value] = Labels.shape(graph.shape(of: value)) }
  }

  // MARK: Pieces

  private mutating func pieces(of parts: [Part], level: Int, frame: Int?) -> [Figure.Piece] {
    var result: [Figure.Piece] = []
    var index = 0
    while index < parts.count {
      switch parts[index] {
      case .layers(let run): result.append(.box(layers(run, frame: frame)))
      case .branches(let branches):
        let pieces = branches.branches.map { self.pieces(of: $0, level: level, frame: frame) }
        let join = joinBox(branches.join, frame: frame)
        result.append(.branches(pieces, join: join, hasMainBranch: branches.hasMainBranch))
      case .block(let block):
        if let depth, level >= depth {
          result.append(.box(folded(block, frame: frame)))
        } else if block.kind == .stack {
          result += self.pieces(of: block.parts, level: level, frame: frame)
        } else {
          let copies = copies(of: block, from: index, in: parts)
          result.append(unfolded(copies, level: level, frame: frame))
          index += copies.count - 1
        }
      }
      index += 1
    }
    return result
  }

  /// A block and those after it that are drawn as one with it.
  private func copies(of block: Part.Block, from index: Int, in parts: [Part]) -> [Part.Block] {
    var result = [block]
    guard depth != nil, block.kind == .module else { return result }
    while index + result.count < parts.count, case .block(let next) = parts[index + result.count],
      next.input == result[result.count - 1].output, BlockComparison.areCopies(block, next, in: graph)
    {
      result.append(next)
    }
    return result
  }

  private mutating func unfolded(_ copies: [Part.Block], level: Int, frame: Int?) -> Figure.Piece {
    let block = copies[0]
    let id = figure.frames.count
    let nodes = copies.flatMap(\.nodes)
    let title = Self.title(of: copies)
    figure.frames.append(
      Figure.Frame(
        id: id, title: title, subtitle: frameSubtitle(copies), parent: frame, isHead: block.kind == .head,
        tooltip: tooltip(title, path: block.path, nodes: nodes)))
    let pieces = pieces(of: block.parts, level: level + 1, frame: id)
    // References to copies that are not drawn end at the one that stands for them.
    for copy in copies.dropFirst() {
      for (node, shown) in zip(copy.nodes, block.nodes) { boxOfNode[node] = boxOfNode[shown] }
    }
    return .frame(id, pieces)
  }

  private static func title(of copies: [Part.Block]) -> String {
    let first = copies[0]
    guard let last = copies.last, copies.count > 1 else {
      return first.block.isEmpty ? first.name : "\(first.name) · \(first.block)"
    }
    return "\(Labels.range(first.name, last.name)) · \(first.block) ×\(copies.count)"
  }

  /// What a frame says beside its title: that the copies it stands for differ in their shapes, or a head's weight.
  private func frameSubtitle(_ copies: [Part.Block]) -> String {
    if copies[0].kind == .head { return BlockText.weight(of: copies[0], in: graph) }
    guard let last = copies.last, copies.count > 1 else { return "" }
    let isSame = graph.shape(of: copies[0].input) == graph.shape(of: last.input)
    return isSame ? "" : "shapes of the first"
  }

  // MARK: Boxes

  private mutating func addBox(
    _ form: Figure.Box.Form, _ lines: [String], _ color: Palette, nodes: [Int], output: ValueID, frame: Int?,
    changesShape: Bool = false, tooltip: String = ""
  ) -> Int {
    let id = figure.boxes.count
    figure.boxes.append(
      Figure.Box(
        id: id, form: form, lines: lines, color: color, nodes: nodes, frame: frame,
        tooltip: tooltip.isEmpty ? lines.joined(separator: ", ") : tooltip, output: output, changesShape: changesShape))
    for node in nodes { boxOfNode[node] = id }
    return id
  }

  private mutating func layers(_ run: Part.LayerRun, frame: Int?) -> Int {
    if run.nodes.count == 1, graph.nodes[run.nodes[0]].inputs.count > 1 {
      return joinBox(run.nodes[0], frame: frame)
    }
    let nodes = run.nodes.map { graph.nodes[$0] }
    let text = RunText(nodes)
    let last = nodes[nodes.count - 1]
    let id = addBox(
      .layers, text.lines, Palette(text.lead), nodes: run.nodes, output: .output(ofNode: last.id), frame: frame,
      changesShape: nodes[0].inputs.first.map { graph.shape(of: $0) } != last.output,
      tooltip: tooltip(text.lines.joined(separator: " · "), path: text.lead.path, nodes: run.nodes))
    figure.boxes[id].titleLine = text.titleLine
    return id
  }

  private mutating func joinBox(_ id: Int, frame: Int?) -> Int {
    let node = graph.nodes[id]
    let inputs = graph.inputShapes(of: node)
    return addBox(
      JoinSign.form(of: node), [Labels.layer(node)], .join, nodes: [id], output: .output(ofNode: id), frame: frame,
      changesShape: !inputs.contains(node.output),
      tooltip: tooltip(Labels.layer(node), path: node.path, nodes: [id]))
  }

  private mutating func folded(_ block: Part.Block, frame: Int?) -> Int {
    let lines = BlockText.lines(of: block, in: graph)
    let id = addBox(
      .block, lines, block.kind == .head ? .head : .block, nodes: block.nodes, output: block.output, frame: frame,
      tooltip: tooltip(lines[0], path: block.path, nodes: block.nodes))
    if block.kind == .stack { figure.boxes[id].copies = block.parts.count }
    return id
  }

  private func totals(of nodes: [Int]) -> Totals { Totals(nodes.map { graph.nodes[$0] }) }

  private func tooltip(_ text: String, path: String, nodes: [Int]) -> String {
    let totals = totals(of: nodes)
    var lines = [text, path]
    if let last = nodes.last { lines.append("output \(graph.nodes[last].output)") }
    if totals.parameters > 0 { lines.append("\(Totals.grouped(totals.parameters)) parameters") }
    if let macs = totals.macs.value, macs > 0 { lines.append("\(Totals.grouped(macs)) MACs") }
    return lines.joined(separator: "\n")
  }

  // MARK: Edges

  private func box(of value: ValueID) -> Int { value.node.map { boxOfNode[$0] } ?? value.inputPosition ?? 0 }

  private mutating func addEdges() {
    var known: Set<Figure.Edge> = []
    for box in figure.boxes {
      // A layer that takes a value twice has two arrows; into a folded block each value goes once.
      let isLayer = box.nodes.count == 1
      for node in box.nodes {
        for value in graph.nodes[node].inputs {
          let edge = Figure.Edge(from: self.box(of: value), to: box.id, value: value)
          if edge.from != edge.to, known.insert(edge).inserted || isLayer { figure.edges.append(edge) }
        }
      }
    }
  }

  /// The box of the network's last value goes below it, those of other outputs beside.
  private mutating func addOutputs(main: [Part]) {
    let last = graph.scopes[0].output
    for output in graph.outputs {
      let name = output.name.map { "output \($0)" } ?? "output"
      let id = addBox(
        .terminal, ["\(name) \(Labels.shape(graph.shape(of: output.value)))"], .terminal, nodes: [],
        output: output.value, frame: nil)
      let source = box(of: output.value)
      figure.edges.append(Figure.Edge(from: source, to: id, value: output.value))
      let isBelow = output.value == last && !figure.main.contains { isOutput($0) }
      if isBelow {
        figure.main.append(.box(id))
      } else {
        figure.sides.append(Figure.Side(source: source, pieces: [.box(id)]))
      }
    }
  }

  private func isOutput(_ piece: Figure.Piece) -> Bool {
    if case .box(let id) = piece { id >= graph.inputs.count && figure.boxes[id].form == .terminal } else { false }
  }
}
