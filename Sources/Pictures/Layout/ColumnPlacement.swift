/// Places a figure's columns side by side, each with what stands beside it.
struct ColumnPlacement {
  private let figure: Figure
  private let sizes: BoxSizes
  private let wrapping: Wrapping

  init(_ figure: Figure, _ sizes: BoxSizes, _ wrapping: Wrapping) {
    self.figure = figure
    self.sizes = sizes
    self.wrapping = wrapping
  }

  /// The distance between lines that lead into one column.
  private static let distance = 6.0

  /// Everything at its place.
  ///
  /// - Parameters:
  ///   - passing: Edges that pass others within a column, which takes room.
  ///   - crossings: Edges that lead into a column from others, by the column.
  func place(passing: [Int: [Measurement.PassingEdge]], crossings: [Int: [Int]]) -> Placement {
    var measurement = Measurement(sizes, passing: passing)
    let columns = wrapping.columns.map { measurement.sequence(Array(figure.main[$0])) }
    let sides = figure.sides.map { measurement.sequence($0.pieces) }
    var placer = Placer(figure, measurement.sizes)
    var remaining = Array(sides.indices)
    var flow = Placer.Flow()
    var end = Reach(along: 0, across: 0)
    for (index, column) in columns.enumerated() {
      let lanes = crossings[index] ?? []
      let before = end.across
      var across = 0.0
      if index > 0 {
        across = before + Metrics.gutter + Self.distance * Double(lanes.count) + column.extents.before
        turn(&flow, from: end, to: across - column.extents.before - Metrics.gutter / 2, line: across, placer)
        for (place, edge) in lanes.enumerated() {
          placer.lead(edge, along: before + Metrics.gutter / 3 + Self.distance * Double(place))
        }
      }
      let known = Placed(placer.placement)
      flow = placer.place(column, at: Spot(along: 0, across: across), from: flow)
      let isLast = index == columns.count - 1
      let here = remaining.filter { isLast || placer.placement.boxes[figure.sides[$0].source] != nil }
      remaining.removeAll { here.contains($0) }
      SidePlacement.place(figure, here, sides, beside: across + column.extents.after, &placer)
      end = known.reach(placer.placement, sizes)
      end.across = max(end.across, across + column.extents.after)
    }
    return placer.placement
  }

  /// Leads what flows out of one column to where the next begins.
  private func turn(_ flow: inout Placer.Flow, from end: Reach, to gutter: Double, line: Double, _ placer: Placer) {
    guard let box = flow.box else { return }
    let bottom = end.along + Metrics.gap
    let top = -Metrics.gap
    flow.corners = [
      Spot(along: bottom, across: placer.placement.lines[box]), Spot(along: bottom, across: gutter),
      Spot(along: top, across: gutter), Spot(along: top, across: line),
    ]
  }

  /// Edges that lead from one column to another beside what flows, by the column that they lead to.
  func crossings(_ placement: Placement) -> [Int: [Int]] {
    guard wrapping.columns.count > 1 else { return [:] }
    var columnOfSequence: [Int: Int] = [:]
    func column(of box: Int) -> Int? { placement.places[box].first.flatMap { columnOfSequence[$0.sequence] } }
    for (index, pieces) in wrapping.columns.enumerated() {
      for case .some(let box) in pieces.map({ Self.first(of: figure.main[$0]) }) {
        if let place = placement.places[box].first { columnOfSequence[place.sequence] = index }
      }
    }
    var result: [Int: [Int]] = [:]
    for (index, edge) in figure.edges.enumerated() where placement.routes[index].isEmpty {
      guard let from = column(of: edge.from), let to = column(of: edge.to), from != to else { continue }
      result[max(from, to), default: []].append(index)
    }
    return result
  }

  private static func first(of piece: Figure.Piece) -> Int? {
    switch piece {
    case .box(let id): id
    case .frame(_, let pieces): pieces.first.flatMap { first(of: $0) }
    case .branches(_, let join, _): join
    }
  }

  /// How far something reaches.
  private struct Reach {
    var along: Double
    var across: Double
  }

  /// What was placed before a column was.
  private struct Placed {
    private let boxes: [Bool]
    private let frames: [Bool]
    private let lanes: Set<Int>

    init(_ placement: Placement) {
      boxes = placement.boxes.map { $0 != nil }
      frames = placement.frames.map { $0 != nil }
      lanes = Set(placement.lanes.keys)
    }

    /// How far what is new reaches. Labels of rows reach further than their boxes; those of columns stand in the gap below.
    func reach(_ placement: Placement, _ sizes: BoxSizes) -> Reach {
      var reach = Reach(along: 0, across: -.infinity)
      let new = boxes.indices.filter { !boxes[$0] }
      let labels = sizes.direction == .right ? new.map { sizes.label(of: $0, in: placement) } : []
      for area in new.map({ placement.boxes[$0] }) + labels + zip(frames, placement.frames).map({ $0 ? nil : $1 }) {
        guard let area else { continue }
        reach.along = max(reach.along, area.along.upperBound)
        reach.across = max(reach.across, area.across.upperBound)
      }
      for (edge, lane) in placement.lanes where !lanes.contains(edge) { reach.across = max(reach.across, lane) }
      return reach
    }
  }
}

/// Puts heads and further outputs beside the network.
enum SidePlacement {
  /// Places some of a figure's sides from a line on.
  static func place(
    _ figure: Figure, _ some: [Int], _ sides: [MeasuredSequence], beside line: Double, _ placer: inout Placer
  ) {
    var columnEnd = -Double.infinity
    var left = line + 2 * Metrics.columnGap
    var widest = 0.0
    func end(_ index: Int) -> Double {
      placer.placement.boxes[figure.sides[index].source]?.along.upperBound ?? 0
    }
    for index in some.sorted(by: { (end($0), $0) < (end($1), $1) }) {
      let sequence = sides[index]
      let source = end(index)
      let along = source + Metrics.gap
      if along < columnEnd + Metrics.gap {
        left += widest + 2 * Metrics.columnGap
        widest = 0
      }
      placer.place(sequence, at: Spot(along: along, across: left + sequence.extents.before))
      columnEnd = along + sequence.extents.length
      widest = max(widest, sequence.extents.before + sequence.extents.after)
    }
  }
}
