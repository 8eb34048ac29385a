import Analysis
import Diagnostics
import GraphIR

/// Sweeps as a picture: multiply-accumulates against parameters on logarithmic axes, a mark a network, in SVG.
package struct SweepPlot {
  private static let width = 760.0
  private static let height = 500.0
  /// The rectangle of the axes.
  private static let frame = (left: 84.0, right: 736.0, top: 56.0, bottom: 436.0)
  /// Okabe and Ito's colours, which colour-blind readers tell apart.
  private static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#555555"]
  /// Points beyond which labels would only cover each other.
  private static let labelLimit = 60

  private let entries: [SweepReport.Entry]
  private let across: LogScale
  private let up: LogScale
  private var body = ""
  private var labels: PlotLabels

  private init(_ entries: [SweepReport.Entry]) {
    self.entries = entries
    let figures = entries.flatMap { $0.table.points.compactMap(\.figures) }
    across = LogScale(figures.map(\.params), from: Self.frame.left, to: Self.frame.right, room: 0.25)
    up = LogScale(figures.compactMap(\.macs), from: Self.frame.bottom, to: Self.frame.top, room: 0.12)
    labels = PlotLabels(left: Self.frame.left, right: Self.frame.right, top: Self.frame.top, bottom: Self.frame.bottom)
  }

  /// The picture's text, ended by a line break.
  package static func svg(_ entries: [SweepReport.Entry]) -> String {
    var plot = SweepPlot(entries)
    plot.drawAxes()
    plot.drawHeading()
    for (index, entry) in entries.enumerated() { plot.drawLines(entry.table, colors[index % colors.count]) }
    for (index, entry) in entries.enumerated() { plot.drawPoints(entry.table, colors[index % colors.count]) }
    let size = "\(Int(width)) \(Int(height))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" width="\(Int(width))" height="\(Int(height))" \
      font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13" fill="#222">
      <rect width="\(Int(width))" height="\(Int(height))" fill="#fff"/>
      \(plot.body)</svg>

      """
  }

  // MARK: Axes

  private mutating func drawAxes() {
    let frame = Self.frame
    for tick in across.ticks {
      let x = across.place(of: tick)
      line(x, frame.top, x, frame.bottom, "#e4e4e4")
      text(LogScale.text(tick), x, frame.bottom + 20, anchor: "middle", color: "#555")
    }
    for tick in up.ticks {
      let y = up.place(of: tick)
      line(frame.left, y, frame.right, y, "#e4e4e4")
      text(LogScale.text(tick), frame.left - 8, y + 4, anchor: "end", color: "#555")
    }
    line(frame.left, frame.top, frame.left, frame.bottom, "#888")
    line(frame.left, frame.bottom, frame.right, frame.bottom, "#888")
    text("parameters", (frame.left + frame.right) / 2, Self.height - 22, anchor: "middle")
    let middle = (frame.top + frame.bottom) / 2
    body +=
      "<text transform=\"translate(22 \(Self.number(middle))) rotate(-90)\" text-anchor=\"middle\">"
      + "multiply-accumulates an image</text>\n"
  }

  /// The model's name, and what each colour stands for.
  private mutating func drawHeading() {
    let models = entries.map(\.model).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    body +=
      "<text x=\"\(Self.number(Self.frame.left))\" y=\"32\" font-size=\"17\" font-weight=\"600\">"
      + "\(models.joined(separator: ", ").escapedForXML)</text>\n"
    var x = Self.frame.right
    for (index, entry) in entries.enumerated().reversed() {
      let parameters = entry.table.parameters.joined(separator: " · ")
      let name = entry.table.name.map { "\($0): \(parameters)" } ?? parameters
      x -= PlotLabels.width(of: name)
      text(name, x, 32, anchor: "start", color: "#333")
      circle(x - 12, 28, Self.colors[index % Self.colors.count])
      x -= 36
    }
  }

  // MARK: Points

  private func place(_ point: SweepTable.Point) -> (x: Double, y: Double)? {
    guard let figures = point.figures, figures.params > 0, let macs = figures.macs, macs > 0 else { return nil }
    return (across.place(of: Double(figures.params)), up.place(of: Double(macs)))
  }

  /// A line through the points between which only the last parameter changes.
  private mutating func drawLines(_ table: SweepTable, _ color: String) {
    for start in stride(from: 0, to: table.points.count, by: max(1, table.run)) {
      let places = table.points[start..<min(start + table.run, table.points.count)].compactMap(place)
      guard places.count > 1 else { continue }
      let list = places.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
      for (a, b) in zip(places, places.dropFirst()) { labels.block(from: a, to: b) }
      body += "<polyline points=\"\(list)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.5\" opacity=\"0.6\"/>\n"
    }
  }

  private mutating func drawPoints(_ table: SweepTable, _ color: String) {
    let places = table.points.map(place)
    for case let place? in places { labels.block(place) }
    for (index, place) in places.enumerated() {
      guard let place, let figures = table.points[index].figures else { continue }
      let cost = "\(Totals.grouped(figures.params)) parameters, \(figures.macs.map(Totals.grouped) ?? "") MACs"
      circle(place.x, place.y, color, title: "\(table.label(of: index)): \(cost)")
      guard table.points.count <= Self.labelLimit else { continue }
      let name =
        table.parameters.count == 1 ? table.label(of: index) : table.points[index].values.joined(separator: " · ")
      if let spot = labels.spot(for: name, at: place) { text(name, spot.x, spot.y, anchor: spot.anchor, color: color) }
    }
  }

  // MARK: Elements

  private mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ color: String) {
    let ends = zip(["x1", "y1", "x2", "y2"], [x1, y1, x2, y2]).map { "\($0)=\"\(Self.number($1))\"" }
    body += "<line \(ends.joined(separator: " ")) stroke=\"\(color)\"/>\n"
  }

  private mutating func circle(_ x: Double, _ y: Double, _ color: String, title: String = "") {
    let place = "cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"5\" fill=\"\(color)\" stroke=\"#fff\""
    body += title.isEmpty ? "<circle \(place)/>\n" : "<circle \(place)><title>\(title.escapedForXML)</title></circle>\n"
  }

  private mutating func text(
    _ text: String, _ x: Double, _ y: Double, anchor: String, color: String? = nil
  ) {
    let fill = color.map { " fill=\"\($0)\"" } ?? ""
    body +=
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor)\"\(fill)>"
      + "\(text.escapedForXML)</text>\n"
  }

  /// A place to a tenth of a pixel.
  private static func number(_ value: Double) -> String {
    let text = "\((value * 10).rounded() / 10)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}

extension String {
  /// The text as XML's character data or attribute; no control characters.
  var escapedForXML: String {
    printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
