/// A figure with a place for everything, in pixels.
struct Layout: Sendable {
  var boxes: [Rectangle]
  var frames: [Rectangle]
  /// The corners of each edge, from its source to its target.
  var routes: [[Point]]
  /// Where the shape of a box's output is written: the text's left end, on its base line.
  var labels: [Int: Point]
  var width: Double
  var height: Double

  /// The layout of a figure, in one column or row unless it is wrapped.
  init(_ figure: Figure, direction: Direction, wrapping: Wrapping? = nil) {
    var sizes = BoxSizes(figure, direction: direction)
    let wrapping = wrapping ?? Wrapping(whole: figure.main.count)
    let columns = ColumnPlacement(figure, sizes, wrapping)
    var placed = columns.place(passing: [:], crossings: [:])
    let passing = PassingEdges.find(figure, placed)
    let crossings = columns.crossings(placed)
    let leading = zip(figure.edges, placed.routes).filter { !$1.isEmpty }.map(\.0.from)
    if sizes.dropLabels(except: Set(leading)) || !passing.isEmpty || !crossings.isEmpty {
      placed = ColumnPlacement(figure, sizes, wrapping).place(passing: passing, crossings: crossings)
    }
    EdgeRouter.route(figure, &placed)
    self.init(figure, placed, sizes, direction)
  }

  /// The layout that options ask for: on a page the one that is largest there, with more columns only where that gains.
  static func fitting(_ figure: Figure, _ options: PictureOptions) -> Layout {
    let whole = Layout(figure, direction: options.direction)
    guard let page = options.page else { return whole }
    let meanings = Legend.meanings(of: figure.colors)
    func scale(_ layout: Layout) -> Double {
      Sheet(figure, content: (layout.width, layout.height), legend: meanings, options).scale
    }
    var best = (layout: whole, scale: scale(whole))
    if best.scale == 1 { return whole }
    for wrapping in Wrapping.candidates(figure, options, page) where best.scale < 1 {
      let layout = Layout(figure, direction: options.direction, wrapping: wrapping)
      let scale = scale(layout)
      if scale > best.scale * 1.02 { best = (layout, scale) }
    }
    return best.layout
  }

  private init(_ figure: Figure, _ placed: Placement, _ sizes: BoxSizes, _ direction: Direction) {
    let labelled = figure.boxes.indices.compactMap { sizes.label(of: $0, in: placed) }
    let areas = placed.boxes.compactMap { $0 } + placed.frames.compactMap { $0 } + labelled
    var low = Spot(along: .infinity, across: .infinity)
    var high = Spot(along: -.infinity, across: -.infinity)
    func include(_ spot: Spot) {
      low = Spot(along: min(low.along, spot.along), across: min(low.across, spot.across))
      high = Spot(along: max(high.along, spot.along), across: max(high.across, spot.across))
    }
    for area in areas {
      include(Spot(along: area.along.lowerBound, across: area.across.lowerBound))
      include(Spot(along: area.along.upperBound, across: area.across.upperBound))
    }
    for spot in placed.routes.joined() { include(spot) }
    let empty = Area(along: 0...0, across: 0...0)
    func moved(_ spot: Spot) -> Point {
      Spot(along: spot.along - low.along, across: spot.across - low.across).point(direction)
    }
    func moved(_ area: Area) -> Rectangle {
      var rectangle = area.rectangle(direction)
      let origin = low.point(direction)
      rectangle.x -= origin.x
      rectangle.y -= origin.y
      return rectangle
    }
    boxes = placed.boxes.map { moved($0 ?? empty) }
    frames = placed.frames.map { moved($0 ?? empty) }
    routes = placed.routes.map { $0.map(moved) }
    labels = [:]
    for (id, width) in sizes.labelWidths.enumerated() where width != nil {
      guard let area = placed.boxes[id] else { continue }
      let end = moved(Spot(along: area.along.upperBound, across: placed.lines[id]))
      labels[id] =
        direction == .down ? Point(x: end.x + 5, y: end.y + 13) : Point(x: end.x + 4, y: end.y - 4)
    }
    let size = Spot(along: high.along - low.along, across: high.across - low.across).point(direction)
    (width, height) = (size.x, size.y)
  }
}

/// Edges that the arrangement of parts does not explain.
enum PassingEdges {
  /// The innermost sequence that each of them stays in, with the items that it passes there.
  static func find(_ figure: Figure, _ placement: Placement) -> [Int: [Measurement.PassingEdge]] {
    var result: [Int: [Measurement.PassingEdge]] = [:]
    for (index, edge) in figure.edges.enumerated() where placement.routes[index].isEmpty {
      let from = placement.places[edge.from]
      let to = placement.places[edge.to]
      var common: (from: Placement.Place, to: Placement.Place)?
      for (a, b) in zip(from, to) {
        guard a.sequence == b.sequence else { break }
        common = (a, b)
      }
      // What leads to the side of the network passes nothing.
      guard let common else { continue }
      let items = min(common.from.item, common.to.item)...max(common.from.item, common.to.item)
      result[common.from.sequence, default: []].append(Measurement.PassingEdge(edge: index, items: items))
    }
    return result
  }
}
