import Shapes
import Tensors

/// Depthwise separable convolution: a depthwise convolution, then a 1×1 convolution, C×H×W → out×H'×W'.
///
/// Tensors `depthwise.weight` `[C·multiplier, 1, kernel, kernel]` and `pointwise.weight` `[out, C·multiplier, 1, 1]`,
/// with a bias each. Cost: `H'·W'·C·multiplier·(kernel² + out)` MACs. Chollet 2017, arXiv:1610.02357.
package struct SeparableConv: LayerKind {
  package static let keyword = "separable_conv"
  package static let namePrefix = "conv"
  package static let documentation = LayerDocumentation(
    .convolution, "A depthwise convolution and a 1×1 convolution of its output, without anything between them.",
    formula: "depthwise_conv, then conv with kernel 1; MACs H'·W'·C·multiplier·(kH·kW + O)",
    source: "Chollet 2017, arXiv:1610.02357; Sifre 2014",
    example: "separable_conv: {out: 128, kernel: 3, padding: half, bias: false}")
  package static let swift = SwiftSpelling.module("SeparableConv2D", channels: "in", isByHand: true)
  package static let torch = TorchSpelling.module(
    "SeparableConv2d",
    [.channels, .field("out")] + TorchSpelling.Argument.convolution
      + [.field("multiplier", "multiplier"), .field("bias", "bias")],
    padded: TorchSpelling.PaddedForm(
      module: "PaddedSeparableConv2d", function: nil,
      helpers: [
        TorchHelper(
          "PaddedSeparableConv2d",
          needs: TorchSpelling.PaddedForm.convolution.helpers,
          #"""
          class PaddedSeparableConv2d(nn.Module):
              """A convolution of each channel, with padding of its own, then a 1×1 convolution."""

              def __init__(
                  self,
                  channels: int,
                  out: int,
                  multiplier: int = 1,
                  bias: bool = True,
                  **options: Any,
              ) -> None:
                  super().__init__()
                  middle = channels * multiplier
                  self.depthwise = PaddedConv2d(
                      channels, middle, groups=channels, bias=bias, **options
                  )
                  self.pointwise = nn.Conv2d(middle, out, kernel_size=1, bias=bias)

              def forward(self, x: Tensor) -> Tensor:
                  return self.pointwise(self.depthwise(x))
          """#)
      ]),
    helpers: [
      TorchHelper(
        "SeparableConv2d",
        #"""
        class SeparableConv2d(nn.Module):
            """A convolution of each channel, then a 1×1 convolution (Chollet 2017)."""

            def __init__(
                self,
                channels: int,
                out: int,
                multiplier: int = 1,
                bias: bool = True,
                **options: Any,
            ) -> None:
                super().__init__()
                middle = channels * multiplier
                self.depthwise = nn.Conv2d(
                    channels, middle, groups=channels, bias=bias, **options
                )
                self.pointwise = nn.Conv2d(middle, out, kernel_size=1, bias=bias)

            def forward(self, x: Tensor) -> Tensor:
                return self.pointwise(self.depthwise(x))
        """#)
    ])
  package static let outputChannels = ChannelSource.field("out")

  package let depthwise: DepthwiseConv
  package let pointwise: Conv

  package init(reading fields: inout FieldReader) {
    let out = fields.int("out", in: 1..., "channels of the output")
    let window = Window(readingConvolution: &fields)
    let multiplier = fields.int(
      "multiplier", in: 1..., default: 1, "channels between the two for each channel of the input")
    let bias = fields.bool("bias", default: true, "whether both convolutions add a bias")
    let initializers = fields.initializers()
    depthwise = DepthwiseConv(window: window, multiplier: multiplier, bias: bias, initializers: initializers)
    pointwise = Conv(out: out, window: Window(kernel: .one), bias: bias, initializers: initializers)
  }

  package var operation: LayerOperation { .convolution }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try spatialChannels(inputs[0], for: Self.keyword)
    return try pointwise.outputShape(of: [depthwise.outputShape(of: inputs)])
  }

  /// What flows from the depthwise to the 1×1 convolution. Its channels are right for maps of any size, so that tensors can
  /// be made before an input is known.
  private func middle(_ inputs: [Shape]) -> Shape {
    (try? depthwise.outputShape(of: inputs))
      ?? Shape(channels: inputs[0].channels * depthwise.multiplier, inputs[0].spatial)
  }

  /// The same for an input of any size, for the tensors ask for the channels alone.
  private func middleChannels(_ inputs: [Shape]) -> [Shape] {
    inputs.map { Shape([$0.channels * .known(depthwise.multiplier)] + $0.dimensions.dropFirst()) }
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    depthwise.parameters(for: inputs).map { ParameterSpec("depthwise." + $0.name, $0.shape) }
      + pointwise.parameters(for: middleChannels(inputs)).map { ParameterSpec("pointwise." + $0.name, $0.shape) }
  }

  package func macs(for inputs: [Shape], output: Shape) -> Extent {
    let middle = middle(inputs)
    return depthwise.macs(for: inputs, output: middle) + pointwise.macs(for: [middle], output: output)
  }

  package func reach(over input: Shape) -> Reach { depthwise.reach(over: input) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    let middle = middle(inputs)
    return depthwise.explanation(for: inputs, output: middle) + [
      "the 1×1 convolution makes out = \(pointwise.out) channels"
    ]
  }

  package var expansion: [ExpandedLayer] {
    let window = depthwise.window
    var first: [String: FieldValue] = [
      "kernel": .size(window.kernel), "stride": .size(window.stride), "padding": .padding(window.padding),
      "dilation": .size(window.dilation), "multiplier": .int(depthwise.multiplier), "bias": .bool(depthwise.bias),
    ]
    var second: [String: FieldValue] = [
      "out": .int(pointwise.out), "kernel": .size(.one), "bias": .bool(pointwise.bias),
    ]
    let initializers = pointwise.tensorSettings.initializers
    if !initializers.isEmpty {
      first["init"] = .initializers(initializers)
      second["init"] = .initializers(initializers)
    }
    return [
      ExpandedLayer(name: "depthwise", keyword: DepthwiseConv.keyword, fields: first),
      ExpandedLayer(name: "pointwise", keyword: Conv.keyword, fields: second),
    ]
  }

  package func intermediateElements(for inputs: [Shape], output: Shape) -> Extent {
    let middle = middle(inputs)
    return depthwise.intermediateElements(for: inputs, output: middle) + middle.elements
      + pointwise.intermediateElements(for: [middle], output: output)
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let middle = depthwise.forward(inputs, parameters.part("depthwise"))
    return pointwise.forward([middle], parameters.part("pointwise"))
  }

  package func summary(axes count: Int) -> String { depthwise.summary(axes: count) }
}
