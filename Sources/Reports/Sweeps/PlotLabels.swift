/// Finds places for labels beside their points where they cover neither points nor other labels.
struct PlotLabels {
  private struct Box {
    var left, right, top, bottom: Double

    func meets(_ other: Box) -> Bool {
      left < other.right && other.left < right && top < other.bottom && other.top < bottom
    }

    func contains(_ other: Box) -> Bool {
      other.left >= left && other.right <= right && other.top >= top && other.bottom <= bottom
    }
  }

  struct Spot {
    var x: Double
    /// The base line.
    var y: Double
    var anchor: String
  }

  private let area: Box
  /// Points and labels, which no label may cover.
  private var taken: [Box] = []
  /// Stretches of lines, which labels cover only where nothing else is free.
  private var lines: [Box] = []

  init(left: Double, right: Double, top: Double, bottom: Double) {
    area = Box(left: left, right: right + 16, top: top - 12, bottom: bottom)
  }

  /// About as wide as the text is in 13 pixels of a system font.
  static func width(of text: String) -> Double { Double(text.count) * 6.6 }

  /// Keeps labels off a point.
  mutating func block(_ point: (x: Double, y: Double)) {
    taken.append(Box(left: point.x - 5, right: point.x + 5, top: point.y - 5, bottom: point.y + 5))
  }

  /// Keeps labels off a line.
  mutating func block(from a: (x: Double, y: Double), to b: (x: Double, y: Double)) {
    let steps = max(1, Int(max(abs(b.x - a.x), abs(b.y - a.y)) / 4))
    for step in 0...steps {
      let part = Double(step) / Double(steps)
      let (x, y) = (a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part)
      lines.append(Box(left: x - 1, right: x + 1, top: y - 1, bottom: y + 1))
    }
  }

  /// A place beside, above or below a point; nil if all are taken.
  mutating func spot(for text: String, at point: (x: Double, y: Double)) -> Spot? {
    let width = Self.width(of: text)
    let candidates = [
      Spot(x: point.x + 10, y: point.y + 4, anchor: "start"), Spot(x: point.x - 10, y: point.y + 4, anchor: "end"),
      Spot(x: point.x, y: point.y - 10, anchor: "middle"), Spot(x: point.x, y: point.y + 20, anchor: "middle"),
      Spot(x: point.x + 10, y: point.y + 17, anchor: "start"), Spot(x: point.x + 10, y: point.y - 9, anchor: "start"),
      Spot(x: point.x - 10, y: point.y - 9, anchor: "end"), Spot(x: point.x - 10, y: point.y + 17, anchor: "end"),
    ]
    for mayCrossLines in [false, true] {
      for spot in candidates {
        let left = spot.anchor == "start" ? spot.x : spot.anchor == "end" ? spot.x - width : spot.x - width / 2
        let box = Box(left: left, right: left + width, top: spot.y - 11, bottom: spot.y + 3)
        guard area.contains(box), !taken.contains(where: box.meets), mayCrossLines || !lines.contains(where: box.meets)
        else { continue }
        taken.append(box)
        return spot
      }
    }
    return nil
  }
}
