import Shapes

/// Fields of a layer that contradict each other.
package struct FieldError: Error, Hashable, Sendable {
  /// The field to point at.
  package var field: String
  package var message: String
  /// The field that excludes it: of the two, one that is written sets aside one that is a default.
  package var excluding: String?

  package init(_ field: String, _ message: String, excluding: String? = nil) {
    self.field = field
    self.message = message
    self.excluding = excluding
  }
}

/// Why a layer cannot take its inputs.
package struct ShapeError: Error, Hashable, Sendable {
  package enum Problem: Hashable, Sendable {
    case wrongRank
    case kernelExceedsInput
    case padding
    case notDivisible
    case joinMismatch
    case gateMismatch
    case emptyOutput
    case symbolic
    case tooLarge
    case field
  }

  package var problem: Problem
  package var message: String
  /// The field to point at, if one is at fault more than the layer as a whole.
  package var field: String?
  /// The shape to go on with, so that one fault does not hide the next.
  package var recovery: Shape?

  package init(_ problem: Problem, _ message: String, field: String? = nil, recovery: Shape? = nil) {
    self.problem = problem
    self.message = message
    self.field = field
    self.recovery = recovery
  }
}

/// The shape as feature maps.
///
/// - Throws: `ShapeError` if the input is not C×H×W.
func maps(_ shape: Shape, for keyword: String) throws(ShapeError) -> (channels: Int, height: Extent, width: Extent) {
  guard shape.axisCount == 2 else {
    throw ShapeError(
      .wrongRank, "\(keyword) takes feature maps (C×H×W), but the input is \(shape)\(rankHint(shape))")
  }
  return (try knownChannels(shape, for: keyword), shape.dimensions[1], shape.dimensions[2])
}

/// The channels of an input with spatial axes: a signal, feature maps.
///
/// - Throws: `ShapeError` if the input is a vector.
func spatialChannels(_ shape: Shape, for keyword: String) throws(ShapeError) -> Int {
  guard shape.isMaps else {
    throw ShapeError(
      .wrongRank,
      "\(keyword) takes feature maps (C×H×W), a signal (C×L) or a volume (C×D×H×W), but the input is \(shape)\(rankHint(shape))"
    )
  }
  return try knownChannels(shape, for: keyword)
}

private func rankHint(_ shape: Shape) -> String {
  switch shape.axisCount {
  case 0: "; it stands behind a flatten, or wants a reshape before it"
  case 1: ", a signal; a reshape before it can make maps of one row"
  case 3: ", a volume; a reshape before it can make maps of its slices, one below the other"
  default: ""
  }
}

/// The first dimension as a number.
///
/// - Throws: `ShapeError` if it is a symbol.
func knownChannels(_ shape: Shape, for keyword: String) throws(ShapeError) -> Int {
  guard let channels = shape.channels.value else {
    throw ShapeError(.symbolic, "\(keyword) needs a known number of channels, but the input is \(shape)")
  }
  return channels
}

/// The features of a vector.
///
/// - Throws: `ShapeError` if the input is not a vector, or its length is open.
func features(_ shape: Shape, for keyword: String) throws(ShapeError) -> Int {
  guard shape.rank == 1 else {
    throw ShapeError(
      .wrongRank,
      "\(keyword) takes a vector of features, but the input is \(shape); put a flatten or a global pool before it")
  }
  guard let count = shape.channels.value else {
    throw ShapeError(
      .symbolic,
      "\(keyword) needs a known number of features, but the input has \(shape.channels); "
        + "give a size with --input, or put a global pool before the flatten")
  }
  return count
}
