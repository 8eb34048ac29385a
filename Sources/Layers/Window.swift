import Shapes

/// The sliding window of a convolution or a pool: what the sizes of the output's spatial axes follow from.
///
/// Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, arXiv:1603.07285.
package struct Window: Hashable, Sendable {
  package enum Rounding: String, Hashable, Sendable {
    case floor
    case ceil
  }

  package var kernel: AxisSizes
  package var stride: AxisSizes
  package var padding: Padding
  package var dilation: AxisSizes
  package var rounding: Rounding

  package init(
    kernel: AxisSizes, stride: AxisSizes = .one, padding: Padding = .valid, dilation: AxisSizes = .one,
    rounding: Rounding = .floor
  ) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.rounding = rounding
  }

  /// The directions of the window over an input with so many axes, in their order.
  func axes(_ count: Int) -> [Axis] {
    var sides: [AxisPadding]?
    if case .explicit(let sizes) = padding { sides = sizes.sides(axes: count) }
    return Shape.Axis.axes(count).enumerated().map { index, axis in
      Axis(
        axis: axis, kernel: kernel[index], stride: stride[index], dilation: dilation[index], padding: padding,
        sides: sides?[index], rounding: rounding)
    }
  }

  /// The directions of the window over an input.
  ///
  /// - Throws: `ShapeError` if a field has numbers for another number of axes than the input has.
  func axes(over input: Shape) throws(ShapeError) -> [Axis] {
    for (sizes, field) in [(kernel, "kernel"), (stride, "stride"), (dilation, "dilation")] {
      try check(sizes, field: field, suits: input)
    }
    try check(padding, suits: input)
    return axes(input.axisCount)
  }

  /// The sizes of the output's spatial axes.
  ///
  /// - Throws: `ShapeError` if the window does not fit the padded input, or is for another number of axes.
  package func output(over input: Shape) throws(ShapeError) -> [Extent] {
    var result: [Extent] = []
    for (axis, size) in zip(try axes(over: input), input.spatial) { result.append(try axis.output(of: size)) }
    return result
  }

  /// The padding of each axis; nil where `same` meets an open size.
  package func paddings(of input: Shape) -> [AxisPadding]? {
    let rims = zip(axes(input.axisCount), input.spatial).compactMap { $0.padding(of: $1) }
    return rims.count == input.axisCount ? rims : nil
  }

  /// The pixels that the kernel spans along each axis.
  package func extents(axes count: Int) -> AxisSizes {
    // Without an `Axis`, which would be made for this alone.
    AxisSizes(axes: (0..<count).map { Axis.extent(kernel: kernel[$0], dilation: dilation[$0]) })
  }

  /// The shape of the kernel's taps.
  package func taps(of input: Shape) -> [Int] { kernel.along(axes: input.axisCount) }

  /// The number of the kernel's taps.
  package func area(over input: Shape) -> Int { kernel.product(axes: input.axisCount) }

  /// The stride and the padding in numbers; without the latter where that follows from an open size.
  func meanings(for input: Shape) -> [String: FieldValue] {
    var result: [String: FieldValue] = ["stride": .size(stride)]
    if input.isMaps, let rims = paddings(of: input) { result["padding"] = .padding(.explicit(PaddingSizes(rims))) }
    return result
  }

  /// How the window's outputs see an input.
  package func reach(over input: Shape) -> Reach {
    .window(extent: extents(axes: max(1, input.axisCount)), stride: stride)
  }

  /// The formulas of the output's sizes with their numbers.
  package func explanation(input: Shape, output: Shape) -> [String] {
    zip(axes(input.axisCount), zip(input.spatial, output.spatial)).map { $0.explanation(of: $1.0, output: $1.1) }
  }

  /// `7×7 /2`: the kernel, then what is not the plain case.
  package func summary(axes count: Int) -> String {
    func short(_ sizes: AxisSizes) -> String { sizes.uniform.map(String.init) ?? sizes.text(axes: count) }
    var parts = [kernel.text(axes: count)]
    if stride != .one { parts.append("/\(short(stride))") }
    if dilation != .one { parts.append("dilation \(short(dilation))") }
    return parts.joined(separator: " ")
  }
}
