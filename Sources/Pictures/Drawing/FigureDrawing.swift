/// Draws a figure as boxes, frames around them and lines between.
struct FigureDrawing {
  private let figure: Figure
  private let layout: Layout
  private let options: PictureOptions
  private var marks: [Mark] = []

  static func drawing(of figure: Figure, _ options: PictureOptions) -> Drawing {
    let layout = Layout.fitting(figure, options)
    var drawing = FigureDrawing(figure: figure, layout: layout, options: options)
    drawing.draw()
    let sheet = Sheet(
      figure, content: (layout.width, layout.height), legend: Legend.meanings(of: figure.colors), options)
    return sheet.drawing(drawing.marks)
  }

  private init(figure: Figure, layout: Layout, options: PictureOptions) {
    self.figure = figure
    self.layout = layout
    self.options = options
  }

  private mutating func draw() {
    for frame in figure.frames { drawBody(of: frame) }
    marks += Outlines.arrows(layout.routes)
    for frame in figure.frames { drawHeader(of: frame) }
    for box in figure.boxes { draw(box) }
    for box in figure.boxes { drawLabel(of: box) }
  }

  // MARK: Frames

  private mutating func drawBody(of frame: Figure.Frame) {
    let color = frame.isHead ? Palette.head : Palette.block
    marks.append(
      .rectangle(
        layout.frames[frame.id], radius: 5,
        Mark.Paint(fill: color.fill, opacity: 0.45, stroke: color.line, width: 0.8, isDashed: frame.isHead)))
  }

  /// The header hides the edges that run into the frame below it.
  private mutating func drawHeader(of frame: Figure.Frame) {
    let area = layout.frames[frame.id]
    let color = frame.isHead ? Palette.head : Palette.block
    let bar = Rectangle(x: area.x, y: area.y, width: area.width, height: Metrics.header)
    let base = area.y + 13
    var header: [Mark] = [
      .path(Outlines.header(bar), Mark.Paint(fill: color.fill, stroke: color.line, width: 0.8)),
      .text(
        Mark.Text(
          content: frame.title, place: Point(x: area.x + Metrics.boxPaddingX, y: base), anchor: .start, isBold: true,
          color: "#28324a")),
    ]
    if !frame.subtitle.isEmpty {
      header.append(
        .text(
          Mark.Text(
            content: frame.subtitle, place: Point(x: area.maxX - Metrics.boxPaddingX, y: base), anchor: .end,
            size: Metrics.labelSize, color: "#555555")))
    }
    marks.append(.group(Mark.Group(tooltip: frame.tooltip), header))
  }

  private mutating func drawLabel(of box: Figure.Box) {
    guard let place = layout.labels[box.id], let shape = figure.shapes[box.output] else { return }
    marks.append(
      .text(
        Mark.Text(content: shape, place: place, anchor: .start, size: Metrics.labelSize, color: "#555555")))
  }

  // MARK: Boxes

  private mutating func draw(_ box: Figure.Box) {
    var area = layout.boxes[box.id]
    var content: [Mark] = []
    let paint = Mark.Paint(fill: box.color.fill, stroke: box.color.line)
    switch box.form {
    case .circle(let sign):
      var ring = paint
      ring.width = 1.2
      content = [
        .circle(Point(x: area.midX, y: area.midY), radius: area.height / 2, ring),
        .path(Outlines.sign(sign, in: area), Mark.Paint(stroke: box.color.line, width: 1.5)),
      ]
    case .bar:
      let middle = Point(x: area.midX, y: area.midY)
      var text = Mark.Text(content: box.lines[0], place: Point(x: middle.x, y: middle.y + 3.3))
      if area.height > area.width { text.turn = middle }
      content = [.rectangle(area, radius: 4, paint), .text(text)]
    case .layers, .block, .terminal:
      if box.copies > 1 {
        area.width -= 6
        area.height -= 6
        for offset in [6.0, 3.0] {
          var plate = area
          plate.x += offset
          plate.y += offset
          content.append(.rectangle(plate, radius: 4, paint))
        }
      }
      content.append(.rectangle(area, radius: box.form == .terminal ? area.height / 2 : 4, paint))
      let text = Metrics.titleHeight + Double(box.lines.count - 1) * Metrics.lineHeight
      var base = area.midY - text / 2 + 10.7
      for (index, line) in box.lines.enumerated() {
        let isTitle = index == box.titleLine
        content.append(
          .text(
            Mark.Text(
              content: line, place: Point(x: area.midX, y: base),
              size: isTitle ? Metrics.titleSize : Metrics.lineSize, isBold: isTitle,
              color: isTitle ? "#1a1a1a" : "#3c3c3c")))
        base += Metrics.lineHeight + (index <= box.titleLine ? 0.6 : 0)
      }
    }
    marks.append(.group(group(of: box), content))
  }

  private func group(of box: Figure.Box) -> Mark.Group {
    var group = Mark.Group(tooltip: box.tooltip)
    guard let lines = options.lines else { return group }
    group.identifier = PictureOptions.identifier(ofBox: box.id)
    group.style = "cnnc-box"
    group.line = lines[box.id]
    return group
  }
}
