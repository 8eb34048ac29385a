import Shapes
import Tensors

/// LeCun's scaled hyperbolic tangent, element by element; the shape stays.
///
/// `y = gain·tanh(slope·x)`; with the defaults f(±1) = ±1, as LeNet-5 uses it. LeCun et al. 1998.
package struct ScaledTanh: ActivationLayer {
  package static let keyword = "scaled_tanh"
  package static let documentation = LayerDocumentation(
    .activation, "A hyperbolic tangent that maps ±1 to ±1.", formula: "y = gain · tanh(slope · x)",
    source: "LeCun et al. 1998, appendix A (LeNet-5)", example: "scaled_tanh")

  package static let torch = TorchSpelling.layer(
    nil, "scaled_tanh", [.required("gain", "gain"), .required("slope", "slope")],
    helpers: [
      TorchHelper(
        "scaled_tanh",
        #"""
        def scaled_tanh(x: Tensor, gain: float, slope: float) -> Tensor:
            """LeCun's hyperbolic tangent, which maps ±1 to ±1."""
            return gain * torch.tanh(slope * x)
        """#)
    ])

  package let gain: Double
  package let slope: Double

  package init(reading fields: inout FieldReader) {
    gain = fields.float("gain", default: 1.7159, "amplitude")
    slope = fields.float("slope", default: 2.0 / 3, "slope at the origin over the gain")
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.tanh(gain: gain, slope: slope))(inputs)
  }
}
