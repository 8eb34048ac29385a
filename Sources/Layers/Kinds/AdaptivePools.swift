import Shapes
import Tensors

/// Means over windows that follow from the wanted size, C×H×W → C×size.
///
/// Row `i` of the output covers the rows `⌊i·H / H'⌋` to `⌈(i + 1)·H / H'⌉` of the input, columns likewise. He et al. 2014,
/// arXiv:1406.4729 (spatial pyramid pooling).
package struct AdaptiveAveragePool: LayerKind {
  package static let keyword = "adaptive_avg_pool"
  package static let documentation = LayerDocumentation(
    .pooling, "The mean over windows chosen so that the output has a fixed size.",
    formula: "C×H×W → C×H'×W'; row i covers ⌊i·H/H'⌋ to ⌈(i + 1)·H/H'⌉", source: "He et al. 2014, arXiv:1406.4729",
    example: "adaptive_avg_pool: {size: 7}")
  package static let swift = SwiftSpelling.layer("AdaptiveAveragePool2D", "adaptiveAveragePool")
  package static let torch = TorchSpelling.layer(
    "nn.AdaptiveAvgPool2d", "F.adaptive_avg_pool2d", [.field("size")])

  package let size: AxisSizes

  package init(reading fields: inout FieldReader) {
    size = fields.size("size", "size of the output along each axis")
  }

  package var operation: LayerOperation { .adaptiveAveragePool }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try adaptiveShape(of: inputs[0], size: size, for: Self.keyword)
  }

  package func reach(over input: Shape) -> Reach { adaptiveReach(over: input, size: size) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    adaptiveExplanation(inputs[0], size: size)
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    inputs[0].resized(to: checkedOutputShape(of: inputs)) { Operations.AdaptiveAveragePool($0) }
  }

  package func summary(axes count: Int) -> String { size.text(axes: count) }
}

/// The largest values of windows that follow from the wanted size, C×H×W → C×size.
///
/// The windows are those of `adaptive_avg_pool`.
package struct AdaptiveMaxPool: LayerKind {
  package static let keyword = "adaptive_max_pool"
  package static let documentation = LayerDocumentation(
    .pooling, "The largest value of windows chosen so that the output has a fixed size.",
    formula: "C×H×W → C×H'×W'; row i covers ⌊i·H/H'⌋ to ⌈(i + 1)·H/H'⌉", source: "He et al. 2014, arXiv:1406.4729",
    example: "adaptive_max_pool: {size: [1, 4]}")
  package static let swift = SwiftSpelling.layer("AdaptiveMaxPool2D", "adaptiveMaxPool")
  package static let torch = TorchSpelling.layer(
    "nn.AdaptiveMaxPool2d", "F.adaptive_max_pool2d", [.field("size")])

  package let size: AxisSizes

  package init(reading fields: inout FieldReader) {
    size = fields.size("size", "size of the output along each axis")
  }

  package var operation: LayerOperation { .adaptiveMaxPool }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try adaptiveShape(of: inputs[0], size: size, for: Self.keyword)
  }

  package func reach(over input: Shape) -> Reach { adaptiveReach(over: input, size: size) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    adaptiveExplanation(inputs[0], size: size)
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    inputs[0].resized(to: checkedOutputShape(of: inputs)) { Operations.AdaptiveMaxPool($0) }
  }

  package func summary(axes count: Int) -> String { size.text(axes: count) }
}

extension Tensor {
  /// What an operation that brings maps to a size makes of the tensor, for an output of a shape; of volumes it is applied
  /// along the depth, then along height and width.
  func resized(to output: [Int], _ operation: (PixelSize) -> any Operation) -> Tensor {
    guard isVolume else { return operation(PixelSize(output: output)).callAsFunction(Operands([self])) }
    return volume(
      to: output, along: operation(PixelSize(height: output[2], width: shape[3] * shape[4])),
      planes: operation(PixelSize(height: output[3], width: output[4])))
  }
}

private func adaptiveShape(of input: Shape, size: AxisSizes, for keyword: String) throws(ShapeError) -> Shape {
  let channels = try spatialChannels(input, for: keyword)
  try check(size, field: "size", suits: input)
  return Shape(channels: .known(channels), size.along(axes: input.axisCount).map(Extent.known))
}

private func adaptiveExplanation(_ input: Shape, size: AxisSizes) -> [String] {
  let symbols = input.axes.map { $0.symbol + "'" }.joined(separator: ", ")
  let windows = input.spatial.enumerated().map { "\($1)/\(size[$0])" }.joined(separator: " by ")
  return ["\(symbols) = size = \(size.text(axes: input.axisCount)): windows of about \(windows) pixels"]
}

/// The largest window and the mean step; global where the input is open or the output one pixel.
private func adaptiveReach(over input: Shape, size: AxisSizes) -> Reach {
  let sizes = input.spatial.compactMap(\.value)
  guard size != .one, !sizes.isEmpty, sizes.count == input.axisCount else { return .global }
  // Where the step is no whole number, a window reaches at most one pixel beyond it on either side.
  func extent(_ pixels: Int, _ outputs: Int) -> Int {
    pixels.isMultiple(of: outputs) ? pixels / outputs : min(pixels, pixels / outputs + 2)
  }
  return .window(
    extent: AxisSizes(axes: sizes.enumerated().map { extent($1, size[$0]) }),
    stride: AxisSizes(axes: sizes.enumerated().map { max(1, $1 / size[$0]) }))
}
