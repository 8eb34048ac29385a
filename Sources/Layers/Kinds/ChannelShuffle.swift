import Shapes
import Tensors

/// Interleaves groups of channels, C×H×W; the shape stays.
///
/// Channel `g·(C / groups) + i` becomes channel `i·groups + g`. Zhang et al. 2017, arXiv:1707.01083.
package struct ChannelShuffle: LayerKind {
  package static let keyword = "channel_shuffle"
  package static let documentation = LayerDocumentation(
    .arrangement, "Interleaves groups of channels, so that grouped convolutions mix.",
    formula: "channel g·(C/groups) + i becomes channel i·groups + g",
    source: "Zhang et al. 2017 (ShuffleNet), arXiv:1707.01083",
    example: "channel_shuffle: {groups: 2}")
  package static let torch = TorchSpelling.layer("nn.ChannelShuffle", "F.channel_shuffle", [.field("groups")])

  package let groups: Int

  package init(reading fields: inout FieldReader) {
    groups = fields.int("groups", in: 1..., "groups of channels")
  }

  package var operation: LayerOperation { .movement }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let channels = try spatialChannels(inputs[0], for: Self.keyword)
    try checkDivides(groups, field: "groups", channels, recovery: inputs[0])
    return inputs[0]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.ChannelShuffle(groups: groups)(inputs)
  }

  package var summary: String { "groups \(groups)" }
}
