import Shapes
import Tensors

/// Smooth form of the rectified linear unit, element by element; the shape stays.
///
/// `y = ln(1 + e^(beta·x)) / beta`, and x itself where beta·x exceeds `threshold`, to keep the exponential finite. Dugas et
/// al. 2001.
package struct Softplus: ActivationLayer {
  package static let keyword = "softplus"
  package static let documentation = LayerDocumentation(
    .activation, "A smooth form of the rectified linear unit.",
    formula: "y = ln(1 + e^(beta·x)) / beta; x where beta·x > threshold", source: "Dugas et al. 2001",
    example: "softplus")
  package static let torch = TorchSpelling.layer(
    "nn.Softplus", "F.softplus", [.field("beta", "beta"), .field("threshold", "threshold")])

  package let beta: Double
  package let threshold: Double

  package init(reading fields: inout FieldReader) throws(FieldError) {
    beta = fields.float("beta", default: 1, "steepness at the origin")
    threshold = fields.float("threshold", default: 20, "where the unit becomes linear")
    if beta == 0 { throw FieldError("beta", "beta must not be 0, since the unit divides by it") }
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.softplus(beta: beta, threshold: threshold))(inputs)
  }
}
