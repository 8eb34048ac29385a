/// Draws the edges that pass others at the side: from a box's side to the edge's lane, along it, and back.
enum EdgeRouter {
  static func route(_ figure: Figure, _ placement: inout Placement) {
    var free = FreeWays(placement)
    var ports = Ports(figure, placement)
    for (index, edge) in figure.edges.enumerated() where placement.routes[index].isEmpty {
      guard let source = placement.boxes[edge.from], let target = placement.boxes[edge.to] else { continue }
      let lane = placement.lanes[index]
      let leaving = FreeWays.Side(
        .after, of: edge.from, source, line: placement.lines[edge.from], port: ports.next(at: edge.from, source),
        isBefore: lane.map { $0 < source.across.lowerBound } ?? false)
      guard let lane else {
        // To the side of the network: straight across, then along.
        let line = placement.lines[edge.to]
        let end = FreeWays.Lane(across: line, from: target.along.lowerBound, box: edge.to, onlyBefore: true)
        let exit = free.way(from: leaving, to: end)
        let turn = Spot(along: exit[exit.count - 1].along, across: line)
        placement.routes[index] = corners(exit + [turn, Spot(along: target.along.lowerBound, across: line)])
        continue
      }
      let arriving = FreeWays.Side(
        .before, of: edge.to, target, line: placement.lines[edge.to], port: ports.next(at: edge.to, target),
        isBefore: lane < target.across.lowerBound)
      let exit = free.way(from: leaving, to: FreeWays.Lane(across: lane, from: leaving.port.along, box: edge.from))
      let entry = free.way(from: arriving, to: FreeWays.Lane(across: lane, from: arriving.port.along, box: edge.to))
      let turns = [exit[exit.count - 1].along, entry[entry.count - 1].along].map { Spot(along: $0, across: lane) }
      placement.routes[index] = corners(exit + turns + entry.reversed())
    }
  }

  /// A way without the places at which it stays.
  private static func corners(_ route: [Spot]) -> [Spot] {
    route.enumerated().filter { $0.offset == 0 || route[$0.offset - 1] != $0.element }.map(\.element)
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
}
