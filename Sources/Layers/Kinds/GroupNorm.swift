import Shapes
import Tensors

/// Group normalization of one image, C×H×W or a vector; the shape stays.
///
/// `y = (x − mean) / √(var + epsilon) · weight + bias`, the mean over C / groups channels and all pixels; weight and bias
/// `[C]`. Wu and He 2018, arXiv:1803.08494.
package struct GroupNorm: LayerKind {
  package static let keyword = "group_norm"
  package static let documentation = LayerDocumentation(
    .normalization, "Normalization over groups of channels of one image.",
    formula: "y = (x − mean) / √(var + epsilon) · weight + bias, over C/groups channels and all pixels; weight C",
    source: "Wu and He 2018, arXiv:1803.08494", example: "group_norm: {groups: 32}")
  package static let swift = SwiftSpelling.module("GroupNorm", channels: "channels")
  package static let torch = TorchSpelling.module(
    "nn.GroupNorm", [.field("groups"), .channels, .field("epsilon", "eps"), .field("affine", "affine")])

  package let groups: Int
  package let epsilon: Double
  package let affine: Bool
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) {
    groups = fields.int("groups", in: 1..., "groups of channels, each with a mean of its own")
    epsilon = fields.float("epsilon", in: 0...Double.infinity, default: 1e-5, "added to the variance")
    affine = fields.bool("affine", default: true, "whether a scale and a shift are learned for each channel")
    tensorSettings = fields.tensorSettings()
  }

  package var operation: LayerOperation { .imageNorm(affine: affine) }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let channels = try mapsOrVector(inputs[0], for: Self.keyword)
    try checkDivides(groups, field: "groups", channels, recovery: inputs[0])
    return inputs[0]
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let channels = [inputs[0].channels.value ?? 1]
    return affine ? [ParameterSpec("weight", channels), ParameterSpec("bias", channels)] : []
  }

  package func reach(over input: Shape) -> Reach { .global }

  /// Thop has no hook for it.
  package var elementCounts: ElementCounts { ElementCounts(fvcore: affine ? 5 : 4, ptflops: affine ? 2 : 1) }

  package func start(of tensor: String) -> Double? { tensor == "weight" ? 1 : 0 }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.GroupNorm(groups: groups, epsilon: epsilon)(inputs, parameters)
  }

  package var summary: String { "groups \(groups)" }
}
