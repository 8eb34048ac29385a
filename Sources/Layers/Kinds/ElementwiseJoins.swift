import Shapes
import Tensors

/// A join of equal shapes, element by element; the shape stays.
protocol ElementwiseJoin: FieldlessLayer {}

extension ElementwiseJoin {
  package static var inputCount: ClosedRange<Int> { 2...Int.max }

  package var operation: LayerOperation { .elementwise }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try checkEqual(inputs, for: Self.keyword)
    return inputs[0]
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["all \(inputs.count) inputs and the output are \(output)"]
  }
}

/// The sum of inputs of one shape. He et al. 2015, arXiv:1512.03385.
package struct Add: ElementwiseJoin {
  package static let keyword = "add"
  package static let documentation = LayerDocumentation(
    .join, "The sum of inputs of one shape, as a residual ends.", formula: "y = x₁ + x₂ + …",
    source: "He et al. 2015, arXiv:1512.03385", example: "{from: [up, side], add}")
  package static let swift = SwiftSpelling.join("add", sign: .sum)
  package static let torch = TorchSpelling.join(.sum)

  init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Add()(inputs) }
}

/// The mean of inputs of one shape.
package struct Mean: ElementwiseJoin {
  package static let keyword = "mean"
  package static let documentation = LayerDocumentation(
    .join, "The mean of inputs of one shape.", formula: "y = (x₁ + x₂ + …) / n",
    source: "Larsson et al. 2016 (FractalNet), "
      + "arXiv:1605.07648", example: "{from: [left, right], mean}")
  package static let torch = TorchSpelling.join(.mean)

  init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Mean()(inputs) }
}

/// The largest of inputs of one shape, element by element. Goodfellow et al. 2013, arXiv:1302.4389.
package struct Max: ElementwiseJoin {
  package static let keyword = "max"
  package static let documentation = LayerDocumentation(
    .join, "The largest of inputs of one shape, element by element.", formula: "y = max(x₁, x₂, …)",
    source: "Goodfellow et al. 2013, arXiv:1302.4389", example: "{from: [left, right], max}")
  package static let swift = SwiftSpelling.join("maximum")
  package static let torch = TorchSpelling.join(.pairwise("torch.maximum"))

  init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Maximum()(inputs) }
}
