/// Which way a picture runs.
package enum Direction: String, CaseIterable, Sendable {
  case down
  case right
}

/// A point, in units of a pixel.
struct Point: Hashable, Sendable {
  var x: Double
  var y: Double
}

/// A rectangle, in units of a pixel.
package struct Rectangle: Hashable, Sendable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package var maxX: Double { x + width }
  package var maxY: Double { y + height }
  var midX: Double { x + width / 2 }
  var midY: Double { y + height / 2 }

  /// Whether the two share more than an edge.
  package func intersects(_ other: Rectangle) -> Bool {
    x < other.maxX - 0.01 && other.x < maxX - 0.01 && y < other.maxY - 0.01 && other.y < maxY - 0.01
  }
}

/// A point as the layout sees it, whichever way the picture runs: how far along it, and how far across.
struct Spot: Hashable, Sendable {
  var along: Double
  var across: Double

  func point(_ direction: Direction) -> Point {
    direction == .down ? Point(x: across, y: along) : Point(x: along, y: across)
  }
}

/// A rectangle as the layout sees it.
struct Area: Hashable, Sendable {
  var along: ClosedRange<Double>
  var across: ClosedRange<Double>

  func rectangle(_ direction: Direction) -> Rectangle {
    let (x, y) = direction == .down ? (across, along) : (along, across)
    return Rectangle(
      x: x.lowerBound, y: y.lowerBound, width: x.upperBound - x.lowerBound, height: y.upperBound - y.lowerBound)
  }
}

/// What a part of the picture takes: its length, and its extents either side of the line that runs through it.
struct Extents: Hashable, Sendable {
  var before: Double = 0
  var after: Double = 0
  var length: Double = 0
}

/// Sizes and distances, in units of a pixel.
enum Metrics {
  static let titleSize = 11.0
  static let lineSize = 9.5
  static let labelSize = 9.0
  static let titleHeight = 14.0
  static let lineHeight = 12.5
  static let boxPaddingX = 9.0
  static let boxPaddingY = 5.0
  static let circle = 18.0
  static let bar = 18.0
  static let header = 19.0
  static let framePadding = 11.0
  static let gap = 15.0
  static let labelGap = 25.0
  static let fork = 12.0
  static let columnGap = 14.0
  static let laneGap = 13.0
  /// Between columns of a picture that is wrapped.
  static let gutter = 44.0
  static let margin = 14.0
}
