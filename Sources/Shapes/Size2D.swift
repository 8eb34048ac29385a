/// A height and a width, such as a kernel's or a stride's.
package struct Size2D: Hashable, Sendable {
  package var height: Int
  package var width: Int

  package init(_ height: Int, _ width: Int) {
    self.height = height
    self.width = width
  }

  /// The same in both directions.
  package init(_ both: Int) { self.init(both, both) }

  package static let one = Size2D(1)

  package var isSquare: Bool { height == width }

  package var area: Int { saturatingProduct(height, width) }
}

extension Size2D: CustomStringConvertible {
  /// `3×3`.
  package var description: String { "\(height)×\(width)" }
}
