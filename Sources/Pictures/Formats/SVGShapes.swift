/// Outlines as SVG writes them.
enum SVGShapes {
  static func attributes(of area: Rectangle) -> String {
    "x=\"\(Decimal.coordinate(area.x))\" y=\"\(Decimal.coordinate(area.y))\" "
      + "width=\"\(Decimal.coordinate(area.width))\" height=\"\(Decimal.coordinate(area.height))\""
  }

  /// A bar with round corners at the top.
  static func header(_ area: Rectangle) -> String {
    "M\(pair(area.x, area.maxY)) V\(Decimal.coordinate(area.y + 5)) Q\(pair(area.x, area.y)) \(pair(area.x + 5, area.y)) "
      + "H\(Decimal.coordinate(area.maxX - 5)) Q\(pair(area.maxX, area.y)) \(pair(area.maxX, area.y + 5)) "
      + "V\(Decimal.coordinate(area.maxY)) Z"
  }

  static func circle(_ area: Rectangle) -> String {
    let radius = Decimal.coordinate(area.height / 2)
    return "M\(pair(area.x, area.midY)) A\(radius) \(radius) 0 1 1 \(pair(area.maxX, area.midY)) "
      + "A\(radius) \(radius) 0 1 1 \(pair(area.x, area.midY)) Z"
  }

  /// The strokes of + and ×.
  static func sign(_ sign: String, in area: Rectangle) -> String {
    let (x, y) = (area.midX, area.midY)
    if sign == "+" { return "M\(pair(x - 5, y)) L\(pair(x + 5, y)) M\(pair(x, y - 5)) L\(pair(x, y + 5))" }
    return "M\(pair(x - 3.6, y - 3.6)) L\(pair(x + 3.6, y + 3.6)) M\(pair(x - 3.6, y + 3.6)) L\(pair(x + 3.6, y - 3.6))"
  }

  /// A line through corners, rounded; it ends where its arrow begins.
  static func path(_ route: [Point]) -> String {
    let corners = simplified(route)
    guard let first = corners.first, let last = corners.last, corners.count > 1 else { return "" }
    var text = "M\(pair(first.x, first.y))"
    for index in corners.indices.dropFirst().dropLast() {
      let corner = corners[index]
      let reach = min(6, distance(corners[index - 1], corner) / 2, distance(corner, corners[index + 1]) / 2)
      let start = toward(corner, corners[index - 1], reach)
      let end = toward(corner, corners[index + 1], reach)
      text += " L\(pair(start.x, start.y)) Q\(pair(corner.x, corner.y)) \(pair(end.x, end.y))"
    }
    let end = toward(last, corners[corners.count - 2], 4)
    return text + " L\(pair(end.x, end.y))"
  }

  /// The arrow at the end of a line.
  static func arrow(_ route: [Point]) -> String {
    let corners = simplified(route)
    guard let tip = corners.last, corners.count > 1 else { return "" }
    let base = toward(tip, corners[corners.count - 2], 6)
    let (dx, dy) = ((tip.x - base.x) / 6 * 2.9, (tip.y - base.y) / 6 * 2.9)
    return "M\(pair(tip.x, tip.y)) L\(pair(base.x - dy, base.y + dx)) L\(pair(base.x + dy, base.y - dx)) Z"
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

  private static func pair(_ x: Double, _ y: Double) -> String {
    "\(Decimal.coordinate(x)) \(Decimal.coordinate(y))"
  }
}
