import Shapes
import Tensors

/// Blocks of pixels as channels, C×H×W → (C·block²)×(H / block)×(W / block).
///
/// Channel `c·block² + i·block + j` of the output holds row `i`, column `j` of the blocks of channel `c` (PyTorch's
/// PixelUnshuffle).
package struct SpaceToDepth: LayerKind {
  package static let keyword = "space_to_depth"
  package static let documentation = LayerDocumentation(
    .arrangement, "Each block of pixels becomes channels of one pixel (pixel unshuffle).",
    formula: "C×H×W → C·block² × H/block × W/block", source: "Shi et al. 2016, arXiv:1609.05158",
    example: "space_to_depth: {block: 2}")
  package static let torch = TorchSpelling.layer("nn.PixelUnshuffle", "F.pixel_unshuffle", [.field("block")])

  package let block: Int

  package init(reading fields: inout FieldReader) {
    block = fields.int("block", in: 1..., "height and width of a block")
  }

  package var operation: LayerOperation { .movement }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try maps(inputs[0], for: Self.keyword)
    let channels = saturatingProduct(input.channels, saturatingProduct(block, block))
    let output = Shape.maps(
      .known(channels), input.height.dividedRoundingDown(by: block), input.width.dividedRoundingDown(by: block))
    for (extent, name) in [(input.height, "height"), (input.width, "width")] {
      if let pixels = extent.value, !pixels.isMultiple(of: block) {
        let recovery = pixels > block ? output : nil
        throw ShapeError(
          .notDivisible, "the input's \(name) is \(pixels), not a multiple of block \(block)", field: "block",
          recovery: recovery)
      }
    }
    return output
  }

  package func reach(over input: Shape) -> Reach { .window(extent: AxisSizes(block), stride: AxisSizes(block)) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    [
      "C' = C·block² = \(inputs[0].channels)·\(block)² = \(output.channels)",
      "H' = H / block = \(inputs[0].spatial[0].factorDescription) / \(block) = \(output.spatial[0])",
      "W' = W / block = \(inputs[0].spatial[1].factorDescription) / \(block) = \(output.spatial[1])",
    ]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.SpaceToDepth(block: block)(inputs)
  }

  package var summary: String { "/\(block)" }
}

/// Channels as blocks of pixels, C×H×W → (C / block²)×(H·block)×(W·block).
///
/// The inverse of `space_to_depth`: sub-pixel convolution without its convolution (PyTorch's PixelShuffle). Shi et al. 2016,
/// arXiv:1609.05158.
package struct DepthToSpace: LayerKind {
  package static let keyword = "depth_to_space"
  package static let documentation = LayerDocumentation(
    .arrangement, "Channels of one pixel become a block of pixels (pixel shuffle).",
    formula: "C×H×W → C/block² × H·block × W·block", source: "Shi et al. 2016, arXiv:1609.05158",
    example: "depth_to_space: {block: 2}")
  package static let torch = TorchSpelling.layer("nn.PixelShuffle", "F.pixel_shuffle", [.field("block")])

  package let block: Int

  package init(reading fields: inout FieldReader) {
    block = fields.int("block", in: 1..., "height and width of a block")
  }

  package var operation: LayerOperation { .movement }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try maps(inputs[0], for: Self.keyword)
    let area = saturatingProduct(block, block)
    guard input.channels.isMultiple(of: area) else {
      throw ShapeError(
        .notDivisible, "the input has \(input.channels) channels, not a multiple of block² = \(area)", field: "block")
    }
    return .maps(.known(input.channels / area), input.height * block, input.width * block)
  }

  package func reach(over input: Shape) -> Reach { .enlarged(extent: .one, by: AxisSizes(block)) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    [
      "C' = C / block² = \(inputs[0].channels) / \(block)² = \(output.channels)",
      "H' = H·block = \(inputs[0].spatial[0].factorDescription)·\(block) = \(output.spatial[0])",
      "W' = W·block = \(inputs[0].spatial[1].factorDescription)·\(block) = \(output.spatial[1])",
    ]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.DepthToSpace(block: block)(inputs)
  }

  package var summary: String { "×\(block)" }
}
