/// Writes a figure as SVG: self-contained, without scripts, in fonts that every system has.
struct SVGWriter {
  private let figure: Figure
  private let layout: Layout
  private let options: PictureOptions
  private let legend: Legend
  /// The picture's own size and where the network stands in it.
  private let width: Double
  private let height: Double
  private let origin: Point
  private var text = ""

  static func document(_ figure: Figure, options: PictureOptions) -> String {
    var writer = SVGWriter(figure, Layout(figure, direction: options.direction), options)
    writer.write()
    return writer.text
  }

  private init(_ figure: Figure, _ layout: Layout, _ options: PictureOptions) {
    self.figure = figure
    self.layout = layout
    self.options = options
    let titles = [
      TextMetrics.width(Self.title(of: figure), size: 14, bold: true),
      TextMetrics.width(figure.subtitle, size: Metrics.lineSize),
    ]
    let titleWidth = options.hasTitle ? titles.max() ?? 0 : 0
    let inner = max(layout.width, titleWidth, options.hasLegend ? 200 : 0)
    legend = options.hasLegend ? Legend(figure, width: inner) : Legend()
    width = inner + 2 * Metrics.margin
    let head = options.hasTitle ? 42.0 : 0
    origin = Point(x: Metrics.margin + (inner - layout.width) / 2, y: Metrics.margin + head)
    height = origin.y + layout.height + (legend.entries.isEmpty ? 0 : legend.height + 16) + Metrics.margin
  }

  private static func title(of figure: Figure) -> String { Labels.cut(figure.title, to: 80) }

  private mutating func write() {
    let size = "\(Decimal.coordinate(width)) \(Decimal.coordinate(height))"
    line(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Decimal.coordinate(width))\" "
        + "height=\"\(Decimal.coordinate(height))\" viewBox=\"0 0 \(size)\" role=\"img\" "
        + "aria-label=\"\(XML.escaped(figure.title))\"")
    line("  font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\" font-size=\"\(Metrics.lineSize)\">")
    line("<title>\(XML.escaped(figure.title))</title>")
    line("<desc>\(XML.escaped(figure.subtitle))</desc>")
    if options.hasBackground { line("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>") }
    if options.hasTitle {
      let center = Decimal.coordinate(width / 2)
      line(
        "<text x=\"\(center)\" y=\"26\" text-anchor=\"middle\" font-size=\"14\" font-weight=\"bold\" fill=\"#1a1a1a\">"
          + "\(XML.escaped(Self.title(of: figure)))</text>")
      line(
        "<text x=\"\(center)\" y=\"41\" text-anchor=\"middle\" fill=\"#555555\">\(XML.escaped(figure.subtitle))</text>")
    }
    line("<g transform=\"translate(\(Decimal.coordinate(origin.x)) \(Decimal.coordinate(origin.y)))\">")
    for frame in figure.frames { writeBody(of: frame) }
    writeEdges()
    for frame in figure.frames { writeHeader(of: frame) }
    for box in figure.boxes { write(box) }
    for box in figure.boxes { writeLabel(of: box) }
    line("</g>")
    legend.write(to: &text, x: (width - legend.width) / 2, y: height - Metrics.margin - legend.height)
    line("</svg>")
  }

  private mutating func line(_ content: String) { text += content + "\n" }

  // MARK: Frames

  private mutating func writeBody(of frame: Figure.Frame) {
    let area = layout.frames[frame.id]
    let color = frame.isHead ? Palette.head : Palette.block
    let dash = frame.isHead ? " stroke-dasharray=\"4 3\"" : ""
    line(
      "<rect \(SVGShapes.attributes(of: area)) rx=\"5\" fill=\"\(color.fill)\" fill-opacity=\"0.45\" "
        + "stroke=\"\(color.line)\" stroke-width=\"0.8\"\(dash)/>")
  }

  /// The header hides the edges that run into the frame below it.
  private mutating func writeHeader(of frame: Figure.Frame) {
    let area = layout.frames[frame.id]
    let color = frame.isHead ? Palette.head : Palette.block
    let bar = Rectangle(x: area.x, y: area.y, width: area.width, height: Metrics.header)
    line("<g><title>\(XML.escaped(frame.tooltip))</title>")
    line("<path d=\"\(SVGShapes.header(bar))\" fill=\"\(color.fill)\" stroke=\"\(color.line)\" stroke-width=\"0.8\"/>")
    let base = Decimal.coordinate(area.y + 13)
    line(
      "<text x=\"\(Decimal.coordinate(area.x + Metrics.boxPaddingX))\" y=\"\(base)\" font-weight=\"bold\" "
        + "fill=\"#28324a\">\(XML.escaped(frame.title))</text>")
    if !frame.subtitle.isEmpty {
      line(
        "<text x=\"\(Decimal.coordinate(area.maxX - Metrics.boxPaddingX))\" y=\"\(base)\" text-anchor=\"end\" "
          + "font-size=\"\(Metrics.labelSize)\" fill=\"#555555\">\(XML.escaped(frame.subtitle))</text>")
    }
    line("</g>")
  }

  // MARK: Edges

  private mutating func writeEdges() {
    let routes = layout.routes.filter { $0.count > 1 }
    guard !routes.isEmpty else { return }
    // One path for all, so that lines that share a way are no darker there.
    let lines = routes.map(SVGShapes.path).joined(separator: "\n")
    line("<path fill=\"none\" stroke=\"#4a4a4a\" stroke-width=\"1.1\" d=\"\(lines)\"/>")
    line("<path fill=\"#4a4a4a\" d=\"\(routes.map(SVGShapes.arrow).joined(separator: "\n"))\"/>")
  }

  private mutating func writeLabel(of box: Figure.Box) {
    guard let place = layout.labels[box.id], let shape = figure.shapes[box.output] else { return }
    line(
      "<text x=\"\(Decimal.coordinate(place.x))\" y=\"\(Decimal.coordinate(place.y))\" "
        + "font-size=\"\(Metrics.labelSize)\" fill=\"#555555\">\(XML.escaped(shape))</text>")
  }

  // MARK: Boxes

  private mutating func write(_ box: Figure.Box) {
    var area = layout.boxes[box.id]
    line("<g\(mark(of: box))><title>\(XML.escaped(box.tooltip))</title>")
    let color = "fill=\"\(box.color.fill)\" stroke=\"\(box.color.line)\""
    switch box.form {
    case .circle(let sign):
      line("<path d=\"\(SVGShapes.circle(area))\" \(color) stroke-width=\"1.2\"/>")
      line(
        "<path d=\"\(SVGShapes.sign(sign, in: area))\" fill=\"none\" stroke=\"\(box.color.line)\" "
          + "stroke-width=\"1.5\"/>")
    case .bar:
      line("<rect \(SVGShapes.attributes(of: area)) rx=\"4\" \(color)/>")
      let isUpright = area.height > area.width
      let turn =
        isUpright
        ? " transform=\"rotate(-90 \(Decimal.coordinate(area.midX)) \(Decimal.coordinate(area.midY)))\"" : ""
      writeLine(box.lines[0], x: area.midX, y: area.midY + 3.3, extra: turn, isTitle: false)
    case .layers, .block, .terminal:
      if box.copies > 1 {
        area.width -= 6
        area.height -= 6
        for offset in [6.0, 3.0] {
          var plate = area
          plate.x += offset
          plate.y += offset
          line("<rect \(SVGShapes.attributes(of: plate)) rx=\"4\" \(color)/>")
        }
      }
      let radius = box.form == .terminal ? area.height / 2 : 4
      line("<rect \(SVGShapes.attributes(of: area)) rx=\"\(Decimal.coordinate(radius))\" \(color)/>")
      let text = Metrics.titleHeight + Double(box.lines.count - 1) * Metrics.lineHeight
      var base = area.midY - text / 2 + 10.7
      for (index, content) in box.lines.enumerated() {
        writeLine(content, x: area.midX, y: base, isTitle: index == box.titleLine)
        base += Metrics.lineHeight + (index <= box.titleLine ? 0.6 : 0)
      }
    }
    line("</g>")
  }

  private func mark(of box: Figure.Box) -> String {
    guard let lines = options.lines else { return "" }
    let place = lines[box.id].map { " data-line=\"\($0)\"" } ?? ""
    return " id=\"\(PictureOptions.identifier(ofBox: box.id))\" class=\"cnnc-box\"\(place)"
  }

  private mutating func writeLine(_ content: String, x: Double, y: Double, extra: String = "", isTitle: Bool) {
    let style =
      isTitle
      ? "font-size=\"\(Metrics.titleSize)\" font-weight=\"bold\" fill=\"#1a1a1a\""
      : "fill=\"#3c3c3c\""
    line(
      "<text x=\"\(Decimal.coordinate(x))\" y=\"\(Decimal.coordinate(y))\" text-anchor=\"middle\" \(style)\(extra)>"
        + "\(XML.escaped(content))</text>")
  }
}
