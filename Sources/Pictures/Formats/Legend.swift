/// What the colours mean, below a picture.
struct Legend {
  struct Entry {
    var color: Palette
    var text: String
    var x: Double
    var row: Int
  }

  private(set) var entries: [Entry] = []
  private(set) var width = 0.0
  private var rows = 0

  var height: Double { Double(rows) * 16 }

  init() {}

  /// The colours of a figure, in rows of at most the width.
  init(_ figure: Figure, width limit: Double) {
    let used = Set(figure.boxes.map(\.color) + (figure.frames.contains(where: \.isHead) ? [.head] : []))
    var x = 0.0
    for color in Palette.allCases where used.contains(color) {
      guard let text = color.legend else { continue }
      let needed = 17 + TextMetrics.width(text, size: Metrics.labelSize)
      if x > 0, x + needed > limit {
        x = 0
        rows += 1
      }
      entries.append(Entry(color: color, text: text, x: x, row: rows))
      x += needed + 14
      width = max(width, x - 14)
    }
    rows += entries.isEmpty ? 0 : 1
  }

  func write(to text: inout String, x: Double, y: Double) {
    guard !entries.isEmpty else { return }
    text += "<g font-size=\"\(Metrics.labelSize)\" fill=\"#3c3c3c\">\n"
    for entry in entries {
      let left = x + entry.x
      let top = y + Double(entry.row) * 16
      let area = Rectangle(x: left, y: top + 2.5, width: 12, height: 10)
      text += "<rect \(SVGShapes.attributes(of: area)) rx=\"2.5\" fill=\"\(entry.color.fill)\" "
      text += "stroke=\"\(entry.color.line)\"/>"
      text += "<text x=\"\(Decimal.coordinate(left + 17))\" y=\"\(Decimal.coordinate(top + 10.7))\">"
      text += "\(XML.escaped(entry.text))</text>\n"
    }
    text += "</g>\n"
  }
}
