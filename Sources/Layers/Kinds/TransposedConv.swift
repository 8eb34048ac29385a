import Shapes
import Tensors

/// Transposed 2-D convolution: the gradient of a convolution with respect to its input, C×H×W → out×H'×W'.
///
/// `H' = (H − 1)·stride − padding + dilation·(kernel − 1) + output_padding + 1`, likewise `W'`, where `padding` counts both
/// sides and cuts that many rows off the output. Weight `[C, out / groups, kernel, kernel]`, bias `[out]`. Cost:
/// `H·W·C·(out / groups)·kernel²` MACs. Dumoulin and Visin 2016, arXiv:1603.07285.
package struct TransposedConv: LayerKind {
  package static let keyword = "transposed_conv"
  package static let namePrefix = "conv"
  package static let documentation = LayerDocumentation(
    .convolution, "Transposed convolution, which enlarges by its stride; padding cuts rows and columns off the output.",
    formula: "H' = (H − 1)·stride − padding + dilation·(kernel − 1) + output_padding + 1; weight C×O/groups×kH×kW; "
      + "MACs H·W·C·(O/groups)·kH·kW",
    source: "Zeiler et al. 2010; Dumoulin and Visin 2016, arXiv:1603.07285",
    example: "transposed_conv: {out: 64, kernel: 4, stride: 2, padding: 1}")
  package static let swift = SwiftSpelling.module("TransposedConv2D", channels: "in")
  package static let torch = TorchSpelling.module(
    "nn.ConvTranspose2d",
    [
      .channels, .field("out"), .field("kernel", "kernel_size"), .field("stride", "stride"), .padding,
      .field("output_padding", "output_padding"), .field("groups", "groups"), .field("bias", "bias"),
      .field("dilation", "dilation"),
    ],
    padded: TorchSpelling.PaddedForm(
      module: "CroppedConvTranspose2d", function: nil,
      helpers: [
        TorchHelper(
          "CroppedConvTranspose2d", needs: [.sides],
          #"""
          class CroppedConvTranspose2d(nn.ConvTranspose2d):
              """A transposed convolution that cuts other numbers of pixels off the sides."""

              def __init__(
                  self, *args: Any, pad: int | str | Sequence[int], **options: Any
              ) -> None:
                  super().__init__(*args, **options)
                  windows = zip(self.kernel_size, self.dilation, strict=True)
                  self.sides = sides(pad, [step * (taps - 1) + 1 for taps, step in windows])

              def forward(self, x: Tensor) -> Tensor:
                  x = super().forward(x)
                  for axis, (before, after) in enumerate(self.sides, start=2):
                      x = x.narrow(axis, before, x.shape[axis] - before - after)
                  return x
          """#)
      ]),
    weighted: """
      F.conv_transpose2d(
          x,
          weight,
          self.bias,
          self.stride,
          self.padding,
          self.output_padding,
          self.groups,
          self.dilation,
      )
      """)
  package static let outputChannels = ChannelSource.field("out")

  package let out: Int
  package let window: Window
  package let outputPadding: AxisSizes
  package let groups: Int
  package let bias: Bool
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) throws(FieldError) {
    out = fields.int("out", in: 1..., "channels of the output")
    window = Window(
      kernel: fields.size("kernel", "size of the kernel along each axis"),
      stride: fields.size("stride", default: .one, "factor by which the maps grow"),
      padding: fields.padding("pixels cut off the sides of the output; not same"),
      dilation: fields.size("dilation", default: .one, "distance between the kernel's taps"))
    outputPadding = fields.size(
      "output_padding", in: 0..., default: AxisSizes(0),
      "pixels that the output has more at the end of each axis")
    groups = fields.int("groups", in: 1..., default: 1, "groups of channels convolved apart from each other")
    bias = fields.bool("bias", default: true, "whether a bias is added to each output channel")
    tensorSettings = try fields.weightSettings(outputs: 1)
    if window.padding == .same {
      throw FieldError(
        "padding", "padding of a transposed_conv is half, valid or numbers of pixels, not same")
    }
    // Along as many axes as there are numbers for; the input's rank is not known yet.
    let lists = [outputPadding, window.stride, window.dilation]
    for axis in 0..<(lists.map(\.numbers.count).max() ?? 1)
    where outputPadding[axis] >= max(window.stride[axis], window.dilation[axis]) {
      let name =
        lists.compactMap(\.axisCount).max().flatMap { Shape.Axis.axes($0).dropFirst(axis).first }.map {
          " for the \($0.name)"
        } ?? ""
      throw FieldError(
        "output_padding",
        "output_padding must be less than the stride or the dilation, "
          + "\(max(window.stride[axis], window.dilation[axis]))\(name), got \(outputPadding[axis])")
    }
  }

  package var operation: LayerOperation { .convolution }

  private func output(of size: Extent, axis: Window.Axis, added: Int) throws(ShapeError) -> Extent {
    let rim = axis.padding(of: size)?.total ?? 0
    let grown = (size - 1) * axis.stride + axis.extent
    let output = grown - rim + added
    if let count = output.value, count < 1 {
      throw ShapeError(
        .emptyOutput, "the padding cuts \(rim) off the output's \(axis.name), which is only \(grown + added)",
        field: "padding")
    }
    return output
  }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let (input, channels) = (inputs[0], try spatialChannels(inputs[0], for: Self.keyword))
    try check(outputPadding, field: "output_padding", suits: input)
    var sizes: [Extent] = []
    for (index, axis) in try window.axes(over: input).enumerated() {
      sizes.append(try output(of: input.spatial[index], axis: axis, added: outputPadding[index]))
    }
    let shape = Shape(channels: .known(out), sizes)
    try checkGroups(groups, of: channels, out: out, recovery: shape)
    return shape
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let channels = inputs[0].channels.value ?? 1
    let weight = ParameterSpec("weight", [channels, out / groups] + window.taps(of: inputs[0]))
    return [weight] + (bias ? [ParameterSpec("bias", [out])] : [])
  }

  package func macs(for inputs: [Shape], output: Shape) -> Extent {
    inputs[0].elements * .known(saturatingProduct(out / groups, window.area(over: inputs[0])))
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] { window.meanings(for: inputs[0]) }

  package func reach(over input: Shape) -> Reach {
    // An output pixel meets every stride-th tap of the kernel.
    let taps = window.axes(max(1, input.axisCount)).map { saturatingSum($0.extent, $0.stride - 1) / $0.stride }
    return .enlarged(extent: AxisSizes(axes: taps), by: window.stride)
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    let axes = window.axes(inputs[0].axisCount).enumerated().map { index, axis in
      explanation(axis, inputs[0].spatial[index], output.spatial[index], outputPadding[index])
    }
    return ["C' = out = \(out)"] + axes
  }

  private func explanation(_ axis: Window.Axis, _ size: Extent, _ output: Extent, _ added: Int) -> String {
    let (symbol, rim) = (axis.axis.symbol, axis.padding(of: size)?.total ?? 0)
    return "\(symbol)' = (\(symbol) − 1)·stride − padding + dilation·(kernel − 1) + output_padding + 1 = "
      + "(\(size) − 1)·\(axis.stride) − \(rim) + \(axis.dilation)·(\(axis.kernel) − 1) + \(added) + 1 = \(output)"
  }

  package func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent {
    guard tool == .thop else { return standardCount(by: tool, for: inputs, output: output) }
    // As if every pixel of the output saw the whole kernel.
    let channels = inputs[0].channels.dividedRoundingDown(by: groups)
    return output.elements * channels * .known(window.area(over: inputs[0]))
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    window.transposedConvolution(inputs[0], output: checkedOutputShape(of: inputs), groups: groups, parameters)
  }

  package func intermediateElements(for inputs: [Shape], output: Shape) -> Extent {
    guard inputs[0].axisCount == 3 else { return 0 }
    return inputs[0].elements + inputs[0].spatial[0] * output.spatial[1] * output.spatial[2] * (out * window.kernel[0])
  }

  package func summary(axes count: Int) -> String {
    window.summary(axes: count) + (groups > 1 ? " groups \(groups)" : "")
  }
}
