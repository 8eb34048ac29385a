import Shapes
import Tensors

/// Leaky rectified linear unit, element by element; the shape stays. `y = x` for x > 0, else `slope·x`. Maas et al. 2013.
package struct LeakyReLU: ActivationLayer {
  package static let keyword = "leaky_relu"
  package static let documentation = LayerDocumentation(
    .activation, "A rectified linear unit with a small slope below zero.", formula: "y = x for x > 0, else slope · x",
    source: "Maas et al. 2013", example: "leaky_relu: {slope: 0.1}")
  package static let swift = SwiftSpelling.layer("LeakyReLU", "leakyReLU")
  package static let torch = TorchSpelling.layer("nn.LeakyReLU", "F.leaky_relu", [.field("slope", "negative_slope")])

  package let slope: Double

  package init(reading fields: inout FieldReader) {
    slope = fields.float("slope", default: 0.01, "slope below zero")
  }

  package var elementCounts: ElementCounts { ElementCounts(ptflops: 1) }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.leakyReLU(slope: slope))(inputs)
  }

  package var summary: String { "slope \(slope)" }
}
