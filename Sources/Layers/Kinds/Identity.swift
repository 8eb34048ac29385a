import Shapes
import Tensors

/// The input itself: an empty branch.
package struct Identity: FieldlessLayer {
  package static let keyword = "identity"
  package static let documentation = LayerDocumentation(
    .arrangement, "The input as it is: an empty branch.", formula: "y = x", example: "identity")
  package static let torch = TorchSpelling(module: "nn.Identity", application: .input, arguments: [])

  init() {}

  package var operation: LayerOperation { .view }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { inputs[0] }
}
