import Shapes
import Tensors

/// Batch normalization over each channel, C×H×W or a vector; the shape stays.
///
/// `y = (x − mean) / √(var + epsilon) · weight + bias`, with the running statistics at inference. Ioffe and Szegedy
/// 2015, arXiv:1502.03167.
package struct BatchNorm: LayerKind {
  package static let keyword = "batch_norm"
  package static let namePrefix = "bn"
  package static let documentation = LayerDocumentation(
    .normalization, "Batch normalization with running statistics.",
    formula: "y = (x − mean) / √(var + epsilon) · weight + bias, for each channel",
    source: "Ioffe and Szegedy 2015, arXiv:1502.03167", example: "batch_norm: {epsilon: 0.001}")
  package static let swift = SwiftSpelling.module(
    "BatchNorm2D", channels: "channels",
    tensors: ["running_mean": "runningMean", "running_var": "runningVariance"], shown: ["momentum"])
  package static let torch = TorchSpelling.module(
    "nn.BatchNorm2d", vectors: "nn.BatchNorm1d",
    [.channels, .field("epsilon", "eps"), .field("momentum", "momentum"), .field("affine", "affine")])

  package let epsilon: Double
  package let momentum: Double
  package let affine: Bool
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) {
    epsilon = fields.float("epsilon", in: 0...Double.infinity, default: 1e-5, "added to the variance")
    momentum = fields.float("momentum", in: 0...1, default: 0.1, "weight of the newest batch in the running statistics")
    affine = fields.bool("affine", default: true, "whether a scale and a shift are learned")
    tensorSettings = fields.tensorSettings()
  }

  package var operation: LayerOperation { .batchNorm(affine: affine) }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try mapsOrVector(inputs[0], for: Self.keyword)
    return inputs[0]
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let channels = [inputs[0].channels.value ?? 1]
    let scale = [ParameterSpec("weight", channels), ParameterSpec("bias", channels)]
    let statistics = ["running_mean", "running_var"].map { ParameterSpec($0, channels, role: .buffer) }
    return (affine ? scale : []) + statistics
  }

  package var subtractsChannelMeans: Bool { true }

  package func start(of tensor: String) -> Double? { ["weight", "running_var"].contains(tensor) ? 1 : 0 }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.BatchNorm(epsilon: epsilon, momentum: momentum)(
      inputs, weight: parameters["weight"], bias: parameters["bias"], mean: parameters.required("running_mean"),
      variance: parameters.required("running_var"))
  }
}
