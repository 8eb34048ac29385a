/// How large boxes must be for their text.
struct BoxSizes {
  let figure: Figure
  let direction: Direction
  /// Width and height of each box, as wide as its own text needs.
  private(set) var sizes: [(width: Double, height: Double)]
  /// The width of the label beside each box's output; nil without one.
  private(set) var labelWidths: [Double?]

  init(_ figure: Figure, direction: Direction) {
    self.figure = figure
    self.direction = direction
    sizes = figure.boxes.map(Self.size)
    labelWidths = zip(figure.boxes, figure.labelledBoxes()).map { box, isLabelled in
      isLabelled ? figure.shapes[box.output].map { TextMetrics.width($0, size: Metrics.labelSize) + 7 } : nil
    }
  }

  private static func size(of box: Figure.Box) -> (width: Double, height: Double) {
    switch box.form {
    case .circle: return (Metrics.circle, Metrics.circle)
    case .bar:
      return (TextMetrics.width(box.lines[0], size: Metrics.lineSize) + 2 * Metrics.boxPaddingX, Metrics.bar)
    case .layers, .block, .terminal:
      var width = 0.0
      for (index, line) in box.lines.enumerated() {
        let isTitle = index == box.titleLine
        width = max(
          width, TextMetrics.width(line, size: isTitle ? Metrics.titleSize : Metrics.lineSize, bold: isTitle))
      }
      let height = Metrics.titleHeight + Double(box.lines.count - 1) * Metrics.lineHeight + 2 * Metrics.boxPaddingY
      // Boxes for several blocks have plates behind them.
      let plates = box.copies > 1 ? 6.0 : 0
      return (max(width + 2 * Metrics.boxPaddingX, 56) + plates, height + plates)
    }
  }

  /// Gives boxes that stand in one row or column the same extent across it.
  mutating func align(_ boxes: [Int]) {
    let alike = boxes.filter { figure.boxes[$0].form == .layers || figure.boxes[$0].form == .block }
    let width = alike.map { sizes[$0].width }.max() ?? 0
    let height = alike.map { sizes[$0].height }.max() ?? 0
    for id in alike {
      if direction == .down { sizes[id].width = width } else { sizes[id].height = height }
    }
  }

  /// Leaves out labels beside which no line would be: of boxes whose output leaves at the side. Says whether there were any.
  mutating func dropLabels(except boxes: Set<Int>) -> Bool {
    let dropped = labelWidths.indices.filter { labelWidths[$0] != nil && !boxes.contains($0) }
    for id in dropped { labelWidths[id] = nil }
    return !dropped.isEmpty
  }

  func across(_ id: Int) -> Double { direction == .down ? sizes[id].width : sizes[id].height }
  func along(_ id: Int) -> Double { direction == .down ? sizes[id].height : sizes[id].width }

  /// The distance to what follows the last box of a sequence or frame.
  func gap(after id: Int?) -> Double {
    guard let id, let width = labelWidths[id] else { return Metrics.gap }
    return direction == .down ? Metrics.labelGap : width + 10
  }

  /// The extent that the box takes after its line, its label included.
  func after(_ id: Int) -> Double {
    let half = across(id) / 2
    guard direction == .down, let label = labelWidths[id] else { return half }
    return max(half, label)
  }

  /// What the label of a box's output takes: beside the line that leaves the end of the box.
  func label(of id: Int, in placement: Placement) -> Area? {
    guard let width = labelWidths[id], let box = placement.boxes[id] else { return nil }
    let (end, line) = (box.along.upperBound, placement.lines[id])
    return direction == .down
      ? Area(along: end...(end + Metrics.gap), across: line...(line + width))
      : Area(along: end...(end + width), across: (line - 11)...line)
  }

  /// The least extent across of a frame, for its title.
  func header(of frame: Figure.Frame) -> Double {
    let title = TextMetrics.width(frame.title, size: Metrics.lineSize, bold: true)
    let subtitle = frame.subtitle.isEmpty ? 0 : TextMetrics.width(frame.subtitle, size: Metrics.labelSize) + 12
    return title + subtitle + 2 * Metrics.boxPaddingX
  }
}
