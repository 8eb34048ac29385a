import Shapes
import Tensors

/// C×H×W → a vector of C·H·W features, channel by channel; a vector stays as it is.
package struct Flatten: FieldlessLayer {
  package static let keyword = "flatten"
  package static let documentation = LayerDocumentation(
    .arrangement, "Feature maps as one vector, channel by channel, row by row; a vector stays.",
    formula: "C×H×W → C·H·W", example: "flatten")
  package static let torch = TorchSpelling.layer("nn.Flatten", "torch.flatten", function: [.constant("1")])

  init() {}

  package var operation: LayerOperation { .view }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let count = inputs[0].elements
    guard count.isKnown else {
      throw ShapeError(
        .symbolic,
        "flatten of \(inputs[0]) has no fixed number of features; give a size with --input, or put a global pool "
          + "before it", recovery: .features(count))
    }
    return .features(count)
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["\(inputs[0].dimensions.map(\.factorDescription).joined(separator: "·")) = \(output)"]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    inputs[0].reshaped(to: checkedOutputShape(of: inputs))
  }
}
