import Shapes
import Tensors

/// Dropout: zeroes elements at random in training, nothing at inference; the shape stays.
///
/// In training each element is zero with probability `rate`, the others are divided by `1 − rate`. Hinton et al. 2012,
/// arXiv:1207.0580.
package struct Dropout: LayerKind {
  package static let keyword = "dropout"
  package static let documentation = LayerDocumentation(
    .normalization, "Zeroes elements at random in training; nothing at inference.",
    formula: "in training y = x / (1 − rate) with probability 1 − rate, else 0",
    source: "Hinton et al. 2012, arXiv:1207.0580",
    example: "dropout: {rate: 0.2}")
  package static let torch = TorchSpelling.layer(
    "nn.Dropout", "F.dropout", [.field("rate", "p")], function: [.training])

  package let rate: Double

  package init(reading fields: inout FieldReader) {
    rate = fields.float("rate", in: 0...1, default: 0.5, "probability that an element is dropped in training")
  }

  package var operation: LayerOperation { .view }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Dropout(rate: rate)(inputs)
  }

  package var summary: String { "\(rate)" }
}
