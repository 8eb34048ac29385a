/// A picture as marks on a sheet, before a format writes it.
struct Drawing: Sendable {
  var title: String
  /// What is said of the picture where a format has room for it.
  var summary: String
  /// In units of a pixel, 96 to an inch.
  var width: Double
  var height: Double
  /// White behind the marks; nothing otherwise.
  var hasBackground: Bool
  /// How large the picture is on its page, in proportion to its own units.
  var scale = 1.0
  var marks: [Mark] = []
}

/// What is drawn, in the order in which it is.
indirect enum Mark: Sendable {
  case group(Group, [Mark])
  case rectangle(Rectangle, radius: Double, Paint)
  case circle(Point, radius: Double, Paint)
  case path([Step], Paint)
  case text(Text)

  /// Marks that belong together.
  struct Group: Hashable, Sendable {
    /// What a pointer on them shows.
    var tooltip: String?
    var identifier: String?
    var style: String?
    /// The line of the spec that they are written on.
    var line: Int?
    /// How far they are moved.
    var offset: Point?
  }

  /// A step of an outline.
  enum Step: Hashable, Sendable {
    case move(Point)
    case line(Point)
    /// A curve that leaves towards a point and comes from it.
    case curve(Point, to: Point)
    case close
  }

  /// How an outline is drawn and filled.
  struct Paint: Hashable, Sendable {
    var fill: String?
    var opacity = 1.0
    var stroke: String?
    var width = 1.0
    var isDashed = false
  }

  /// A line of text.
  struct Text: Hashable, Sendable {
    enum Anchor: String, Hashable, Sendable {
      case start
      case middle
      case end
    }

    var content: String
    /// On the base line: the text's start, middle or end.
    var place: Point
    var anchor = Anchor.middle
    var size = Metrics.lineSize
    var isBold = false
    var color = "#3c3c3c"
    /// Runs upwards, turned around this point.
    var turn: Point?

    /// The area that the text takes, if it is not turned.
    var area: Rectangle {
      let width = TextMetrics.width(content, size: size, bold: isBold)
      let x =
        switch anchor {
        case .start: place.x
        case .middle: place.x - width / 2
        case .end: place.x - width
        }
      return Rectangle(x: x, y: place.y - 0.76 * size, width: width, height: size)
    }
  }
}
