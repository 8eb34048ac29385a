import Shapes
import Tensors

/// Rectified linear unit with a learned slope, C×H×W or a vector; the shape stays.
///
/// `y = x` for x > 0, else `weight·x`; weight `[1]`, or `[C]` with `per_channel`. He et al. 2015, arXiv:1502.01852.
package struct PReLU: ActivationLayer {
  package static let keyword = "prelu"
  package static let documentation = LayerDocumentation(
    .activation, "A rectified linear unit whose slope below zero is learned.",
    formula: "y = x for x > 0, else weight · x; weight 1, with per_channel C",
    source: "He et al. 2015, arXiv:1502.01852",
    example: "prelu: {per_channel: true}")
  package static let swift = SwiftSpelling.module(
    "PReLU", channels: "channels", fields: ["per_channel": .omitted], isByHand: true)
  package static let torch = TorchSpelling.module("nn.PReLU", [.channels])

  package let perChannel: Bool
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) {
    perChannel = fields.bool("per_channel", default: false, "whether each channel has a slope of its own")
    tensorSettings = fields.tensorSettings()
  }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    if perChannel { _ = try mapsOrVector(inputs[0], for: "prelu with per_channel") }
    return inputs[0]
  }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    [ParameterSpec("weight", [perChannel ? inputs[0].channels.value ?? 1 : 1])]
  }

  package var elementCounts: ElementCounts { ElementCounts(ptflops: 2, thop: 1) }

  package var needs: InputNeed { perChannel ? .channels : .nothing }

  package func start(of tensor: String) -> Double? { 0.25 }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.PReLU()(inputs, parameters)
  }
}
