import Shapes
import Tensors

/// Softmax over the features of a vector, or over the channels at each pixel of C×H×W; the shape stays.
///
/// `yᵢ = e^xᵢ / Σⱼ e^xⱼ`. Bridle 1990.
package struct Softmax: FieldlessLayer {
  package static let keyword = "softmax"
  package static let documentation = LayerDocumentation(
    .activation, "Exponentials that sum to 1, over features or over the channels of each pixel.",
    formula: "yᵢ = e^xᵢ / Σⱼ e^xⱼ", source: "Bridle 1990", example: "softmax")
  package static let torch = TorchSpelling.layer("nn.Softmax", "F.softmax", [.constant("dim=1")])

  init() {}

  package var operation: LayerOperation { .softmax }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  package var scores: ScoreMeaning { .probabilities }

  package func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent {
    switch tool {
    case .torch, .torchinfo, .fvcore: 0
    case .ptflops: output.elements
    // Exponentials, sums and quotients.
    case .thop: output.positions * (output.channels * 3 - 1)
    }
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Softmax()(inputs) }
}

/// The logarithm of the softmax over features, or over the channels at each pixel; the shape stays.
///
/// `yᵢ = xᵢ − ln Σⱼ e^xⱼ`.
package struct LogSoftmax: FieldlessLayer {
  package static let keyword = "log_softmax"
  package static let documentation = LayerDocumentation(
    .activation, "The logarithm of the softmax, over features or over the channels of each pixel.",
    formula: "yᵢ = xᵢ − ln Σⱼ e^xⱼ", example: "log_softmax")
  package static let torch = TorchSpelling.layer("nn.LogSoftmax", "F.log_softmax", [.constant("dim=1")])

  init() {}

  package var operation: LayerOperation { .softmax }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }

  package var scores: ScoreMeaning { .logProbabilities }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.LogSoftmax()(inputs) }
}
