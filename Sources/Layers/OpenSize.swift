import Shapes

/// Sizes along the axes of an input that a run may leave open: a field's numbers, or another node's sizes.
package struct OpenSize: Hashable, Sendable {
  /// One for all axes, or one an axis.
  private let extents: [Extent]
  /// For how many axes there are sizes; nil for one that holds for all.
  package let axisCount: Int?

  /// A node's sizes: those of its spatial axes, at least one.
  package init(spatial: [Extent]) { (extents, axisCount) = (spatial, spatial.count) }

  package init(_ size: AxisSizes) { (extents, axisCount) = (size.numbers.map(Extent.known), size.axisCount) }

  /// The size along an axis, counted from 0.
  package subscript(axis: Int) -> Extent { extents[min(axis, extents.count - 1)] }

  /// The sizes for so many axes.
  package func along(axes count: Int) -> [Extent] { (0..<count).map { self[$0] } }

  /// The sizes that are numbers.
  package var numbers: [Int] { extents.compactMap(\.value) }

  /// The numbers, if all are known.
  package var known: AxisSizes? {
    guard numbers.count == extents.count else { return nil }
    return axisCount == nil ? AxisSizes(numbers[0]) : AxisSizes(axes: numbers)
  }

  /// The value of a field that has this size.
  package var field: FieldValue { known.map(FieldValue.size) ?? .openSize(self) }

  /// The size as a spec's expressions say it: `[H // 2, W // 2]`.
  package var expression: String { "[\(extents.map(\.expression).joined(separator: ", "))]" }

  /// `14×14`, for an input with so many axes.
  package func text(axes count: Int) -> String { along(axes: count).map(\.description).joined(separator: "×") }
}

/// Checks that the sizes of a field are for as many axes as the input has.
///
/// - Throws: `ShapeError` that points at the field.
func check(_ size: OpenSize, field: String, suits input: Shape) throws(ShapeError) {
  let sizes = size.axisCount.map { AxisSizes(axes: Array(repeating: 1, count: $0)) } ?? .one
  try check(sizes, field: field, suits: input)
}
