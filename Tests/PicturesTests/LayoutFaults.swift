@testable import Pictures

/// What is wrong with a layout.
enum LayoutFaults {
  /// Boxes that lie on each other.
  static func overlaps(_ layout: Layout) -> [String] {
    var faults: [String] = []
    let order = layout.boxes.indices.sorted { layout.boxes[$0].y < layout.boxes[$1].y }
    for (place, first) in order.enumerated() {
      for second in order[(place + 1)...] {
        if layout.boxes[second].y >= layout.boxes[first].maxY { break }
        if layout.boxes[first].intersects(layout.boxes[second]) { faults.append("boxes \(first) and \(second)") }
      }
    }
    return faults
  }

  /// Edges without a way, or that run through boxes between their own.
  static func crossings(_ figure: Figure, _ layout: Layout) -> [String] {
    var faults: [String] = []
    let near = Neighbourhoods(layout)
    for (edge, route) in zip(figure.edges, layout.routes) {
      if route.count < 2 { faults.append("edge \(edge.from) to \(edge.to) has no way") }
      for (a, b) in zip(route, route.dropFirst()) {
        let segment = Rectangle(
          x: min(a.x, b.x) - 0.1, y: min(a.y, b.y) - 0.1, width: abs(a.x - b.x) + 0.2, height: abs(a.y - b.y) + 0.2)
        if abs(a.x - b.x) > 0.1, abs(a.y - b.y) > 0.1 { faults.append("edge \(edge.from) to \(edge.to) is aslant") }
        for id in near.boxes(at: segment).sorted() where id != edge.from && id != edge.to {
          guard segment.intersects(layout.boxes[id]) else { continue }
          faults.append("edge \(edge.from) to \(edge.to) runs through box \(id)")
        }
      }
    }
    return faults
  }

  /// Boxes outside their frame, and what is outside the picture.
  static func strays(_ figure: Figure, _ layout: Layout) -> [String] {
    func holds(_ outer: Rectangle, _ inner: Rectangle) -> Bool {
      outer.x <= inner.x + 0.01 && outer.y <= inner.y + 0.01 && outer.maxX >= inner.maxX - 0.01
        && outer.maxY >= inner.maxY - 0.01
    }
    let picture = Rectangle(x: 0, y: 0, width: layout.width, height: layout.height)
    var faults: [String] = []
    for box in figure.boxes {
      let around = box.frame.map { layout.frames[$0] } ?? picture
      if !holds(around, layout.boxes[box.id]) { faults.append("box \(box.id) is outside") }
    }
    for frame in figure.frames {
      let around = frame.parent.map { layout.frames[$0] } ?? picture
      if !holds(around, layout.frames[frame.id]) { faults.append("frame \(frame.id) is outside") }
    }
    return faults
  }

  /// Labels beside which their box's output does not run.
  static func labelsAlone(_ figure: Figure, _ layout: Layout, _ direction: Direction) -> [String] {
    let routes = Dictionary(grouping: zip(figure.edges, layout.routes), by: \.0.from)
    return layout.labels.sorted { $0.key < $1.key }.compactMap { id, place in
      let shape = figure.shapes[figure.boxes[id].output] ?? ""
      let end = direction == .down ? Point(x: place.x - 5, y: place.y - 13) : Point(x: place.x - 4, y: place.y + 4)
      let length = direction == .down ? 13 : 4 + TextMetrics.width(shape, size: Metrics.labelSize)
      let isBeside = (routes[id] ?? []).contains { _, route in
        let corners = Outlines.simplified(route)
        guard corners.count > 1, abs(corners[0].x - end.x) < 0.1, abs(corners[0].y - end.y) < 0.1 else { return false }
        let (x, y) = (corners[1].x - end.x, corners[1].y - end.y)
        return direction == .down ? abs(x) < 0.1 && y > length : abs(y) < 0.1 && x > length
      }
      return isBeside ? nil : "'\(shape)' behind box \(id) is at no line"
    }
  }
}

/// The boxes of a layout by the stretches of its longer side: most of a large picture is far from any one line.
private struct Neighbourhoods {
  private var stretches: [Int: [Int]] = [:]
  private let isWide: Bool
  private static let length = 100.0

  init(_ layout: Layout) {
    isWide = layout.width > layout.height
    for (id, box) in layout.boxes.enumerated() {
      for stretch in stretches(of: box) { stretches[stretch, default: []].append(id) }
    }
  }

  private func stretches(of area: Rectangle) -> ClosedRange<Int> {
    let (low, high) = isWide ? (area.x, area.maxX) : (area.y, area.maxY)
    return Int((low / Self.length).rounded(.down))...Int((high / Self.length).rounded(.down))
  }

  func boxes(at area: Rectangle) -> Set<Int> {
    Set(stretches(of: area).flatMap { stretches[$0] ?? [] })
  }
}
