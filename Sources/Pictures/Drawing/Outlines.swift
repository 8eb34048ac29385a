/// Outlines of what pictures are made of.
enum Outlines {
  typealias Step = Mark.Step

  /// A closed shape with straight sides.
  static func polygon(_ corners: [Point]) -> [Step] {
    guard let first = corners.first else { return [] }
    return [.move(first)] + corners.dropFirst().map(Step.line) + [.close]
  }

  /// A bar with round corners at the top.
  static func header(_ area: Rectangle) -> [Step] {
    let (left, right, top) = (area.x, area.maxX, area.y)
    return [
      .move(Point(x: left, y: area.maxY)), .line(Point(x: left, y: top + 5)),
      .curve(Point(x: left, y: top), to: Point(x: left + 5, y: top)), .line(Point(x: right - 5, y: top)),
      .curve(Point(x: right, y: top), to: Point(x: right, y: top + 5)), .line(Point(x: right, y: area.maxY)), .close,
    ]
  }

  /// The strokes of + and ×.
  static func sign(_ sign: String, in area: Rectangle) -> [Step] {
    let (x, y) = (area.midX, area.midY)
    func stroke(_ dx: Double, _ dy: Double) -> [Step] {
      [.move(Point(x: x - dx, y: y - dy)), .line(Point(x: x + dx, y: y + dy))]
    }
    return sign == "+" ? stroke(5, 0) + stroke(0, 5) : stroke(3.6, 3.6) + stroke(3.6, -3.6)
  }

  /// A line through corners, rounded; it ends where its arrow begins.
  static func path(_ route: [Point]) -> [Step] {
    let corners = simplified(route)
    guard let first = corners.first, let last = corners.last, corners.count > 1 else { return [] }
    var steps = [Step.move(first)]
    for index in corners.indices.dropFirst().dropLast() {
      let corner = corners[index]
      let reach = min(6, distance(corners[index - 1], corner) / 2, distance(corner, corners[index + 1]) / 2)
      steps.append(.line(toward(corner, corners[index - 1], reach)))
      steps.append(.curve(corner, to: toward(corner, corners[index + 1], reach)))
    }
    return steps + [.line(toward(last, corners[corners.count - 2], 4))]
  }

  /// The arrow at the end of a line.
  static func arrow(_ route: [Point]) -> [Step] {
    let corners = simplified(route)
    guard let tip = corners.last, corners.count > 1 else { return [] }
    let base = toward(tip, corners[corners.count - 2], 6)
    let (dx, dy) = ((tip.x - base.x) / 6 * 2.9, (tip.y - base.y) / 6 * 2.9)
    return polygon([tip, Point(x: base.x - dy, y: base.y + dx), Point(x: base.x + dy, y: base.y - dx)])
  }

  /// The marks of lines with arrows. One path for all, so that lines that share a way are no darker there.
  static func arrows(_ routes: [[Point]]) -> [Mark] {
    let drawn = routes.filter { $0.count > 1 }
    guard !drawn.isEmpty else { return [] }
    return [
      .path(drawn.flatMap(path), Mark.Paint(stroke: "#4a4a4a", width: 1.1)),
      .path(drawn.flatMap(arrow), Mark.Paint(fill: "#4a4a4a")),
    ]
  }

  /// The corners at which a line really turns.
  static func simplified(_ route: [Point]) -> [Point] {
    var result: [Point] = []
    for point in route {
      if let last = result.last, distance(last, point) < 0.05 { continue }
      if result.count > 1 {
        let (a, b) = (result[result.count - 2], result[result.count - 1])
        let turn = (b.x - a.x) * (point.y - b.y) - (b.y - a.y) * (point.x - b.x)
        if turn.magnitude < 0.05 { result.removeLast() }
      }
      result.append(point)
    }
    return result
  }

  private static func distance(_ a: Point, _ b: Point) -> Double {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
  }

  /// The point so far from one toward another.
  private static func toward(_ a: Point, _ b: Point, _ length: Double) -> Point {
    let full = max(distance(a, b), 0.001)
    return Point(x: a.x + (b.x - a.x) * length / full, y: a.y + (b.y - a.y) * length / full)
  }
}
