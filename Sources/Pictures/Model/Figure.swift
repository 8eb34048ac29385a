import GraphIR
import Shapes

/// A picture before it has a layout: boxes, frames around them, and edges between boxes.
package struct Figure: Equatable, Sendable {
  /// What is drawn as one.
  package struct Box: Equatable, Sendable {
    package enum Form: Equatable, Sendable {
      case layers
      /// A folded block.
      case block
      /// Element by element: a circle with this sign.
      case circle(String)
      /// A concatenation: a bar as wide as its branches.
      case bar
      /// The input or an output.
      case terminal
    }

    package var id: Int
    package var form: Form
    package var lines: [String]
    /// The line that stands out.
    package var titleLine = 0
    package var color: Palette
    /// The nodes that the box stands for.
    package var nodes: [Int]
    /// How many blocks of one kind it stands for.
    package var copies = 1
    package var frame: Int?
    /// What a pointer on the box shows.
    package var tooltip: String
    /// The value that comes out of it.
    package var output: ValueID
    /// Whether the output's shape differs from the input's, and nothing in the box says it.
    package var changesShape: Bool
  }

  /// An unfolded block.
  package struct Frame: Equatable, Sendable {
    package var id: Int
    package var title: String
    package var subtitle: String
    package var parent: Int?
    package var isHead: Bool
    package var tooltip: String
  }

  /// A value that flows from a box to another.
  package struct Edge: Hashable, Sendable {
    package var from: Int
    package var to: Int
    package var value: ValueID
  }

  /// How boxes stand to each other.
  package indirect enum Piece: Equatable, Sendable {
    case box(Int)
    case frame(Int, [Piece])
    /// Branches side by side, then the box of their join.
    case branches([[Piece]], join: Int, hasMainBranch: Bool)
  }

  package var title: String
  package var subtitle: String
  package var boxes: [Box] = []
  package var frames: [Frame] = []
  package var edges: [Edge] = []
  /// From the input to the output.
  package var main: [Piece] = []
  /// Beside the network: heads and further outputs, each with the box that it starts from.
  package var sides: [Side] = []
  /// The text of each value's shape.
  package var shapes: [ValueID: String] = [:]

  package struct Side: Equatable, Sendable {
    package var source: Int
    package var pieces: [Piece]
  }

  /// What has a colour.
  var colors: [Palette] { boxes.map(\.color) + (frames.contains(where: \.isHead) ? [.head] : []) }

  /// Boxes whose output's shape stands beside their edges: it changes there, and does not end in an output box alone.
  func labelledBoxes() -> [Bool] {
    var result = boxes.map(\.changesShape)
    var leadsOn = Array(repeating: false, count: boxes.count)
    for edge in edges where boxes[edge.to].form != .terminal { leadsOn[edge.from] = true }
    for index in result.indices where !leadsOn[index] { result[index] = false }
    return result
  }
}
