/// Finds ways between a box and a line at its side that no other box is in.
struct FreeWays {
  /// Which end of a box a way begins at: behind it, as the picture runs, or before it.
  enum End {
    case after
    case before
  }

  /// Where a way may begin: at the box's side, or at its end.
  struct Side {
    var box: Int
    var port: Spot
    var tip: Spot
    var end: End

    /// The end of a box through which a line runs, and the side on which an edge was given the place `port`: the one after
    /// the line, or before it.
    init(_ end: End, of box: Int, _ area: Area, line: Double, port: Double, isBefore: Bool = false) {
      self.box = box
      self.end = end
      self.port = Spot(along: port, across: isBefore ? area.across.lowerBound : area.across.upperBound)
      tip = Spot(along: end == .after ? area.along.upperBound : area.along.lowerBound, across: line)
    }
  }

  /// Where a way leads: to a line along the picture, wherever that is free up to a place on it.
  struct Lane {
    var across: Double
    var from: Double
    /// The box at that place.
    var box: Int
    /// Whether the way must meet the line before the place.
    var onlyBefore = false
  }

  private var map: BoxMap
  /// How many places searches may still look at: of a picture with very many edges, the last ones go without.
  private var budget = 1_000_000

  init(_ placement: Placement) { map = BoxMap(placement.boxes) }

  /// The corners from a box to where its way crosses to the lane: from its side; from its end, where something stands
  /// beside it; around what stands there, where that is not free either.
  mutating func way(from side: Side, to lane: Lane) -> [Spot] {
    if isFree(from: side.port, to: lane, except: side.box) { return [side.port] }
    let sign = side.end == .after ? 1.0 : -1.0
    let first = side.end == .after ? 7.0 : 9.0
    for step in 0..<50 {
      let turn = Spot(along: side.tip.along + sign * (first + 6 * Double(step)), across: side.tip.across)
      if turn.along < 0 || !map.isFree(side.tip, turn, except: [side.box]) { break }
      if isFree(from: turn, to: lane, except: side.box) { return [side.tip, turn] }
    }
    let start = Spot(along: side.tip.along + sign * WaySearch.clearance, across: side.tip.across)
    map.prepareLines()
    var left = budget
    defer { budget = left }
    let found = WaySearch.way(from: start, toAcross: lane.across, around: map, &left) { joins(lane, at: $0) }
    return found.map { [side.tip] + $0 } ?? [side.port]
  }

  private func isFree(from spot: Spot, to lane: Lane, except box: Int) -> Bool {
    map.isFree(spot, Spot(along: spot.along, across: lane.across), except: [box])
      && joins(lane, at: spot.along)
  }

  private func joins(_ lane: Lane, at along: Double) -> Bool {
    (!lane.onlyBefore || along <= lane.from)
      && map.isFree(
        Spot(along: along, across: lane.across), Spot(along: lane.from, across: lane.across), except: [lane.box])
  }
}

/// Where the boxes of a picture are, by the squares that they reach into.
struct BoxMap {
  let areas: [Area?]
  private var squares: [Square: [Int]] = [:]
  /// Where lines may run close by a box, in order; empty before they are prepared.
  private var alongLines: [Double] = []
  private var acrossLines: [Double] = []
  private static let size = 64.0

  private struct Square: Hashable {
    var along: Int
    var across: Int
  }

  init(_ areas: [Area?]) {
    self.areas = areas
    for (id, area) in areas.enumerated() {
      guard let area else { continue }
      for along in Self.squares(area.along) {
        for across in Self.squares(area.across) {
          squares[Square(along: along, across: across), default: []].append(id)
        }
      }
    }
  }

  private static func squares(_ range: ClosedRange<Double>) -> ClosedRange<Int> {
    Int((range.lowerBound / size).rounded(.down))...Int((range.upperBound / size).rounded(.down))
  }

  /// Whether no box is on a line along or across the picture, or within a distance of it.
  func isFree(_ start: Spot, _ end: Spot, except boxes: [Int] = [], distance: Double = 0) -> Bool {
    let along = (min(start.along, end.along) - distance)...(max(start.along, end.along) + distance)
    let across = (min(start.across, end.across) - distance)...(max(start.across, end.across) + distance)
    for square in Self.squares(along) {
      for other in Self.squares(across) {
        for id in squares[Square(along: square, across: other)] ?? [] where !boxes.contains(id) {
          guard let area = areas[id] else { continue }
          if area.along.overlaps(along), area.across.overlaps(across) { return false }
        }
      }
    }
    return true
  }

  /// Finds where lines can pass the boxes, once.
  mutating func prepareLines() {
    guard alongLines.isEmpty else { return }
    let present = areas.compactMap(\.self)
    alongLines = Self.beside(present.map(\.along))
    acrossLines = Self.beside(present.map(\.across))
  }

  /// The places along and across the picture at which lines can pass the boxes, with those of a spot and `across`.
  func lines(_ spot: Spot, _ across: Double) -> (along: [Double], across: [Double]) {
    (Self.inserting([spot.along], into: alongLines), Self.inserting([spot.across, across], into: acrossLines))
  }

  private static func beside(_ ranges: [ClosedRange<Double>]) -> [Double] {
    Set(
      ranges.flatMap { range in
        [WaySearch.clearance, 7].flatMap { [range.lowerBound - $0, range.upperBound + $0] }
      }
    ).sorted()
  }

  private static func inserting(_ places: [Double], into lines: [Double]) -> [Double] {
    Set(lines + places).sorted()
  }
}
