/// How a picture is drawn.
package struct PictureOptions: Sendable {
  package var direction: Direction = .down
  package var hasTitle = true
  package var hasLegend = true
  /// White behind the picture; nothing otherwise.
  package var hasBackground = true

  package init() {}
}
