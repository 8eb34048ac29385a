/// Writes a drawing as SVG: self-contained, without scripts, in fonts that every system has.
struct SVGWriter {
  private var text = ""

  /// - Parameter isStretched: Whether it fills its size, whatever the rounding of its own units makes of its proportions.
  static func document(_ drawing: Drawing, isStretched: Bool = false) -> String {
    var writer = SVGWriter()
    writer.write(drawing, isStretched: isStretched)
    return writer.text
  }

  private mutating func line(_ content: String) { text += content + "\n" }

  private mutating func write(_ drawing: Drawing, isStretched: Bool) {
    let coordinate = Decimal.coordinate
    let (width, height) = (coordinate(drawing.width), coordinate(drawing.height))
    let title = XML.escaped(drawing.title)
    let stretch = isStretched ? "preserveAspectRatio=\"none\" " : ""
    line(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(coordinate(drawing.width * drawing.scale))\" "
        + "height=\"\(coordinate(drawing.height * drawing.scale))\" viewBox=\"0 0 \(width) \(height)\" \(stretch)role=\"img\" "
        + "aria-label=\"\(title)\"")
    line("  font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\" font-size=\"\(Metrics.lineSize)\">")
    line("<title>\(title)</title>")
    line("<desc>\(XML.escaped(drawing.summary))</desc>")
    if drawing.hasBackground { line("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>") }
    for mark in drawing.marks { write(mark) }
    line("</svg>")
  }

  private mutating func write(_ mark: Mark) {
    switch mark {
    case .group(let group, let marks):
      line("<g\(Self.attributes(of: group))>" + (group.tooltip.map { "<title>\(XML.escaped($0))</title>" } ?? ""))
      for mark in marks { write(mark) }
      line("</g>")
    case .rectangle(let area, let radius, let paint):
      let corners = radius > 0 ? " rx=\"\(Decimal.coordinate(radius))\"" : ""
      line("<rect \(Self.attributes(of: area))\(corners)\(Self.attributes(of: paint))/>")
    case .circle(let center, let radius, let paint):
      line(
        "<circle cx=\"\(Decimal.coordinate(center.x))\" cy=\"\(Decimal.coordinate(center.y))\" "
          + "r=\"\(Decimal.coordinate(radius))\"\(Self.attributes(of: paint))/>")
    case .path(let steps, let paint):
      line("<path\(Self.attributes(of: paint)) d=\"\(Self.text(of: steps))\"/>")
    case .text(let text): write(text)
    }
  }

  private mutating func write(_ text: Mark.Text) {
    let anchor = text.anchor == .start ? "" : " text-anchor=\"\(text.anchor.rawValue)\""
    let size = text.size == Metrics.lineSize ? "" : " font-size=\"\(Self.number(text.size))\""
    let weight = text.isBold ? " font-weight=\"bold\"" : ""
    let turn = text.turn.map { " transform=\"rotate(-90 \(Self.pair($0)))\"" } ?? ""
    line(
      "<text x=\"\(Decimal.coordinate(text.place.x))\" y=\"\(Decimal.coordinate(text.place.y))\"\(anchor)\(size)"
        + "\(weight) fill=\"\(text.color)\"\(turn)>\(XML.escaped(text.content))</text>")
  }

  // MARK: Attributes

  private static func attributes(of group: Mark.Group) -> String {
    var result = ""
    if let identifier = group.identifier { result += " id=\"\(XML.escaped(identifier))\"" }
    if let style = group.style { result += " class=\"\(XML.escaped(style))\"" }
    if let line = group.line { result += " data-line=\"\(line)\"" }
    if let offset = group.offset { result += " transform=\"translate(\(pair(offset)))\"" }
    return result
  }

  private static func attributes(of area: Rectangle) -> String {
    "x=\"\(Decimal.coordinate(area.x))\" y=\"\(Decimal.coordinate(area.y))\" "
      + "width=\"\(Decimal.coordinate(area.width))\" height=\"\(Decimal.coordinate(area.height))\""
  }

  private static func attributes(of paint: Mark.Paint) -> String {
    var result = " fill=\"\(paint.fill ?? "none")\""
    if paint.opacity < 1 { result += " fill-opacity=\"\(number(paint.opacity))\"" }
    guard let stroke = paint.stroke else { return result }
    result += " stroke=\"\(stroke)\""
    if paint.width != 1 { result += " stroke-width=\"\(number(paint.width))\"" }
    if paint.isDashed { result += " stroke-dasharray=\"4 3\"" }
    return result
  }

  /// An outline; each line of its text is a part of it.
  private static func text(of steps: [Mark.Step]) -> String {
    var result = ""
    for (index, step) in steps.enumerated() {
      switch step {
      case .move(let point): result += "\(index == 0 ? "" : "\n")M\(pair(point))"
      case .line(let point): result += " L\(pair(point))"
      case .curve(let control, let end): result += " Q\(pair(control)) \(pair(end))"
      case .close: result += " Z"
      }
    }
    return result
  }

  private static func number(_ value: Double) -> String {
    var text = Decimal.text(value, digits: 2)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  private static func pair(_ point: Point) -> String {
    "\(Decimal.coordinate(point.x)) \(Decimal.coordinate(point.y))"
  }
}
