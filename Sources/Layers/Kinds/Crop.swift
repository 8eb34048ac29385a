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

  package let size: OpenSize
  package let offset: Size2D?

  package init(reading fields: inout FieldReader) {
    size = fields.openSize("size", "height and width of the part; not with like")
    fields.like(sets: "size", "a node whose height and width the part gets")
    offset = fields.optionalSize("offset", in: 0..., defaultText: "centred", "the part's first row and column, from 0")
  }

  package var operation: LayerOperation { .movement }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try maps(inputs[0], for: Self.keyword)
    let output = Shape.maps(.known(input.channels), size.height, size.width)
    try check(size.height, offset?.height, of: input.height, name: "height", recovery: output)
    try check(size.width, offset?.width, of: input.width, name: "width", recovery: output)
    return output
  }

  private func check(_ part: Extent, _ first: Int?, of extent: Extent, name: String, recovery: Shape) throws(ShapeError)
  {
    guard let pixels = extent.value, let count = part.value, saturatingSum(count, first ?? 0) > pixels else { return }
    let start = first.map { " from \($0)" } ?? ""
    throw ShapeError(
      .field, "a \(name) of \(count)\(start) does not lie in the input's \(name) of \(pixels)",
      field: count > pixels || first == nil ? "size" : "offset", recovery: recovery)
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] {
    guard let height = inputs[0].height.value, let width = inputs[0].width.value, let size = size.known else {
      return [:]
    }
    return ["offset": .size(offset ?? Size2D((height - size.height) / 2, (width - size.width) / 2))]
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["H', W' = size = \(size), " + (offset.map { "from row \($0.height), column \($0.width)" } ?? "from the middle")]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let (input, output) = (inputs[0].shape, checkedOutputShape(of: inputs))
    let first = offset ?? Size2D((input[2] - output[2]) / 2, (input[3] - output[3]) / 2)
    return Operations.Crop(
      rows: first.height..<first.height + output[2], columns: first.width..<first.width + output[3])(inputs)
  }

  package var summary: String { "to \(size)" }
}
