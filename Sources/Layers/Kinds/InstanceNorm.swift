import Shapes
import Tensors

/// Instance normalization: each channel of each image by its own mean, C×H×W; the shape stays.
///
/// `y = (x − mean) / √(var + epsilon)`, with `affine` times weight `[C]` plus bias `[C]`. Ulyanov et al. 2016,
/// arXiv:1607.08022.
package struct InstanceNorm: LayerKind {
  package static let keyword = "instance_norm"
  package static let documentation = LayerDocumentation(
    .normalization, "Normalization of each channel of one image, as in style transfer.",
    formula: "y = (x − mean) / √(var + epsilon), with affine · weight + bias; weight C",
    source: "Ulyanov et al. 2016, arXiv:1607.08022", example: "instance_norm: {affine: true}")
  package static let swift = SwiftSpelling.module("InstanceNorm2D", channels: "channels")
  package static let torch = TorchSpelling.module(
    "nn.InstanceNorm2d", [.channels, .field("epsilon", "eps"), .field("affine", "affine")])

  package let epsilon: Double
  package let affine: Bool
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) {
    epsilon = fields.float("epsilon", in: 0...Double.infinity, default: 1e-5, "added to the variance")
    affine = fields.bool("affine", default: false, "whether a scale and a shift are learned for each channel")
    tensorSettings = fields.tensorSettings()
  }

  package var operation: LayerOperation { .imageNorm(affine: affine) }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try spatialChannels(inputs[0], for: Self.keyword)
    if inputs[0].isPixel {
      throw ShapeError(
        .emptyOutput, "instance_norm subtracts each channel's mean, so of \(inputs[0]) nothing would be left",
        recovery: inputs[0])
    }
    return inputs[0]
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let channels = [inputs[0].channels.value ?? 1]
    return affine ? [ParameterSpec("weight", channels), ParameterSpec("bias", channels)] : []
  }

  package func reach(over input: Shape) -> Reach { .global }

  package var subtractsChannelMeans: Bool { true }

  package func start(of tensor: String) -> Double? { tensor == "weight" ? 1 : 0 }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.GroupNorm(groups: inputs[0].shape[1], epsilon: epsilon)(inputs, parameters)
  }
}
