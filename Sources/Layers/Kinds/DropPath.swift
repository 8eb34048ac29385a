import Shapes
import Tensors

/// Stochastic depth: drops the whole value at random in training, nothing at inference; the shape stays.
///
/// In training the value of an image is zero with probability `rate`, else divided by `1 − rate`; it stands at the end of
/// a residual's body. Huang et al. 2016, arXiv:1603.09382.
package struct DropPath: LayerKind {
  package static let keyword = "drop_path"
  package static let documentation = LayerDocumentation(
    .normalization,
    "Drops a residual's body as a whole at random in training (stochastic depth); nothing at inference.",
    formula: "in training y = x / (1 − rate) with probability 1 − rate for each image, else 0",
    source: "Huang et al. 2016, arXiv:1603.09382", example: "drop_path: {rate: 0.2}")

  package static let torch = TorchSpelling.layer(
    "DropPath", "drop_path", [.required("rate", "rate")], function: [.training],
    helpers: [
      TorchHelper(
        "drop_path",
        #"""
        def drop_path(x: Tensor, rate: float, training: bool) -> Tensor:
            """Drops the whole value of an image in training (Huang et al. 2016)."""
            if not training or rate == 0:
                return x
            kept = x.new_empty(x.shape[0], *[1] * (x.dim() - 1)).bernoulli_(1 - rate)
            return x * kept / (1 - rate) if rate < 1 else x * kept
        """#),
      TorchHelper(
        "DropPath",
        #"""
        class DropPath(nn.Module):
            """Stochastic depth, for what stands in a sequence."""

            def __init__(self, rate: float) -> None:
                super().__init__()
                self.rate = rate

            def forward(self, x: Tensor) -> Tensor:
                return drop_path(x, self.rate, self.training)
        """#),
    ])

  package let rate: Double

  package init(reading fields: inout FieldReader) {
    rate = fields.float("rate", in: 0...1, default: 0.1, "probability that an image's value is dropped in training")
  }

  package var operation: LayerOperation { .view }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.DropPath(rate: rate)(inputs)
  }

  package var summary: String { "\(rate)" }
}
