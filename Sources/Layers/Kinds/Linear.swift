import Shapes
import Tensors

/// Fully connected layer, a vector of `in` features → `out` features.
///
/// `y = weight · x + bias`; weight `[out, in]`, bias `[out]`. Cost: `in·out` MACs.
package struct Linear: LayerKind {
  package static let keyword = "linear"
  package static let namePrefix = "fc"
  package static let documentation = LayerDocumentation(
    .convolution, "Fully connected layer over a vector; its input features are inferred.",
    formula: "y = weight · x + bias; weight O×I; MACs I·O", example: "linear: {out: 1000}")
  package static let swift = SwiftSpelling.module("Linear", channels: "in")
  package static let torch = TorchSpelling.module(
    "nn.Linear", [.channels, .field("out"), .field("bias", "bias")], weighted: "F.linear(x, weight, self.bias)")
  package static let outputChannels = ChannelSource.field("out")

  package let out: Int
  package let bias: Bool
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) throws(FieldError) {
    out = fields.int("out", in: 1..., "features of the output")
    bias = fields.bool("bias", default: true, "whether a bias is added to each output feature")
    tensorSettings = try fields.weightSettings()
  }

  package var operation: LayerOperation { .linear }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    do {
      _ = try features(inputs[0], for: Self.keyword)
    } catch {
      var error = error
      error.recovery = .features(.known(out))
      throw error
    }
    return .features(.known(out))
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let weight = ParameterSpec("weight", [out, inputs[0].channels.value ?? 1])
    return [weight] + (bias ? [ParameterSpec("bias", [out])] : [])
  }

  package func macs(for inputs: [Shape], output: Shape) -> Extent { inputs[0].channels * out }

  package func reach(over input: Shape) -> Reach { .global }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["\(inputs[0].channels) features → out = \(out)"]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Linear()(inputs, parameters)
  }
}
