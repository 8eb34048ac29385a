import Shapes
import Tensors

/// Exponential linear unit, element by element; the shape stays.
///
/// `y = x` for x > 0, else `alpha·(eˣ − 1)`. Clevert et al. 2015, arXiv:1511.07289.
package struct ELU: ActivationLayer {
  package static let keyword = "elu"
  package static let documentation = LayerDocumentation(
    .activation, "An exponential linear unit, smooth below zero.", formula: "y = x for x > 0, else alpha · (eˣ − 1)",
    source: "Clevert et al. 2015, arXiv:1511.07289", example: "elu: {alpha: 1.0}")
  package static let swift = SwiftSpelling.layer("ELU", "elu")
  package static let torch = TorchSpelling.layer("nn.ELU", "F.elu", [.field("alpha", "alpha")])

  package let alpha: Double

  package init(reading fields: inout FieldReader) {
    alpha = fields.float("alpha", default: 1, "what the unit goes to far below zero, with the sign turned")
  }

  package var elementCounts: ElementCounts { ElementCounts(ptflops: 2) }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.elu(alpha: alpha))(inputs)
  }
}
