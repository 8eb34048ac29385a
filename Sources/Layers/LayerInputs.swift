import Shapes

/// Checks that an input is feature maps or a vector, with a known number of channels or features.
///
/// - Throws: `ShapeError` if it is neither, or the number is open.
func mapsOrVector(_ shape: Shape, for keyword: String) throws(ShapeError) -> Int {
  guard shape.isMaps || shape.rank == 1 else {
    throw ShapeError(.wrongRank, "\(keyword) takes feature maps or a vector, but the input is \(shape)")
  }
  return try knownChannels(shape, for: keyword)
}

/// Checks that the sizes of an input's axes are numbers.
///
/// - Throws: `ShapeError` if one is open.
func checkKnownSize(_ shape: Shape, for keyword: String, recovery: Shape? = nil) throws(ShapeError) {
  guard !shape.spatial.allSatisfy(\.isKnown) else { return }
  let names = shape.axes.map(\.name).listed
  throw ShapeError(
    .symbolic, "\(keyword) needs a known \(names), but the input is \(shape); give a size with --input",
    recovery: recovery)
}

/// Checks that `groups` divides the channels of an input.
///
/// - Throws: `ShapeError` with the shape to go on with.
func checkDivides(_ groups: Int, field: String, _ channels: Int, recovery: Shape) throws(ShapeError) {
  guard !channels.isMultiple(of: groups) else { return }
  throw ShapeError(
    .notDivisible, "the input has \(channels) channels, not a multiple of \(field) \(groups)", field: field,
    recovery: recovery)
}

/// Checks that the inputs of a join have one shape.
///
/// - Throws: `ShapeError` that names the first input to differ, with both shapes.
func checkEqual(_ inputs: [Shape], for keyword: String) throws(ShapeError) {
  for (index, shape) in inputs.enumerated() where shape != inputs[0] {
    throw ShapeError(
      .joinMismatch,
      "\(keyword) takes inputs of one shape, but input 1 is \(inputs[0]) and input \(index + 1) is \(shape)",
      recovery: inputs[0])
  }
}

extension Window {
  /// The window of a pool; the stride is the kernel where none is written.
  ///
  /// `hasDilation` declares the field `dilation`.
  init(readingPool fields: inout FieldReader, hasDilation: Bool) {
    kernel = fields.size("kernel", "size of the window along each axis")
    stride = fields.optionalSize("stride", defaultText: "the kernel", "step between windows") ?? kernel
    padding = fields.padding("pixels around the input")
    dilation = hasDilation ? fields.size("dilation", default: .one, "distance between the window's pixels") : .one
    let word = fields.word(
      "round", of: ["floor", "ceil"], default: "floor",
      "whether a last window that is cut off counts (ceil, as in Caffe)")
    rounding = Rounding(rawValue: word) ?? .floor
  }

  /// The output of a pool over feature maps; the channels stay.
  ///
  /// As in PyTorch, a padding equal on both sides may be at most half of the kernel, without the gaps of a dilated one. One
  /// that differs, or follows from TensorFlow's rule, is taken as a separate padding before the pool, and only has to leave
  /// no window without a pixel of the input.
  ///
  /// - Throws: `ShapeError` if the padding is too large or the window does not fit.
  func pooled(_ input: Shape, for keyword: String) throws(ShapeError) -> Shape {
    let channels = try spatialChannels(input, for: keyword)
    for axis in try axes(over: input) { try axis.checkPoolPadding() }
    return Shape(channels: .known(channels), try output(over: input))
  }
}

extension Window.Axis {
  func checkPoolPadding() throws(ShapeError) {
    guard padding != .same, let rim = padding(of: 1) else { return }
    if rim.before == rim.after && rim.before > kernel / 2 {
      let found =
        padding == .half
        ? "half of the \(extent) pixels that it spans with dilation \(dilation) is \(rim.before)"
        : "the \(name) has \(rim.before)"
      throw ShapeError(
        .padding,
        "a pool's padding is at most half of its kernel, \(kernel / 2) for \(kernel), but \(found)",
        field: "padding")
    }
    if max(rim.before, rim.after) >= extent && rim.before != rim.after {
      throw ShapeError(
        .padding,
        "a pool's padding is less than the \(extent) pixels its kernel spans, but the \(name) has "
          + "\(max(rim.before, rim.after))", field: "padding")
    }
  }
}
