/// What the colours mean, below a picture.
struct Legend {
  /// What is explained: a colour, or a remark without one.
  struct Meaning: Hashable {
    var color: Palette?
    var text: String
  }

  struct Entry {
    var meaning: Meaning
    var x: Double
    var row: Int
  }

  private(set) var entries: [Entry] = []
  private(set) var width = 0.0
  private var rows = 0

  var height: Double { Double(rows) * 16 }

  init() {}

  /// What there is to explain of colours.
  static func meanings(of colors: [Palette]) -> [Meaning] {
    let used = Set(colors)
    return Palette.allCases.compactMap { color in
      used.contains(color) ? color.legend.map { Meaning(color: color, text: $0) } : nil
    }
  }

  /// Meanings in rows of at most the width.
  init(_ meanings: [Meaning], width limit: Double) {
    var x = 0.0
    for meaning in meanings {
      let needed = (meaning.color == nil ? 0 : 17) + TextMetrics.width(meaning.text, size: Metrics.labelSize)
      if x > 0, x + needed > limit {
        x = 0
        rows += 1
      }
      entries.append(Entry(meaning: meaning, x: x, row: rows))
      width = max(width, x + needed)
      // Nothing but room tells remarks from each other.
      x += needed + (meaning.color == nil ? 28 : 14)
    }
    rows += entries.isEmpty ? 0 : 1
  }

  func marks(at corner: Point) -> [Mark] {
    entries.flatMap { entry in
      let left = corner.x + entry.x
      let top = corner.y + Double(entry.row) * 16
      var result: [Mark] = []
      if let color = entry.meaning.color {
        let area = Rectangle(x: left, y: top + 2.5, width: 12, height: 10)
        result.append(.rectangle(area, radius: 2.5, Mark.Paint(fill: color.fill, stroke: color.line)))
      }
      let indent = entry.meaning.color == nil ? 0.0 : 17
      let place = Point(x: left + indent, y: top + 10.7)
      result.append(
        .text(Mark.Text(content: entry.meaning.text, place: place, anchor: .start, size: Metrics.labelSize)))
      return result
    }
  }
}
