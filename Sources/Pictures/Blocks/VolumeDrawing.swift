import GraphIR

/// Draws a network as the volumes that its layers make.
struct VolumeDrawing {
  private let sequence: VolumeSequence
  private let layout: VolumeLayout
  private let options: PictureOptions
  private var marks: [Mark] = []

  static func drawing(of figure: Figure, _ graph: Graph, _ options: PictureOptions) -> Drawing {
    let sequence = VolumeSequence(figure, graph)
    let scale = VolumeScale(sequence.volumes)
    let layout = VolumeLayout.fitting(sequence, figure, scale, options)
    var drawing = VolumeDrawing(sequence: sequence, layout: layout, options: options)
    drawing.draw(figure)
    let legend = Legend.meanings(of: sequence, scale)
    return Sheet(figure, content: (layout.width, layout.height), legend: legend, options).drawing(drawing.marks)
  }

  private init(sequence: VolumeSequence, layout: VolumeLayout, options: PictureOptions) {
    self.sequence = sequence
    self.layout = layout
    self.options = options
  }

  private mutating func draw(_ figure: Figure) {
    for (volume, solid) in zip(sequence.volumes, layout.solids) {
      var group = Mark.Group(tooltip: volume.tooltip)
      if let lines = options.lines, let box = volume.boxes.first {
        group.identifier = PictureOptions.identifier(ofBox: box)
        group.style = "cnnc-box"
        group.line = lines[box]
      }
      marks.append(.group(group, Self.marks(of: volume, solid)))
    }
    if !layout.stubs.isEmpty {
      marks.append(.path(layout.stubs.flatMap(Outlines.path), Mark.Paint(stroke: "#4a4a4a", width: 1.1)))
    }
    marks += Outlines.arrows(layout.routes)
    for connector in layout.connectors {
      let place = connector.place
      marks.append(.circle(place, radius: 6.5, Mark.Paint(fill: "#ffffff", stroke: "#4a4a4a", width: 0.8)))
      marks.append(
        .text(
          Mark.Text(content: connector.sign, place: Point(x: place.x, y: place.y + 2.8), size: 8, color: "#1a1a1a")))
    }
    marks += layout.labels.map(Mark.text)
  }

  /// A volume with its front, top and side; what follows in its box is drawn at its end, blocks it stands for as lines.
  private static func marks(of volume: Volume, _ solid: VolumeLayout.Solid) -> [Mark] {
    let (x, y) = (solid.start.x, solid.start.y)
    if case .sign(let sign) = volume.form {
      let area = Rectangle(x: x, y: y - solid.up / 2, width: solid.along, height: solid.up)
      return [
        .circle(
          Point(x: area.midX, y: y), radius: solid.up / 2,
          Mark.Paint(fill: volume.color.fill, stroke: volume.color.line, width: 1.2)),
        .path(Outlines.sign(sign, in: area), Mark.Paint(stroke: volume.color.line, width: 1.5)),
      ]
    }
    let half = solid.slant / 2
    let front = Rectangle(x: x - half, y: y - solid.up / 2 + half, width: solid.along, height: solid.up)
    let thin = solid.along < 6 ? 0.5 : 0.7
    func paint(_ color: Palette, shade: Double) -> Mark.Paint {
      Mark.Paint(fill: Shade.mixed(color.fill, with: color.line, shade), stroke: volume.color.line, width: thin)
    }
    func top(_ from: Double, _ to: Double) -> [Mark.Step] {
      Outlines.polygon([
        Point(x: from, y: front.y), Point(x: to, y: front.y), Point(x: to + solid.slant, y: front.y - solid.slant),
        Point(x: from + solid.slant, y: front.y - solid.slant),
      ])
    }
    var result: [Mark] = [
      .rectangle(front, radius: 0, paint(volume.color, shade: 0.08)),
      .path(top(front.x, front.maxX), paint(volume.color, shade: 0)),
      .path(
        Outlines.polygon([
          Point(x: front.maxX, y: front.y), Point(x: front.maxX + solid.slant, y: front.y - solid.slant),
          Point(x: front.maxX + solid.slant, y: front.maxY - solid.slant), Point(x: front.maxX, y: front.maxY),
        ]), paint(volume.color, shade: 0.22)),
    ]
    let band = min(2.5, solid.along / Double(2 * volume.bands.count + 1))
    for (place, color) in volume.bands.enumerated() {
      let left = front.maxX - band * Double(volume.bands.count - place)
      result.append(
        .rectangle(
          Rectangle(x: left, y: front.y, width: band, height: front.height), radius: 0,
          paint(color, shade: 0.5).withoutLine))
      result.append(.path(top(left, left + band), paint(color, shade: 0.3).withoutLine))
    }
    if volume.copies > 1, solid.along / Double(volume.copies) >= 2 {
      let steps = (1..<volume.copies).flatMap { copy -> [Mark.Step] in
        let at = front.x + solid.along * Double(copy) / Double(volume.copies)
        return [
          .move(Point(x: at, y: front.maxY)), .line(Point(x: at, y: front.y)),
          .line(Point(x: at + solid.slant, y: front.y - solid.slant)),
        ]
      }
      result.append(.path(steps, Mark.Paint(stroke: volume.color.line, width: 0.4)))
    }
    return result
  }
}

extension Legend {
  /// What there is to explain of volumes: their colours, and how large they are.
  static func meanings(of sequence: VolumeSequence, _ scale: VolumeScale) -> [Meaning] {
    meanings(of: sequence.volumes.map(\.color) + sequence.volumes.flatMap(\.bands))
      + scale.remarks(sequence).map { Meaning(color: nil, text: $0) }
  }
}

extension Mark.Paint {
  /// The same without an outline.
  fileprivate var withoutLine: Mark.Paint {
    var paint = self
    paint.stroke = nil
    return paint
  }
}

/// Mixes colours, for the sides of what has three dimensions.
enum Shade {
  /// A colour with a share of another; both as `#rrggbb`.
  static func mixed(_ color: String, with other: String, _ share: Double) -> String {
    guard let a = components(color), let b = components(other) else { return color }
    let mixed = zip(a, b).map { Int((Double($0) * (1 - share) + Double($1) * share).rounded()) }
    return "#" + mixed.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func components(_ color: String) -> [Int]? {
    guard color.count == 7, let number = Int(color.dropFirst(), radix: 16) else { return nil }
    return [number >> 16, number >> 8 & 255, number & 255]
  }
}
