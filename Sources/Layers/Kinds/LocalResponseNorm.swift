import Shapes
import Tensors

/// Local response normalization across neighbouring channels, C×H×W; the shape stays.
///
/// `y = x / (k + alpha / size · Σ x²)^beta`, the sum over the `size` channels around each. Krizhevsky et al. 2012 write
/// `alpha` for what is `alpha / size` here and in Caffe and PyTorch.
package struct LocalResponseNorm: LayerKind {
  package static let keyword = "lrn"
  package static let documentation = LayerDocumentation(
    .normalization, "Local response normalization across neighbouring channels, as Caffe and PyTorch define it.",
    formula: "y = x / (k + alpha / size · Σ x²)^beta, over the size channels around each",
    source: "Krizhevsky et al. 2012 (AlexNet), whose alpha is alpha / size here",
    example: "lrn: {size: 5, alpha: 0.0001, k: 1}")
  package static let swift = SwiftSpelling.layer("LocalResponseNorm", "localResponseNorm")
  package static let torch = TorchSpelling.layer(
    "nn.LocalResponseNorm", "F.local_response_norm",
    [.required("size"), .field("alpha", "alpha"), .field("beta", "beta"), .required("k", "k")])

  package let size: Int
  package let alpha: Double
  package let beta: Double
  package let k: Double

  package init(reading fields: inout FieldReader) {
    size = fields.int("size", in: 1..., default: 5, "channels in the sum")
    alpha = fields.float("alpha", default: 1e-4, "weight of the mean of squares")
    beta = fields.float("beta", default: 0.75, "exponent of the divisor")
    k = fields.float("k", default: 2, "added to the weighted mean")
  }

  package var operation: LayerOperation { .localResponseNorm }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try spatialChannels(inputs[0], for: Self.keyword)
    return inputs[0]
  }

  package func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent {
    guard tool == .ptflops else { return standardCount(by: tool, for: inputs, output: output) }
    // Squares, scales and shifts each element, and averages over channels with the padding counted.
    return inputs[0].elements * 4 + output.positions * (size - 1)
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.LocalResponseNorm(size: size, alpha: alpha, beta: beta, k: k)(inputs)
  }

  package var summary: String { "size \(size)" }
}
