/// Draws the edges that pass others at the side: from a box's side to the edge's lane, along it, and back.
enum EdgeRouter {
  static func route(_ figure: Figure, _ placement: inout Placement) {
    let free = FreeWays(placement)
    var ports = Ports(figure, placement)
    for (index, edge) in figure.edges.enumerated() where placement.routes[index].isEmpty {
      guard let source = placement.boxes[edge.from], let target = placement.boxes[edge.to] else { continue }
      guard let lane = placement.lanes[index] else {
        // To the side of the network: straight across, then along.
        let along = ports.next(at: edge.from, source)
        let line = placement.lines[edge.to]
        let exit = free.exit(edge.from, source, placement.lines[edge.from], along: along, to: line)
        let turn = Spot(along: exit[exit.count - 1].along, across: line)
        placement.routes[index] = exit + [turn, Spot(along: target.along.lowerBound, across: line)]
        continue
      }
      let exit = free.exit(
        edge.from, source, placement.lines[edge.from], along: ports.next(at: edge.from, source), to: lane)
      let entry = free.entry(
        edge.to, target, placement.lines[edge.to], along: ports.next(at: edge.to, target), from: lane)
      let turns = [exit[exit.count - 1].along, entry[0].along].map { Spot(along: $0, across: lane) }
      placement.routes[index] = exit + turns + entry
    }
  }

  /// Shares out a box's side among the edges that end there.
  private struct Ports {
    private var counts: [Int: Int] = [:]
    private var used: [Int: Int] = [:]

    init(_ figure: Figure, _ placement: Placement) {
      for (index, edge) in figure.edges.enumerated() where placement.routes[index].isEmpty {
        counts[edge.from, default: 0] += 1
        counts[edge.to, default: 0] += 1
      }
    }

    mutating func next(at box: Int, _ area: Area) -> Double {
      let number = used[box, default: 0] + 1
      used[box] = number
      let share = Double(number) / Double(counts[box, default: 1] + 1)
      return area.along.lowerBound + (area.along.upperBound - area.along.lowerBound) * share
    }
  }

  /// Finds ways across that no box is in.
  private struct FreeWays {
    private let areas: [Area?]
    /// The boxes by the stretches of the picture that they reach into.
    private var buckets: [Int: [Int]] = [:]
    private static let stretch = 64.0

    init(_ placement: Placement) {
      areas = placement.boxes
      for (id, area) in areas.enumerated() {
        guard let area else { continue }
        for bucket in Int(area.along.lowerBound / Self.stretch)...Int(area.along.upperBound / Self.stretch) {
          buckets[bucket, default: []].append(id)
        }
      }
    }

    private func isFree(_ along: Double, _ across: ClosedRange<Double>, except box: Int) -> Bool {
      !(buckets[Int(along / Self.stretch)] ?? []).contains { id in
        guard id != box, let area = areas[id] else { return false }
        return area.along.contains(along) && area.across.overlaps(across)
      }
    }

    /// Whether a line may run along from one place to another.
    private func isFree(from start: Double, to end: Double, at line: Double, except box: Int) -> Bool {
      let (low, high) = (min(start, end), max(start, end))
      return (Int(low / Self.stretch)...Int(high / Self.stretch)).allSatisfy { bucket in
        !(buckets[bucket] ?? []).contains { id in
          guard id != box, let area = areas[id] else { return false }
          return area.across.contains(line) && area.along.overlaps(low...high)
        }
      }
    }

    /// The way from a box to its lane: from its side, or from below it where something stands beside it.
    func exit(_ box: Int, _ area: Area, _ line: Double, along: Double, to lane: Double) -> [Spot] {
      let end = area.along.upperBound
      guard let way = detour(box, area, line, along, lane, steps: (0..<50).map { end + 7 + 6 * Double($0) }, from: end)
      else { return [Spot(along: along, across: area.across.upperBound)] }
      return [Spot(along: end, across: line), Spot(along: way, across: line)]
    }

    /// The way from a lane into a box: into its side, or from above where something stands beside it.
    func entry(_ box: Int, _ area: Area, _ line: Double, along: Double, from lane: Double) -> [Spot] {
      let start = area.along.lowerBound
      let steps = (0..<50).map { start - 9 - 6 * Double($0) }
      guard let way = detour(box, area, line, along, lane, steps: steps, from: start)
      else { return [Spot(along: along, across: area.across.upperBound)] }
      return [Spot(along: way, across: line), Spot(along: start, across: line)]
    }

    /// Where to cross to the lane instead of straight from the box's side; nil where that is free, or nothing is.
    private func detour(
      _ box: Int, _ area: Area, _ line: Double, _ along: Double, _ lane: Double, steps: [Double], from start: Double
    ) -> Double? {
      let side = area.across.upperBound
      if isFree(along, min(side, lane)...max(side, lane), except: box) { return nil }
      return steps.first { step in
        step >= 0 && isFree(step, min(line, lane)...max(line, lane), except: box)
          && isFree(from: start, to: step, at: line, except: box)
      }
    }
  }
}

/// Puts heads and further outputs beside the network.
enum SidePlacement {
  static func place(
    _ figure: Figure, _ sides: [MeasuredSequence], beside main: MeasuredSequence, _ placer: inout Placer
  ) {
    var columnEnd = -Double.infinity
    var left = main.extents.after + 2 * Metrics.columnGap
    var widest = 0.0
    func end(_ index: Int) -> Double {
      placer.placement.boxes[figure.sides[index].source]?.along.upperBound ?? 0
    }
    for index in sides.indices.sorted(by: { (end($0), $0) < (end($1), $1) }) {
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
