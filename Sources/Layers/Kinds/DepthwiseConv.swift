import Shapes
import Tensors

/// Depthwise convolution: every channel has its own kernels, C×H×W → (C·multiplier)×H'×W'.
///
/// Weight `[C·multiplier, 1, kernel, kernel]`, bias `[C·multiplier]`; a convolution with as many groups as channels.
/// Cost: `H'·W'·C·multiplier·kernel²` MACs. Howard et al. 2017, arXiv:1704.04861.
package struct DepthwiseConv: LayerKind {
  package static let keyword = "depthwise_conv"
  package static let namePrefix = "conv"
  package static let documentation = LayerDocumentation(
    .convolution, "A convolution of each channel apart from the others.",
    formula: "C' = C·multiplier; H' and W' as for conv; weight C'×1×kH×kW; MACs H'·W'·C'·kH·kW",
    source: "Howard et al. 2017, arXiv:1704.04861", example: "depthwise_conv: {kernel: 3, stride: 2, padding: half}")
  package static let swift = SwiftSpelling.module("DepthwiseConv2D", channels: "channels")
  package static let torch = TorchSpelling.module(
    "nn.Conv2d",
    [.channels, .channelsTimes("multiplier")] + TorchSpelling.Argument.convolution
      + [.labelledChannels("groups"), .field("bias", "bias")],
    padded: .convolution, weighted: TorchSpelling.convolved)
  package static let outputChannels = ChannelSource.multiple(field: "multiplier")

  package let window: Window
  package let multiplier: Int
  package let bias: Bool
  package let tensorSettings: TensorSettings

  package init(window: Window, multiplier: Int = 1, bias: Bool = true, initializers: [TensorInitializer] = []) {
    self.window = window
    self.multiplier = multiplier
    self.bias = bias
    tensorSettings = TensorSettings(initializers: initializers)
  }

  package init(reading fields: inout FieldReader) throws(FieldError) {
    window = Window(readingConvolution: &fields)
    multiplier = fields.int("multiplier", in: 1..., default: 1, "channels of the output for each channel of the input")
    bias = fields.bool("bias", default: true, "whether a bias is added to each output channel")
    tensorSettings = try fields.weightSettings()
  }

  package var operation: LayerOperation { .convolution }

  private func channels(of input: Shape) -> Int { saturatingProduct(input.channels.value ?? 1, multiplier) }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try spatialChannels(inputs[0], for: Self.keyword)
    return Shape(channels: .known(channels(of: inputs[0])), try window.output(over: inputs[0]))
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let out = channels(of: inputs[0])
    let weight = ParameterSpec("weight", [out, 1] + window.taps(of: inputs[0]))
    return [weight] + (bias ? [ParameterSpec("bias", [out])] : [])
  }

  package func macs(for inputs: [Shape], output: Shape) -> Extent {
    output.positions * .known(saturatingProduct(channels(of: inputs[0]), window.area(over: inputs[0])))
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] { window.meanings(for: inputs[0]) }

  package func reach(over input: Shape) -> Reach { window.reach(over: input) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["C' = C·multiplier = \(inputs[0].channels)·\(multiplier) = \(output.channels)"]
      + window.explanation(input: inputs[0], output: output)
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    window.convolution(inputs[0], output: checkedOutputShape(of: inputs), groups: inputs[0].shape[1], parameters)
  }

  package func intermediateElements(for inputs: [Shape], output: Shape) -> Extent {
    window.intermediateElements(of: inputs[0], output: output)
  }

  package func summary(axes count: Int) -> String {
    window.summary(axes: count) + (multiplier > 1 ? " multiplier \(multiplier)" : "")
  }
}

extension Window {
  /// The window of a convolution, from its fields `kernel`, `stride`, `padding` and `dilation`.
  init(readingConvolution fields: inout FieldReader) {
    self.init(
      kernel: fields.size("kernel", "size of the kernel along each axis"),
      stride: fields.size("stride", default: .one, "step between windows"),
      padding: fields.padding("zeros around the input"),
      dilation: fields.size("dilation", default: .one, "distance between the kernel's taps"))
  }
}
