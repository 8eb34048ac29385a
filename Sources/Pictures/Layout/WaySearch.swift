/// Searches a way around boxes, of lines along and across the picture: short, and with few corners (Hart, Nilsson and Raphael
/// 1968, A*). As boxes have room around them, there is one wherever both ends are free.
enum WaySearch {
  /// How close to a box a line may run: half of the smallest distance between two.
  static let clearance = 2.5
  private static let nearest = 1.0
  private static let costOfCorner = 20.0
  /// How many places a search looks at. No picture of the zoo needs a tenth of it.
  private static let limit = 50_000

  private struct Place: Hashable {
    var along: Int
    var across: Int
    var arrivesAcross: Bool
  }

  private struct Step {
    var cost: Double
    var before: Place?
  }

  /// The corners from a place to the last one before the line `across` is met, where `isGoal` takes it; nil where there is
  /// no way, or none was found in time.
  static func way(
    from start: Spot, toAcross goal: Double, around map: BoxMap, _ budget: inout Int,
    isGoal: (_ along: Double) -> Bool
  ) -> [Spot]? {
    let lines = map.lines(start, goal)
    guard let along = lines.along.firstIndex(of: start.along), let across = lines.across.firstIndex(of: start.across)
    else { return nil }
    func spot(_ place: Place) -> Spot {
      Spot(along: lines.along[place.along], across: lines.across[place.across])
    }
    let first = Place(along: along, across: across, arrivesAcross: false)
    var steps = [first: Step(cost: 0, before: nil)]
    var open = Heap<Place>()
    var done: Set<Place> = []
    open.insert(first, at: abs(start.across - goal))
    let limit = min(limit, budget)
    defer { budget -= done.count }
    while let place = open.removeFirst(), done.count < limit {
      guard done.insert(place).inserted, let step = steps[place] else { continue }
      let here = spot(place)
      if here.across == goal, isGoal(here.along) { return corners(to: place, steps).map(spot) }
      for (isAcross, offset) in [(false, 1), (false, -1), (true, 1), (true, -1)] {
        let next = Place(
          along: place.along + (isAcross ? 0 : offset), across: place.across + (isAcross ? offset : 0),
          arrivesAcross: isAcross)
        guard lines.along.indices.contains(next.along), lines.across.indices.contains(next.across) else { continue }
        let there = spot(next)
        let length = abs(there.along - here.along) + abs(there.across - here.across)
        let cost = step.cost + length + (isAcross == place.arrivesAcross ? 0 : costOfCorner)
        if let known = steps[next], known.cost <= cost { continue }
        guard map.isFree(here, there, distance: nearest) else { continue }
        steps[next] = Step(cost: cost, before: place)
        open.insert(next, at: cost + abs(there.across - goal))
      }
    }
    return nil
  }

  /// The places where a way turns, without the last stretch across.
  private static func corners(to end: Place, _ steps: [Place: Step]) -> [Place] {
    var places = [end]
    while let before = places.last.flatMap({ steps[$0]?.before }) { places.append(before) }
    places.reverse()
    if places.count > 1, end.arrivesAcross {
      while places.count > 1, places[places.count - 1].arrivesAcross { places.removeLast() }
    }
    var result: [Place] = []
    for (index, place) in places.enumerated() {
      let turns = index + 1 == places.count || places[index + 1].arrivesAcross != place.arrivesAcross
      if turns { result.append(place) }
    }
    return result
  }
}

/// Elements with a number each, of which the smallest is taken out first; of equal ones, the one that came first.
private struct Heap<Element> {
  private var entries: [(key: Double, order: Int, element: Element)] = []
  private var inserted = 0

  mutating func insert(_ element: Element, at key: Double) {
    entries.append((key, inserted, element))
    inserted += 1
    var child = entries.count - 1
    while child > 0, precedes(child, (child - 1) / 2) {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func removeFirst() -> Element? {
    guard let first = entries.first else { return nil }
    let last = entries.removeLast()
    guard !entries.isEmpty else { return first.element }
    entries[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count && precedes(child, smallest) {
        smallest = child
      }
      if smallest == parent { return first.element }
      entries.swapAt(parent, smallest)
      parent = smallest
    }
  }

  private func precedes(_ a: Int, _ b: Int) -> Bool {
    (entries[a].key, entries[a].order) < (entries[b].key, entries[b].order)
  }
}
