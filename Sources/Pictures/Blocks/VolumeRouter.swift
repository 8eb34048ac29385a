/// Draws what flows from group to group, and what passes groups: straight across where a row has nothing between, else in
/// lanes above the rows and upright between groups.
struct VolumeRouter {
  private enum Way {
    /// From the end of a group to the beginning of the next in its row.
    case straight
    /// Over the row.
    case over(lane: Int)
    /// Over a row, between groups, over another row.
    case around(leaving: Int, upright: Int, arriving: Int)
    /// Ends at a sign, and begins again at the same.
    case connector(String)
  }

  private struct Interval {
    var low: Double
    var high: Double
  }

  private let sequence: VolumeSequence
  private let groups: [VolumeGroup]
  private let groupOfVolume: [Int]
  private let rowOfGroup: [Int]
  private let isU: Bool
  /// How high volumes are drawn.
  private let heights: [Double]
  private var ways: [Way] = []
  private var lanes: [[[Interval]]]
  private var uprights: [Int]
  private var hasConnectors: Set<Int> = []

  init(
    _ sequence: VolumeSequence, _ groups: [VolumeGroup], _ groupOfVolume: [Int], _ rowOfGroup: [Int],
    heights: [Double], isU: Bool
  ) {
    self.heights = heights
    self.sequence = sequence
    self.groups = groups
    self.groupOfVolume = groupOfVolume
    self.rowOfGroup = rowOfGroup
    self.isU = isU
    lanes = Array(repeating: [], count: (rowOfGroup.max() ?? 0) + 1)
    uprights = Array(repeating: 0, count: groups.count)
    findWays()
  }

  /// How many lanes a row has above it.
  func lanes(inRow row: Int) -> Int { max(lanes[row].count, hasConnectors.contains(row) ? 3 : 0) }

  /// How many lines run upright between a group and the one before.
  func uprights(before group: Int) -> Int { uprights[group] }

  // MARK: Ways

  private mutating func findWays() {
    ways = Array(repeating: .straight, count: sequence.skips.count)
    var straight: Set<VolumeSequence.Edge> = []
    var signs: [Int: String] = [:]
    // Short lines run closest to their row.
    let order = sequence.skips.indices.sorted {
      let (a, b) = (sequence.skips[$0], sequence.skips[$1])
      return (a.to - a.from, a.from) < (b.to - b.from, b.from)
    }
    for index in order {
      let edge = sequence.skips[index]
      let (from, to) = (groupOfVolume[edge.from], groupOfVolume[edge.to])
      let (first, second) = (rowOfGroup[from], rowOfGroup[to])
      if isStraight(edge, from, to), straight.insert(VolumeSequence.Edge(from: from, to: to)).inserted {
        ways[index] = .straight
      } else if first == second {
        ways[index] = .over(lane: allot(first, Double(edge.from), Double(edge.to)))
      } else if isU {
        let upright = uprights[to]
        uprights[to] += 1
        let between = Double(groups[to].volumes.lowerBound) - 0.5
        ways[index] = .around(
          leaving: allot(first, Double(edge.from), between), upright: upright,
          arriving: allot(second, between, Double(edge.to)))
      } else {
        let sign = signs[edge.from] ?? Self.sign(signs.count)
        signs[edge.from] = sign
        ways[index] = .connector(sign)
        hasConnectors.formUnion([first, second])
      }
    }
  }

  /// A, B, …, Z, A1, …
  private static func sign(_ number: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + number % 26)))
    return number < 26 ? letter : "\(letter)\(number / 26)"
  }

  /// How far above the axis lines run that pass nothing.
  private static let rise = 0.28

  /// Whether a line can run from the end of one group into the beginning of another, apart from what flows there.
  private func isStraight(_ edge: VolumeSequence.Edge, _ from: Int, _ to: Int) -> Bool {
    let row = rowOfGroup[from]
    return rowOfGroup[to] == row && to > from + 1 && edge.from == groups[from].volumes.upperBound - 1
      && edge.to <= groups[to].volumes.lowerBound + 1 && isMaps(edge.from) && isMaps(groups[to].volumes.lowerBound)
      && Self.rise * min(heights[edge.from], heights[groups[to].volumes.lowerBound]) >= 5
      && !(from + 1..<to).contains { rowOfGroup[$0] == row }
  }

  private func isMaps(_ volume: Int) -> Bool { sequence.volumes[volume].form == .maps }

  private mutating func allot(_ row: Int, _ low: Double, _ high: Double) -> Int {
    let new = Interval(low: low, high: high)
    var lane = lanes[row].count
    while lane > 0, !lanes[row][lane - 1].contains(where: { $0.low <= high && low <= $0.high }) { lane -= 1 }
    if lane == lanes[row].count { lanes[row].append([]) }
    lanes[row][lane].append(new)
    return lane
  }

  // MARK: Routes

  struct Drawn {
    var routes: [[Point]]
    /// Lines without an arrow, to the sign at which they go on.
    var stubs: [[Point]]
    var connectors: [VolumeLayout.Connector]
  }

  /// Where lines and their signs are, once volumes and rows have their places.
  func routes(
    _ solids: [VolumeLayout.Solid], cells: [ClosedRange<Double>], tops: [Double], bottoms: [Double]
  ) -> Drawn {
    var routes: [[Point]] = []
    var stubs: [[Point]] = []
    for group in groups.indices.dropFirst() {
      if let route = flow(into: group, solids, cells, bottoms) { routes.append(route) }
    }
    var connectors: [VolumeLayout.Connector] = []
    var ports = Ports(sequence, ways: ways.map { if case .straight = $0 { false } else { true } })
    for (edge, way) in zip(sequence.skips, ways) {
      let (from, to) = (groupOfVolume[edge.from], groupOfVolume[edge.to])
      func level(_ group: Int, _ lane: Int) -> Double {
        tops[rowOfGroup[group]] - 7 - VolumeLayout.lane * Double(lane)
      }
      if case .straight = way {
        routes.append(straight(edge, solids[groups[to].volumes.lowerBound], solids[edge.from]))
        continue
      }
      let start = ports.leaving(edge.from, solids[edge.from])
      let end = ports.entering(edge.to, solids[edge.to])
      switch way {
      case .straight: break
      case .over(let lane):
        let y = level(from, lane)
        routes.append([start, Point(x: start.x, y: y), Point(x: end.x, y: y), end])
      case .around(let first, let upright, let second):
        let x = cells[to].lowerBound - 19 - VolumeLayout.lane * Double(upright)
        let (a, b) = (level(from, first), level(to, second))
        routes.append([
          start, Point(x: start.x, y: a), Point(x: x, y: a), Point(x: x, y: b), Point(x: end.x, y: b), end,
        ])
      case .connector(let sign):
        let places = [Point(x: start.x, y: level(from, 1)), Point(x: end.x, y: level(to, 1))]
        connectors += places.filter { place in !connectors.contains { $0.place == place } }.map {
          VolumeLayout.Connector(place: $0, sign: sign)
        }
        routes.append([places[1], end])
        stubs.append([start, places[0]])
      }
    }
    return Drawn(routes: routes, stubs: stubs, connectors: connectors)
  }

  private func flow(
    into group: Int, _ solids: [VolumeLayout.Solid], _ cells: [ClosedRange<Double>], _ bottoms: [Double]
  ) -> [Point]? {
    let volume = groups[group].volumes.lowerBound
    guard sequence.flows.contains(volume - 1) else { return nil }
    let (start, end) = (solids[volume - 1].end, solids[volume].entry)
    let (before, row) = (rowOfGroup[group - 1], rowOfGroup[group])
    if before == row { return [start, end] }
    if isU {
      let x = cells[group].lowerBound - 11
      return [start, Point(x: x, y: start.y), Point(x: x, y: end.y), end]
    }
    let right = cells[group - 1].upperBound + 10
    let between = bottoms[before] + 8
    let left = cells[group].lowerBound - 12
    return [
      start, Point(x: right, y: start.y), Point(x: right, y: between), Point(x: left, y: between),
      Point(x: left, y: end.y), end,
    ]
  }

  private func straight(
    _ edge: VolumeSequence.Edge, _ target: VolumeLayout.Solid, _ source: VolumeLayout.Solid
  ) -> [Point] {
    let y = source.start.y - Self.rise * min(source.up, target.up)
    return [Point(x: source.end.x, y: y), Point(x: target.entry.x, y: y)]
  }

  /// Shares the tops of volumes among the lines that end there; all that leave a volume leave it at one place.
  private struct Ports {
    private var counts: [Int: Int] = [:]
    private var used: [Int: Int] = [:]
    private var leaves: Set<Int> = []

    init(_ sequence: VolumeSequence, ways: [Bool]) {
      for (edge, hasPort) in zip(sequence.skips, ways) where hasPort {
        counts[edge.to, default: 0] += 1
        if leaves.insert(edge.from).inserted { counts[edge.from, default: 0] += 1 }
      }
    }

    mutating func entering(_ volume: Int, _ solid: VolumeLayout.Solid) -> Point {
      let number = used[volume, default: 0] + 1
      used[volume] = number
      return place(number, of: volume, solid)
    }

    func leaving(_ volume: Int, _ solid: VolumeLayout.Solid) -> Point {
      place(counts[volume] ?? 1, of: volume, solid)
    }

    private func place(_ number: Int, of volume: Int, _ solid: VolumeLayout.Solid) -> Point {
      let share = Double(number) / Double((counts[volume] ?? 1) + 1)
      return Point(x: solid.start.x + solid.along * share, y: solid.start.y - solid.up / 2)
    }
  }
}
