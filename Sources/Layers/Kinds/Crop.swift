import Shapes
import Tensors

/// A part of feature maps, C×H×W → C×size.
///
/// The part begins at `offset`, else in the middle: at `⌊(H − H') / 2⌋`, likewise for the width.
package struct Crop: LayerKind {
  package static let keyword = "crop"
  package static let documentation = LayerDocumentation(
    .arrangement, "A part of the maps, of a size or another node's, from the middle or at an offset.",
    formula: "H', W' = size; the first row is offset, or ⌊(H − H') / 2⌋",
    source: "Ronneberger et al. 2015, arXiv:1505.04597",
    example: "crop: {size: [64, 48], offset: [0, 8]}")

  package static let torch = TorchSpelling.layer(
    nil, "crop", [.field("size", "size"), .field("offset", "offset")],
    helpers: [
      TorchHelper(
        "crop", needs: [.axes],
        #"""
        def crop(
            x: Tensor,
            size: int | Sequence[int],
            offset: int | Sequence[int] | None = None,
        ) -> Tensor:
            """A part of maps, from the middle or from an offset."""
            count = x.dim() - 2
            for axis, pixels in enumerate(axes(size, count)):
                first = (x.shape[axis + 2] - pixels) // 2
                if offset is not None:
                    first = axes(offset, count)[axis]
                x = x.narrow(axis + 2, first, pixels)
            return x
        """#)
    ])

  package let size: OpenSize
  package let offset: AxisSizes?

  package init(reading fields: inout FieldReader) {
    size = fields.openSize("size", "size of the part along each axis; not with like")
    fields.like(sets: "size", "a node whose size the part gets")
    offset = fields.optionalSize(
      "offset", in: 0..., defaultText: "centred", "the part's first pixel along each axis, from 0")
  }

  package var operation: LayerOperation { .movement }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let (input, channels) = (inputs[0], try spatialChannels(inputs[0], for: Self.keyword))
    try check(size, field: "size", suits: input)
    if let offset { try check(offset, field: "offset", suits: input) }
    let output = Shape(channels: .known(channels), size.along(axes: input.axisCount))
    for (index, axis) in input.axes.enumerated() {
      try checkLies(size[index], offset?[index], of: input.spatial[index], name: axis.name, recovery: output)
    }
    return output
  }

  private func checkLies(_ part: Extent, _ first: Int?, of extent: Extent, name: String, recovery: Shape)
    throws(ShapeError)
  {
    guard let pixels = extent.value, let count = part.value, saturatingSum(count, first ?? 0) > pixels else { return }
    let start = first.map { " from \($0)" } ?? ""
    throw ShapeError(
      .field, "a \(name) of \(count)\(start) does not lie in the input's \(name) of \(pixels)",
      field: count > pixels || first == nil ? "size" : "offset", recovery: recovery)
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] {
    let sizes = inputs[0].spatial.compactMap(\.value)
    let parts = output.spatial.compactMap(\.value)
    guard sizes.count == inputs[0].axisCount, parts.count == sizes.count else { return [:] }
    return ["offset": .size(AxisSizes(axes: first(of: sizes, parts)))]
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    let axes = inputs[0].axes
    let place = offset.map { offset in
      "from " + axes.enumerated().map { "\($1.unit) \(offset[$0])" }.joined(separator: ", ")
    }
    return [
      "\(axes.map { $0.symbol + "'" }.joined(separator: ", ")) = size = \(size.text(axes: axes.count)), "
        + (place ?? "from the middle")
    ]
  }

  /// The first pixel of a part along each axis of an input.
  private func first(of sizes: [Int], _ parts: [Int]) -> [Int] {
    zip(sizes, parts).enumerated().map { index, entry in offset?[index] ?? (entry.0 - entry.1) / 2 }
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let sizes = Array(inputs[0].shape.dropFirst(2))
    let parts = Array(checkedOutputShape(of: inputs).dropFirst(2))
    let ranges = zip(first(of: sizes, parts), parts).map { $0..<$0 + $1 }
    guard inputs[0].isVolume else {
      // A signal is one row.
      return Operations.Crop(rows: ranges.count > 1 ? ranges[0] : 0..<1, columns: ranges[ranges.count - 1])(inputs)
    }
    return inputs[0].volume(
      to: checkedOutputShape(of: inputs), along: Operations.Crop(rows: ranges[0], columns: 0..<sizes[1] * sizes[2]),
      planes: Operations.Crop(rows: ranges[1], columns: ranges[2]))
  }

  package func summary(axes count: Int) -> String { "to \(size.text(axes: count))" }
}
