import Shapes
import Tensors

/// LeNet-5's Euclidean radial basis functions: squared distances to fixed centers, a vector of `in` features → `out`.
///
/// `yᵢ = Σⱼ (xⱼ − centersᵢⱼ)²`; `centers` `[out, in]` is fixed, a drawing of each character. LeCun et al. 1998.
package struct RadialBasis: LayerKind {
  package static let keyword = "rbf"
  package static let documentation = LayerDocumentation(
    .historical, "Squared distances of the input to fixed centers, one a class.",
    formula: "yᵢ = Σⱼ (xⱼ − centersᵢⱼ)²; centers O×I, fixed", source: "LeCun et al. 1998, figure 3",
    example: "rbf: {out: 10, centers: digits.txt}")
  package static let swift = SwiftSpelling.module("RadialBasis", channels: "in", isByHand: true)
  package static let outputChannels = ChannelSource.field("out")

  package static let torch = TorchSpelling.module(
    "RadialBasis", [.channels, .field("out")],
    helpers: [
      TorchHelper(
        "RadialBasis",
        #"""
        class RadialBasis(nn.Module):
            """Squared distances to fixed centers, one a class (LeNet-5)."""

            def __init__(self, features: int, out: int) -> None:
                super().__init__()
                self.register_buffer("centers", torch.zeros(out, features))

            def forward(self, x: Tensor) -> Tensor:
                return (x[:, None] - self.centers).square().sum(-1)
        """#)
    ])

  package let out: Int
  package let centers: String

  package init(reading fields: inout FieldReader) throws(FieldError) {
    out = fields.int("out", in: 1..., "number of centers")
    centers = fields.text("centers", "file with the centers: text, a row each, or .npy")
    if !fields.isDescribing && centers.isEmpty { throw FieldError("centers", "centers names a file, but is empty") }
  }

  package var operation: LayerOperation { .other }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try features(inputs[0], for: Self.keyword)
    return .features(.known(out))
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    [ParameterSpec("centers", [out, inputs[0].channels.value ?? 1], role: .fixed)]
  }

  package func givenValues(of tensor: String) -> TensorValues? { tensor == "centers" ? .file(centers) : nil }

  package func reach(over input: Shape) -> Reach { .global }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["\(inputs[0].channels) features → out = \(out) distances"]
  }

  package var scores: ScoreMeaning { .distances }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.RadialBasis()(inputs, weight: parameters.required("centers"))
  }
}
