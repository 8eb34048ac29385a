import Shapes
import Tensors

/// Layer normalization of one image, C×H×W or a vector; the shape stays.
///
/// `y = (x − mean) / √(var + epsilon) · weight + bias`. With `over: channels` the mean is taken over the channels of each
/// pixel, weight and bias `[C]` (ConvNeXt); with `over: all` over the image, weight and bias `[C, H, W]`. Ba et al. 2016,
/// arXiv:1607.06450.
package struct LayerNorm: LayerKind {
  package static let keyword = "layer_norm"
  package static let documentation = LayerDocumentation(
    .normalization, "Layer normalization: over the channels of each pixel, or over the whole image.",
    formula: "y = (x − mean) / √(var + epsilon) · weight + bias; weight C, with over: all C×H×W",
    source: "Ba et al. 2016, arXiv:1607.06450", example: "layer_norm: {epsilon: 0.000001}")
  package static let swift = SwiftSpelling.module(
    "LayerNorm", channels: "channels", fields: ["over": .omitted], isByHand: true)
  package static let torch = TorchSpelling.module(
    "nn.LayerNorm",
    [.channels, .shape, .field("epsilon", "eps"), .field("affine", "elementwise_affine"), .field("bias", "bias")])

  package static func torch(_ use: TorchUse) -> TorchSpelling {
    guard use.axes > 0, use.word("over") == "channels" else { return torch }
    var spelling = torch
    spelling.module = "ChannelNorm"
    spelling.helpers = [
      TorchHelper(
        "ChannelNorm",
        #"""
        class ChannelNorm(nn.LayerNorm):
            """Layer normalization over the channels of each pixel (ConvNeXt)."""

            def forward(self, x: Tensor) -> Tensor:
                return super().forward(x.movedim(1, -1)).movedim(-1, 1)
        """#)
    ]
    return spelling
  }

  package let coversAll: Bool
  package let epsilon: Double
  package let affine: Bool
  package let bias: Bool
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) {
    coversAll =
      fields.word("over", of: ["channels", "all"], default: "channels", "what one mean is taken over") == "all"
    epsilon = fields.float("epsilon", in: 0...Double.infinity, default: 1e-5, "added to the variance")
    affine = fields.bool("affine", default: true, "whether a scale and a shift are learned")
    bias = fields.bool("bias", default: true, "whether the shift is among them")
    tensorSettings = fields.tensorSettings()
  }

  package var operation: LayerOperation { .imageNorm(affine: affine) }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try mapsOrVector(inputs[0], for: Self.keyword)
    if coversAll && affine && inputs[0].isMaps {
      try checkKnownSize(inputs[0], for: "layer_norm with over: all", recovery: inputs[0])
    }
    return inputs[0]
  }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let shape = (coversAll ? inputs[0].values : nil) ?? [inputs[0].channels.value ?? 1]
    return affine ? (bias ? ["weight", "bias"] : ["weight"]).map { ParameterSpec($0, shape) } : []
  }

  package func reach(over input: Shape) -> Reach { coversAll ? .global : .pointwise }

  package var needs: InputNeed { coversAll ? .shape : .channels }

  /// The hook of ptflops asks for `affine`, which a LayerNorm calls `elementwise_affine`.
  package var elementCounts: ElementCounts {
    ElementCounts(fvcore: affine ? 5 : 4, ptflops: 1, thop: affine ? 4 : 2)
  }

  package func start(of tensor: String) -> Double? { tensor == "weight" ? 1 : 0 }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    coversAll
      ? Operations.GroupNorm(groups: 1, epsilon: epsilon)(inputs, parameters)
      : Operations.ChannelNorm(epsilon: epsilon)(inputs, parameters)
  }

  package var summary: String { coversAll ? "over all" : "" }
}
