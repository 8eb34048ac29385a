import Shapes
import Tensors

/// Multiplies by a number, by one learned number, or by one a channel; the shape stays.
///
/// `y = by·x`; `trainable` has a weight `[C]`, or `[1]` with `per: tensor`, whose values are `by` at first. Touvron et al.
/// 2021, arXiv:2103.17239 (LayerScale); Bachlechner et al. 2020, arXiv:2003.04887 (ReZero).
package struct Scale: LayerKind {
  package static let keyword = "scale"
  package static let documentation = LayerDocumentation(
    .arrangement, "Multiplies by a number, or by learned ones: one a channel (LayerScale) or one for all (ReZero).",
    formula: "y = by · x; with trainable weight · x, weight C, or 1 with per: tensor, which begins as by",
    source: "Touvron et al. 2021 (CaiT), arXiv:2103.17239; Bachlechner et al. 2020 (ReZero), arXiv:2003.04887",
    example: "scale: {by: 0.000001, trainable: true}")
  package static let swift = SwiftSpelling.layer(
    "Scale", "scale", fields: ["trainable": .omitted, "per": .omitted], sign: .factor(field: "by"),
    typeWithTensors: "ChannelScale")

  package static let torch = TorchSpelling(
    module: nil, application: .factor(field: "by", function: "scale"), arguments: [.required("by", "by")],
    helpers: [
      TorchHelper(
        "scale",
        #"""
        def scale(x: Tensor, by: float) -> Tensor:
            """The input times a number."""
            return by * x
        """#)
    ])

  package static func torch(_ use: TorchUse) -> TorchSpelling {
    guard use.hasTensors else { return torch }
    return .module(
      "ChannelScale", [.channels, .field("by", "by")],
      helpers: [
        TorchHelper(
          "ChannelScale",
          #"""
          class ChannelScale(nn.Module):
              """A learned factor for each channel, or one for all."""

              def __init__(self, channels: int = 1, by: float = 1.0) -> None:
                  super().__init__()
                  self.weight = nn.Parameter(torch.full((channels,), float(by)))

              def forward(self, x: Tensor) -> Tensor:
                  return x * self.weight.view(-1, *[1] * (x.dim() - 2))
          """#)
      ])
  }

  package let by: Double
  package let isPerChannel: Bool
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) throws(FieldError) {
    by = fields.float("by", default: 1, "the factor, or what the learned ones begin with")
    let trainable = fields.bool("trainable", default: false, "whether the factors are learned")
    isPerChannel =
      fields.word("per", of: ["channel", "tensor"], default: "channel", "what has a learned factor of its own")
      == "channel"
    tensorSettings = TensorSettings(isTrainable: trainable, initializers: fields.initializers())
    if fields.isDescribing { return }
    if by != 1, tensorSettings.initializer(of: "weight") != nil {
      throw FieldError("init", "by is what the factors begin with, and so is init's weight", excluding: "by")
    }
    if !isPerChannel, !hasTensor {
      throw FieldError("per", "per says which factors are learned; write `trainable: true` beside it")
    }
  }

  /// Whether there is a tensor: one that is learned, or one with values.
  private var hasTensor: Bool { tensorSettings.isTrainable || givenValues(of: "weight") != nil }

  package var operation: LayerOperation { .elementwise }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    if hasTensor && isPerChannel { _ = try mapsOrVector(inputs[0], for: "scale with a factor for each channel") }
    return inputs[0]
  }

  package var needs: InputNeed { hasTensor && isPerChannel ? .channels : .nothing }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    hasTensor ? [ParameterSpec("weight", [isPerChannel ? inputs[0].channels.value ?? 1 : 1])] : []
  }

  package func start(of tensor: String) -> Double? { by }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    hasTensor ? Operations.ChannelScale()(inputs, parameters) : Operations.Scale(by)(inputs)
  }

  package var summary: String { tensorSettings.isTrainable ? "learned" : hasTensor ? "fixed" : "·\(by)" }
}
