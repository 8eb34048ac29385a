import Shapes

/// A height and width that a run may leave open: another node's.
package struct OpenSize: Hashable, Sendable {
  package var height: Extent
  package var width: Extent

  package init(height: Extent, width: Extent) {
    self.height = height
    self.width = width
  }

  package init(_ size: Size2D) { self.init(height: .known(size.height), width: .known(size.width)) }

  /// The numbers, if both are known.
  package var known: Size2D? {
    guard let height = height.value, let width = width.value else { return nil }
    return Size2D(height, width)
  }

  /// The value of a field that has this size.
  package var field: FieldValue { known.map(FieldValue.size) ?? .openSize(self) }

  /// The size as a spec's expressions say it: `[H // 2, W // 2]`.
  package var expression: String { "[\(height.expression), \(width.expression)]" }
}

extension OpenSize: CustomStringConvertible {
  package var description: String { "\(height)×\(width)" }
}
