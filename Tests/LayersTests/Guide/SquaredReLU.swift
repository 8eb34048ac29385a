import Shapes
import Tensors

@testable import Layers

/// The square of the positive part, element by element; the shape stays. `y = max(x, 0)²`. So et al. 2021,
/// arXiv:2109.08668.
package struct SquaredReLU: FieldlessLayer, ActivationLayer {
  package static let keyword = "squared_relu"
  package static let documentation = LayerDocumentation(
    .activation, "The square of the positive part of each element.",
    formula: "y = max(x, 0)²", source: "So et al. 2021 (Primer), arXiv:2109.08668", example: "squared_relu")
  package static let swift = SwiftSpelling.layer("SquaredReLU", "squaredReLU")
  package static let torch = TorchSpelling.layer(
    nil, "squared_relu",
    helpers: [
      TorchHelper(
        "squared_relu",
        #"""
        def squared_relu(x: Tensor) -> Tensor:
            """The square of the positive part (So et al. 2021)."""
            return F.relu(x).square()
        """#)
    ])

  package init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let positive = Operations.Activate(.relu)(inputs)
    return Operations.Multiply()(positive, positive)
  }
}
