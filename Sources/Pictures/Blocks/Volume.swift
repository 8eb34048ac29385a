import GraphIR
import Shapes

/// What a layer or a folded block makes, as the style of blocks draws it.
struct Volume: Equatable, Sendable {
  enum Form: Equatable, Sendable {
    /// Channels with spatial axes.
    case maps
    /// Features without: a bar.
    case vector
    /// A circle with the sign of a sum or product.
    case sign(String)
  }

  var form: Form
  /// The boxes of the figure that it stands for.
  var boxes: [Int]
  var title: String
  /// The text of its shape.
  var shape: String
  var channels: Int
  var height: Int
  var width: Int
  /// The names of its spatial axes: `height`.
  var axes: [String]
  var color: Palette
  /// What follows in the same box: norms and activations.
  var bands: [Palette] = []
  /// How many blocks of one kind it stands for.
  var copies = 1
  var tooltip: String
  /// The unfolded blocks around it, outermost first.
  var frames: [Int] = []
  var isInput = false
  var isBlock = false
  /// The block of the spec that is folded, if it is one.
  var block: String?

  /// The larger of height and width, 1 for vectors.
  var extent: Int { max(height, width) }

  /// Whether both are drawn and described alike.
  func isLike(_ other: Volume) -> Bool {
    let isSame = block != nil ? block == other.block : title == other.title
    return form == other.form && isSame && shape == other.shape && color == other.color && bands == other.bands
      && frames == other.frames && copies == 1 && other.copies == 1
  }
}

/// The volumes of a figure in the order of the network, and what flows between them.
struct VolumeSequence: Equatable, Sendable {
  struct Edge: Hashable, Sendable {
    var from: Int
    var to: Int
  }

  private(set) var volumes: [Volume] = []
  /// What flows from each volume to the next.
  private(set) var flows: Set<Int> = []
  /// What passes others.
  private(set) var skips: [Edge] = []
  /// What leaves the network at a volume: outputs and auxiliary heads.
  private(set) var exits: [Int: [String]] = [:]
  /// Sizes that the inputs leave open: `H`.
  let openSizes: [String]

  /// Open sizes are drawn as if they were those of photographs.
  static let openSize = 224

  init(_ figure: Figure, _ graph: Graph) {
    var builder = VolumeBuilder(figure, graph)
    builder.add(figure.main)
    volumes = builder.volumes
    openSizes = builder.sizes.keys.sorted()
    var known: Set<Edge> = []
    for edge in figure.edges {
      guard let from = builder.volumeOfBox[edge.from], let to = builder.volumeOfBox[edge.to], from < to,
        known.insert(Edge(from: from, to: to)).inserted
      else { continue }
      if to == from + 1 { flows.insert(from) } else { skips.append(Edge(from: from, to: to)) }
    }
    for side in figure.sides {
      guard let source = builder.volumeOfBox[side.source] else { continue }
      exits[source, default: []] += builder.names(of: side.pieces)
    }
    for box in figure.boxes where box.form == .terminal && box.id >= graph.inputs.count {
      // The network's last value says nothing that its volume does not, unless it has a name.
      let name = graph.outputs.first { $0.value == box.output }?.name
      guard builder.volumeOfBox[box.id] == nil, let name,
        !figure.sides.contains(where: { $0.pieces == [.box(box.id)] }),
        let edge = figure.edges.first(where: { $0.to == box.id }), let source = builder.volumeOfBox[edge.from]
      else { continue }
      exits[source, default: []].append("→ output \(name)")
    }
  }
}

/// Makes volumes of a figure's pieces.
private struct VolumeBuilder {
  private let figure: Figure
  private let graph: Graph
  /// What open sizes are drawn as.
  let sizes: [String: Int]
  private(set) var volumes: [Volume] = []
  private(set) var volumeOfBox: [Int: Int] = [:]
  private var frames: [Int] = []
  /// How many edges lead on from each value.
  private let uses: [ValueID: Int]

  init(_ figure: Figure, _ graph: Graph) {
    self.figure = figure
    self.graph = graph
    uses = figure.edges.reduce(into: [:]) { $0[$1.value, default: 0] += 1 }
    let symbols = graph.inputs.flatMap(\.shape.dimensions).flatMap { $0.leadingTerm?.symbols ?? [] }
    sizes = Dictionary(symbols.map { ($0, VolumeSequence.openSize) }) { first, _ in first }
  }

  mutating func add(_ pieces: [Figure.Piece]) {
    for piece in pieces {
      switch piece {
      case .box(let id):
        if !isOutput(id), !addBands(of: figure.boxes[id]) { append(volume(of: figure.boxes[id]), boxes: [id]) }
      case .frame(let id, let content):
        frames.append(id)
        add(content)
        frames.removeLast()
      case .branches(let branches, let join, let hasMain): add(branches, join, hasMain)
      }
    }
  }

  /// Norms and activations that stand by themselves are stripes of what they follow on alone; what does nothing at inference
  /// is nothing.
  private mutating func addBands(of box: Figure.Box) -> Bool {
    let nodes = box.nodes.map { graph.nodes[$0] }
    guard box.form == .layers, let last = volumes.indices.last, !volumes[last].isInput,
      volumes[last].form == .maps || volumes[last].form == .vector, let input = nodes.first?.inputs.first,
      uses[input] == 1, nodes.allSatisfy({ $0.output == graph.shape(of: input) }),
      volumes[last].boxes.last.map({ figure.boxes[$0].output }) == input
    else { return false }
    let bands = nodes.filter { $0.layer.operation != .view }
    guard bands.isEmpty || volumes[last].frames == frames, bands.allSatisfy({ band(of: $0) != nil }) else {
      return false
    }
    volumes[last].bands += bands.compactMap { band(of: $0) }
    volumes[last].boxes.append(box.id)
    volumeOfBox[box.id] = last
    return true
  }

  private func isOutput(_ id: Int) -> Bool { figure.boxes[id].form == .terminal && id >= graph.inputs.count }

  private mutating func append(_ volume: Volume, boxes: [Int]) {
    var volume = volume
    volume.boxes = boxes
    volume.frames = frames
    for box in boxes { volumeOfBox[box] = volumes.count }
    volumes.append(volume)
  }

  /// A residual's body is drawn, its shortcut passes; other branches fold into what they make together.
  private mutating func add(_ branches: [[Figure.Piece]], _ join: Int, _ hasMain: Bool) {
    let box = figure.boxes[join]
    let inner = branches.map { $0.flatMap(boxes(in:)) }
    if hasMain, box.form == .circle("+"), inner.count == 2, !inner[0].isEmpty {
      add(branches[0])
      var sum = volume(of: box)
      let shortcut = inner[1].map { figure.boxes[$0].lines[figure.boxes[$0].titleLine] }
      if !shortcut.isEmpty { sum.title = "+ \(shortcut.joined(separator: ", "))" }
      append(sum, boxes: inner[1] + [join])
      return
    }
    var folded = volume(of: box)
    folded.form = folded.form == .vector ? .vector : .maps
    let layers = inner.joined().reduce(0) { $0 + figure.boxes[$1].nodes.count }
    let name = hasMain ? (box.form == .circle("×") ? "gate" : box.form == .circle("+") ? "residual" : "append") : nil
    let kind = name ?? "\(branches.count) branches, \(box.lines[0])"
    folded.title = "\(kind) (\(layers) \(layers == 1 ? "layer" : "layers"))"
    folded.isBlock = true
    folded.color = .block
    append(folded, boxes: Array(inner.joined()) + [join])
  }

  private func boxes(in piece: Figure.Piece) -> [Int] {
    switch piece {
    case .box(let id): [id]
    case .frame(_, let content): content.flatMap(boxes(in:))
    case .branches(let branches, let join, _): branches.joined().flatMap(boxes(in:)) + [join]
    }
  }

  /// What is said of pieces beside the network.
  func names(of pieces: [Figure.Piece]) -> [String] {
    pieces.flatMap { piece -> [String] in
      switch piece {
      case .box(let id): return ["→ \(figure.boxes[id].lines[0])"]
      case .frame(let id, _):
        let frame = figure.frames[id]
        return ["→ \(frame.title)\(frame.subtitle.isEmpty ? "" : ", \(frame.subtitle)")"]
      case .branches(_, let join, _): return ["→ \(figure.boxes[join].lines[0])"]
      }
    }
  }

  /// Norms and activations; what does nothing at inference, such as dropout, changes nothing that is drawn.
  private func band(of node: Node) -> Palette? {
    switch type(of: node.layer).documentation.group {
    case .activation: return .activation
    case .normalization: return node.layer.operation == .view ? nil : .normalization
    default: return nil
    }
  }

  private func volume(of box: Figure.Box) -> Volume {
    let shape = graph.shape(of: box.output)
    // Sizes of formulas may be anything.
    let sizes = shape.dimensions.map {
      min(max(1, $0.evaluated(with: self.sizes) ?? VolumeSequence.openSize), 1 << 40)
    }
    var volume = Volume(
      form: shape.isMaps ? .maps : .vector, boxes: [box.id], title: box.lines[box.titleLine],
      shape: Labels.shape(shape), channels: sizes.first ?? 1, height: sizes.count > 2 ? sizes[sizes.count - 2] : 1,
      width: sizes.count > 1 ? sizes[sizes.count - 1] : 1, axes: shape.axes.map(\.name), color: box.color,
      tooltip: box.tooltip)
    if sizes.count == 2 { swap(&volume.height, &volume.width) }
    switch box.form {
    case .circle(let sign): volume.form = .sign(sign)
    case .block:
      volume.isBlock = true
      volume.copies = box.copies
      if let range = volume.title.firstRange(of: " · "), volume.copies == 1 {
        volume.block = String(volume.title[range.upperBound...])
        volume.title = String(volume.title[..<range.lowerBound])
      }
    case .terminal: volume.isInput = true
    case .layers:
      let lead = RunText(box.nodes.map { graph.nodes[$0] }).lead.id
      volume.bands = box.nodes.filter { $0 > lead }.compactMap { band(of: graph.nodes[$0]) }
    case .bar: break
    }
    if volume.isInput, let position = box.output.inputPosition {
      volume.title = graph.inputs[position].name.map { "input \($0)" } ?? "input"
    }
    return volume
  }
}
