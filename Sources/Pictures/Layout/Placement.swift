/// Where everything is: the areas of boxes and frames, and the lines of edges.
struct Placement {
  var boxes: [Area?]
  /// Where the line through each box runs.
  var lines: [Double]
  var frames: [Area?]
  /// The corners of each edge; empty while it has no way.
  var routes: [[Spot]]
  /// The sequences around each box, outermost first, with the item of each that the box is in.
  var places: [[Place]]
  /// Where passing edges run.
  var lanes: [Int: Double] = [:]

  struct Place: Hashable {
    var sequence: Int
    var item: Int
  }

  init(_ figure: Figure) {
    boxes = Array(repeating: nil, count: figure.boxes.count)
    lines = Array(repeating: 0, count: figure.boxes.count)
    frames = Array(repeating: nil, count: figure.frames.count)
    routes = Array(repeating: [], count: figure.edges.count)
    places = Array(repeating: [], count: figure.boxes.count)
  }
}

/// Puts measured parts at their places, and draws the edges that follow from how parts are arranged.
struct Placer {
  private let figure: Figure
  private let sizes: BoxSizes
  private let edgesInto: [[Int]]
  private(set) var placement: Placement
  private var path: [Placement.Place] = []

  /// A value on its way: the box it comes from, and the corners since.
  struct Flow {
    var box: Int?
    var corners: [Spot] = []
  }

  init(_ figure: Figure, _ sizes: BoxSizes) {
    self.figure = figure
    self.sizes = sizes
    placement = Placement(figure)
    var edgesInto = Array(repeating: [Int](), count: figure.boxes.count)
    for (index, edge) in figure.edges.enumerated() { edgesInto[edge.to].append(index) }
    self.edgesInto = edgesInto
  }

  mutating func place(_ sequence: MeasuredSequence, at origin: Spot) {
    _ = place(sequence, at: origin, from: Flow())
  }

  /// Lets an edge run along a line, whatever it passes.
  mutating func lead(_ edge: Int, along lane: Double) { placement.lanes[edge] = lane }

  mutating func place(_ sequence: MeasuredSequence, at origin: Spot, from start: Flow) -> Flow {
    for (edge, lane) in sequence.lanes { placement.lanes[edge] = origin.across + lane }
    var flow = start
    for (index, item) in sequence.items.enumerated() {
      path.append(Placement.Place(sequence: sequence.id, item: index))
      let spot = Spot(along: origin.along + sequence.starts[index], across: origin.across)
      switch item {
      case .box(let id, _): flow = place(box: id, at: spot, from: flow)
      case .frame(let id, let content, let extents): flow = place(frame: id, content, extents, at: spot, from: flow)
      case .branches(let branches): flow = place(branches, at: spot, from: flow)
      }
      path.removeLast()
    }
    return flow
  }

  private mutating func place(box id: Int, at spot: Spot, from flow: Flow) -> Flow {
    let half = sizes.across(id) / 2
    placement.boxes[id] = Area(
      along: spot.along...(spot.along + sizes.along(id)), across: (spot.across - half)...(spot.across + half))
    placement.lines[id] = spot.across
    placement.places[id] = path
    connect(flow, to: id, end: spot)
    return Flow(box: id)
  }

  private mutating func place(
    frame id: Int, _ content: MeasuredSequence, _ extents: Extents, at spot: Spot, from flow: Flow
  ) -> Flow {
    placement.frames[id] = Area(
      along: spot.along...(spot.along + extents.length),
      across: (spot.across - extents.before)...(spot.across + extents.after))
    let inner = Spot(along: spot.along + FrameInsets.start(sizes.direction), across: spot.across)
    return place(content, at: inner, from: flow)
  }

  private mutating func place(_ branches: MeasuredBranches, at spot: Spot, from flow: Flow) -> Flow {
    let join = branches.join
    let isCircle = figure.boxes[join].form != .bar
    let thickness = isCircle ? Metrics.circle : Metrics.bar
    let joinStart = spot.along + branches.joinStart
    let across = (spot.across + branches.joinAcross.lowerBound)...(spot.across + branches.joinAcross.upperBound)
    placement.boxes[join] = Area(along: joinStart...(joinStart + thickness), across: across)
    placement.lines[join] = spot.across
    placement.places[join] = path
    for (index, column) in branches.columns.enumerated() {
      let line = spot.across + branches.lines[index]
      var inner = flow
      if abs(line - spot.across) > 0.01 {
        let fork = spot.along - 1
        inner.corners += [Spot(along: fork, across: spot.across), Spot(along: fork, across: line)]
      }
      let end = place(column, at: Spot(along: spot.along + branches.starts[index], across: line), from: inner)
      if isCircle, abs(line - spot.across) > 0.01 {
        let middle = joinStart + thickness / 2
        let side = line > spot.across ? across.upperBound : across.lowerBound
        var flow = end
        flow.corners.append(Spot(along: middle, across: line))
        connect(flow, to: join, end: Spot(along: middle, across: side), line: line)
      } else {
        connect(end, to: join, end: Spot(along: joinStart, across: line), line: line)
      }
    }
    return Flow(box: join)
  }

  /// Draws the edge from where a value comes from, if there is one and it has no way yet.
  private mutating func connect(_ flow: Flow, to target: Int, end: Spot, line: Double? = nil) {
    guard let source = flow.box, let area = placement.boxes[source] else { return }
    for edge in edgesInto[target] where figure.edges[edge].from == source && placement.routes[edge].isEmpty {
      let start = Spot(along: area.along.upperBound, across: placement.lines[source])
      placement.routes[edge] = [start] + flow.corners + [end]
      return
    }
  }
}
