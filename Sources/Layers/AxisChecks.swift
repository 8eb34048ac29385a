import Shapes

/// Checks that the numbers of a field are for as many axes as the input has.
///
/// - Throws: `ShapeError` that points at the field.
func check(_ sizes: AxisSizes, field: String, suits input: Shape) throws(ShapeError) {
  guard !sizes.suits(axes: input.axisCount) else { return }
  throw ShapeError(
    .field,
    "\(field) has \(counted(sizes.numbers.count, "number")), but the input, \(input), has \(axisText(input)); "
      + "write one number for all axes, or one an axis", field: field)
}

/// Checks that a padding in numbers is for as many axes as the input has.
///
/// - Throws: `ShapeError` that points at the field.
func check(_ padding: Padding, suits input: Shape) throws(ShapeError) {
  guard case .explicit(let sizes) = padding, sizes.sides(axes: input.axisCount) == nil else { return }
  throw ShapeError(
    .field,
    "padding has \(counted(sizes.numbers.count, "number")), but the input, \(input), has \(axisText(input)); "
      + "write one number for all sides, one an axis, or two an axis, before and after", field: "padding")
}

/// `2 axes (height, width)`.
func axisText(_ shape: Shape) -> String {
  "\(counted(shape.axisCount, "axis", "axes")) (\(shape.axes.map(\.name).joined(separator: ", ")))"
}

private func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
