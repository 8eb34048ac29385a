import Shapes
import Tensors

/// The sum of inputs of one shape, each times a learned number.
///
/// `y = Σ wᵢ·xᵢ`, the weights normalized; `weight` has an element for each input. Tan et al. 2019, arXiv:1911.09070
/// (BiFPN).
package struct WeightedSum: LayerKind {
  package static let keyword = "weighted_sum"
  package static let inputCount = 2...Int.max
  package static let documentation = LayerDocumentation(
    .join, "The sum of inputs of one shape, each times a learned number, which are normalized (BiFPN).",
    formula:
      "y = Σ wᵢ·xᵢ with w = max(v, 0) / (epsilon + Σ max(v, 0)), or softmax(v), or v; weight v has an element an input",
    source: "Tan et al. 2019 (EfficientDet), arXiv:1911.09070, section 3.3", example: "{from: [td, p4], weighted_sum}")
  package static let swift = SwiftSpelling.module(
    "WeightedSum", channels: "inputs", fields: ["normalize": .choice("FusionNormalization")], isByHand: true)

  package static let torch = TorchSpelling.module(
    "WeightedSum", [.inputCount, .field("normalize", "normalize"), .field("epsilon", "epsilon")],
    helpers: [
      TorchHelper(
        "WeightedSum",
        #"""
        class WeightedSum(nn.Module):
            """The sum of inputs, each times a learned number (Tan et al. 2019)."""

            def __init__(
                self, inputs: int, normalize: str = "relu", epsilon: float = 1e-4
            ) -> None:
                super().__init__()
                self.normalize = normalize
                self.epsilon = epsilon
                self.weight = nn.Parameter(torch.ones(inputs))

            def forward(self, *inputs: Tensor) -> Tensor:
                weight = self.weight
                if self.normalize == "relu":
                    weight = F.relu(weight)
                    weight = weight / (self.epsilon + weight.sum())
                elif self.normalize == "softmax":
                    weight = weight.softmax(0)
                return sum(w * x for w, x in zip(weight, inputs, strict=True))
        """#)
    ])

  private let normalization: Operations.FusionWeight.Normalization
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) {
    let word = fields.word(
      "normalize", of: ["relu", "softmax", "none"], default: "relu",
      "what makes the weights of what is learned: their positive parts' shares, a softmax, or nothing")
    let epsilon = fields.float(
      "epsilon", in: 0...Double.infinity, default: 1e-4, "added to the sum of the positive parts")
    normalization = word == "relu" ? .relu(epsilon: epsilon) : word == "softmax" ? .softmax : .none
    tensorSettings = fields.tensorSettings()
  }

  package var operation: LayerOperation { .elementwise }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try checkEqual(inputs, for: Self.keyword)
    return inputs[0]
  }

  package var needs: InputNeed { .inputCount }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] { [ParameterSpec("weight", [inputs.count])] }

  package func start(of tensor: String) -> Double? { 1 }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["all \(inputs.count) inputs and the output are \(output)"]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let learned = parameters.required("weight")
    let parts = inputs.enumerated().map { index, input in
      Operations.ChannelScale()(input, weight: Operations.FusionWeight(index, normalization)(learned))
    }
    return Operations.Add()(parts)
  }
}
