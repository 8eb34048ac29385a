/// How a picture is drawn.
package struct PictureOptions: Sendable {
  /// What stands for a layer.
  package enum Style: String, CaseIterable, Sendable {
    /// Boxes with text, blocks that fold.
    case boxes
    /// What layers make, drawn to scale.
    case blocks
  }

  package var style = Style.boxes
  package var direction: Direction = .down
  package var hasTitle = true
  package var hasLegend = true
  /// White behind the picture; nothing otherwise.
  package var hasBackground = true
  /// What the picture is to fit on; it is wrapped into columns or rows for that.
  package var page: PageSize?
  /// By box the line of the spec that it is written on: boxes then have identifiers and their lines as `data-line`, for a
  /// program that shows the picture beside the text.
  package var lines: [Int: Int]?

  /// The identifier that a box has in a picture with lines.
  package static func identifier(ofBox id: Int) -> String { "cnnc-box-\(id)" }

  package init() {}
}
