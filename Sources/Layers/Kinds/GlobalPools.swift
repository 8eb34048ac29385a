import Shapes
import Tensors

/// The mean of each channel, C×H×W → C×1×1. Lin et al. 2013, arXiv:1312.4400.
package struct GlobalAveragePool: FieldlessLayer {
  package static let keyword = "global_avg_pool"
  package static let documentation = LayerDocumentation(
    .pooling, "The mean of each channel, whatever the size.",
    formula: "C×H×W → C×1×1; y = Σ x / (H·W)", source: "Lin et al. 2013, arXiv:1312.4400", example: "global_avg_pool")
  package static let swift = SwiftSpelling.layer("GlobalAveragePool2D", "globalAveragePool")
  package static let torch = TorchSpelling.layer(
    "nn.AdaptiveAvgPool2d", "F.adaptive_avg_pool2d", [.constant("1")])

  init() {}

  package var operation: LayerOperation { .adaptiveAveragePool }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    Shape(channels: .known(try spatialChannels(inputs[0], for: Self.keyword)), inputs[0].spatial.map { _ in 1 })
  }

  package func reach(over input: Shape) -> Reach { .global }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["each of the \(inputs[0].channels) channels becomes one value, the mean of \(inputs[0].pixels)"]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.AdaptiveAveragePool(PixelSize(height: 1, width: 1))(inputs)
  }
}

/// The largest value of each channel, C×H×W → C×1×1.
package struct GlobalMaxPool: FieldlessLayer {
  package static let keyword = "global_max_pool"
  package static let documentation = LayerDocumentation(
    .pooling, "The largest value of each channel, whatever the size.",
    formula: "C×H×W → C×1×1; y = max x", source: "Oquab et al. 2015", example: "global_max_pool")
  package static let swift = SwiftSpelling.layer("GlobalMaxPool2D", "globalMaxPool")
  package static let torch = TorchSpelling.layer(
    "nn.AdaptiveMaxPool2d", "F.adaptive_max_pool2d", [.constant("1")])

  init() {}

  package var operation: LayerOperation { .adaptiveMaxPool }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    Shape(channels: .known(try spatialChannels(inputs[0], for: Self.keyword)), inputs[0].spatial.map { _ in 1 })
  }

  package func reach(over input: Shape) -> Reach { .global }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    [
      "each of the \(inputs[0].channels) channels becomes one value, the largest of \(inputs[0].pixels)"
    ]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.AdaptiveMaxPool(PixelSize(height: 1, width: 1))(inputs)
  }
}
