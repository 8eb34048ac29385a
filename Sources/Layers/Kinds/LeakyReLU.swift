import Shapes
import Tensors

/// Leaky rectified linear unit, element by element; the shape stays. `y = x` for x > 0, else `slope·x`. Maas et al. 2013.
package struct LeakyReLU: Activation {
  package static let keyword = "leaky_relu"
  package static let documentation = LayerDocumentation(
    .activation, "A rectified linear unit with a small slope below zero.", formula: "y = x for x > 0, else slope · x",
    source: "Maas et al. 2013", example: "leaky_relu: {slope: 0.1}")

  package let slope: Double

  package init(reading fields: inout FieldReader) {
    slope = fields.float("slope", default: 0.01, "slope below zero")
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.leakyReLU(slope: slope))(inputs)
  }

  package var summary: String { "slope \(slope)" }
}
