/// What stands around a network on its picture: the title above it, the legend below.
struct Sheet {
  private let title: String
  private let subtitle: String
  private let options: PictureOptions
  private let legend: Legend
  private let size: (width: Double, height: Double)
  /// Where the network stands.
  let origin: Point
  let width: Double
  let height: Double

  init(
    _ figure: Figure, content: (width: Double, height: Double), legend entries: [Legend.Meaning],
    _ options: PictureOptions
  ) {
    title = Labels.cut(figure.title, to: 80)
    subtitle = figure.subtitle
    self.options = options
    size = content
    let titles = [
      TextMetrics.width(title, size: 14, bold: true), TextMetrics.width(subtitle, size: Metrics.lineSize),
    ]
    let titleWidth = options.hasTitle ? titles.max() ?? 0 : 0
    let inner = max(content.width, titleWidth, options.hasLegend ? 200 : 0)
    legend = options.hasLegend ? Legend(entries, width: inner) : Legend()
    width = max(inner, legend.width) + 2 * Metrics.margin
    let head = options.hasTitle ? 42.0 : 0
    origin = Point(x: Metrics.margin + (width - 2 * Metrics.margin - content.width) / 2, y: Metrics.margin + head)
    height = origin.y + content.height + (legend.entries.isEmpty ? 0 : legend.height + 16) + Metrics.margin
  }

  /// How large all of it is on its page, in proportion to its own units.
  var scale: Double { options.page?.scale(of: width, height) ?? 1 }

  /// A drawing of the network's marks, which begin at the origin.
  func drawing(_ content: [Mark]) -> Drawing {
    var drawing = Drawing(
      title: title, summary: subtitle, width: width, height: height, hasBackground: options.hasBackground)
    if options.hasTitle {
      let middle = width / 2
      drawing.marks.append(
        .text(
          Mark.Text(content: title, place: Point(x: middle, y: 26), size: 14, isBold: true, color: "#1a1a1a")))
      drawing.marks.append(.text(Mark.Text(content: subtitle, place: Point(x: middle, y: 41), color: "#555555")))
    }
    drawing.marks.append(.group(Mark.Group(offset: origin), content))
    drawing.marks += legend.marks(
      at: Point(x: (width - legend.width) / 2, y: height - Metrics.margin - legend.height))
    drawing.scale = scale
    return drawing
  }
}
