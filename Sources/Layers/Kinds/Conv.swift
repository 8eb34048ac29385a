import Shapes
import Tensors

/// Convolution (cross-correlation) along the axes of the input, C×H×W → out×H'×W'.
///
/// Weight `[out, C / groups, kernel, kernel]`, bias `[out]`. With `connections` (LeNet-5) the weight is one kernel a
/// connection, `[connections, kernel, kernel]`. Cost: `H'·W'·out·(C / groups)·kernel²` MACs.
package struct Conv: LayerKind {
  package static let keyword = "conv"
  package static let documentation = LayerDocumentation(
    .convolution, "Convolution of maps, a signal or a volume; its input channels are inferred.",
    formula: "H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1; weight O×C/groups×kH×kW; "
      + "MACs H'·W'·O·(C/groups)·kH·kW",
    source: "LeCun et al. 1989; Dumoulin and Visin 2016, arXiv:1603.07285",
    example: "conv: {out: 64, kernel: 7, stride: 2, padding: half}")
  package static let swift = SwiftSpelling.module("Conv2D", channels: "in", isByHand: true)
  package static let torch = TorchSpelling.module(
    "nn.Conv2d",
    [.channels, .field("out")] + TorchSpelling.Argument.convolution + [
      .field("groups", "groups"), .field("bias", "bias"),
    ],
    padded: .convolution, weighted: TorchSpelling.convolved)
  package static let outputChannels = ChannelSource.field("out")

  package static func torch(_ use: TorchUse) -> TorchSpelling {
    guard use.fields["connections"] != nil else { return torch }
    var table = torch
    table.module = "TableConv2d"
    table.arguments.append(.field("connections", "connections"))
    table.helpers = [tableConvolution]
    table.padded = TorchSpelling.PaddedForm(
      module: "PaddedTableConv2d", function: nil,
      helpers: [
        tableConvolution,
        TorchHelper(
          "PaddedTableConv2d", needs: [.pad_window],
          #"""
          class PaddedTableConv2d(TableConv2d):
              """The same with a padding for each side, or with TensorFlow's "same"."""

              def __init__(
                  self, *args: Any, pad: int | str | Sequence[int], **options: Any
              ) -> None:
                  super().__init__(*args, **options)
                  self.pad = pad

              def forward(self, x: Tensor) -> Tensor:
                  x = pad_window(x, self.pad, self.kernel_size, self.stride, self.dilation)
                  return super().forward(x)
          """#),
      ])
    return table
  }

  private static let tableConvolution = TorchHelper(
    "TableConv2d",
    #"""
    class TableConv2d(nn.Conv2d):
        """A convolution whose outputs see the channels that a table lists (LeCun et al. 1998).

        The weight is one kernel for each entry of the table: `[entries, height, width]`.
        """

        def __init__(
            self, *args: Any, connections: Sequence[Sequence[int]], **options: Any
        ) -> None:
            super().__init__(*args, **options)
            self.rows = [row for row, channels in enumerate(connections) for _ in channels]
            self.columns = [channel for channels in connections for channel in channels]
            self.weight = nn.Parameter(self.weight.detach()[self.rows, self.columns])
            fan_in = max(1, len(self.rows) / self.out_channels) * self.weight[0].numel()
            nn.init.uniform_(self.weight, -(fan_in**-0.5), fan_in**-0.5)
            if self.bias is not None:
                nn.init.uniform_(self.bias, -(fan_in**-0.5), fan_in**-0.5)

        def forward(self, x: Tensor) -> Tensor:
            shape = self.out_channels, self.in_channels, *self.kernel_size
            weight = self.weight.new_zeros(shape)
            weight[self.rows, self.columns] = self.weight
            return self._conv_forward(x, weight, self.bias)
    """#)

  package let out: Int
  package let window: Window
  package let groups: Int
  package let bias: Bool
  package let connections: [[Int]]?
  package let tensorSettings: TensorSettings

  package init(
    out: Int, window: Window, groups: Int = 1, bias: Bool = true, initializers: [TensorInitializer] = []
  ) {
    self.out = out
    self.window = window
    self.groups = groups
    self.bias = bias
    self.connections = nil
    tensorSettings = TensorSettings(initializers: initializers)
  }

  package init(reading fields: inout FieldReader) throws(FieldError) {
    out = fields.int("out", in: 1..., "channels of the output")
    window = Window(readingConvolution: &fields)
    groups = fields.int("groups", in: 1..., default: 1, "groups of channels convolved apart from each other")
    bias = fields.bool("bias", default: true, "whether a bias is added to each output channel")
    connections = fields.optionalIntTable(
      "connections", defaultText: "all",
      "for each output channel the input channels it sees, from 0 (LeNet-5's table 1)")
    tensorSettings = try fields.weightSettings()
    guard let connections else { return }
    guard connections.count == out else {
      throw FieldError("connections", "connections has \(connections.count) rows, but out is \(out)")
    }
    guard groups == 1 else {
      throw FieldError("connections", "connections and groups exclude each other", excluding: "groups")
    }
    guard tensorSettings.form == nil else {
      throw FieldError(
        "connections", "connections and normalize_weight exclude each other", excluding: "normalize_weight")
    }
    for (map, row) in connections.enumerated()
    where row.isEmpty || Set(row).count != row.count || row.contains(where: { $0 < 0 }) {
      throw FieldError("connections", "row \(map) of connections must name different input channels, at least one")
    }
  }

  package var operation: LayerOperation { .convolution }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let channels = try spatialChannels(inputs[0], for: Self.keyword)
    let output = Shape(channels: .known(out), try window.output(over: inputs[0]))
    try checkGroups(groups, of: channels, out: out, recovery: output)
    if connections != nil { _ = try maps(inputs[0], for: "conv with connections") }
    if let largest = connections?.joined().max(), largest >= channels {
      throw ShapeError(
        .field, "connections names input channel \(largest), but the input has \(channels), counted from 0",
        field: "connections", recovery: output)
    }
    // Computed with zeros for the pairs that are not connected.
    let pairs = saturatingProduct(out, channels)
    if connections != nil, saturatingProduct(pairs, window.area(over: inputs[0])) > 1 << 26 {
      throw ShapeError(
        .field,
        "a table of connections for \(channels) input and \(out) output channels is too large; several layers or groups "
          + "can stand in its place", field: "connections", recovery: output)
    }
    return output
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    let channels = inputs[0].channels.value ?? 1
    let kernel = window.taps(of: inputs[0])
    let shape = connections.map { [$0.map(\.count).reduce(0, +)] + kernel } ?? [out, channels / groups] + kernel
    return [ParameterSpec("weight", shape)] + (bias ? [ParameterSpec("bias", [out])] : [])
  }

  package func macs(for inputs: [Shape], output: Shape) -> Extent {
    let taps =
      connections.map { $0.map(\.count).reduce(0, +) }
      ?? saturatingProduct(out, (inputs[0].channels.value ?? 1) / groups)
    return output.positions * .known(saturatingProduct(taps, window.area(over: inputs[0])))
  }

  package func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent {
    let count = standardCount(by: tool, for: inputs, output: output)
    guard connections != nil, tool != .torchinfo else { return count }
    // PyTorch computes a table of connections as a convolution with zeros for the rest, and what it computes is counted.
    let pairs = saturatingProduct(out, inputs[0].channels.value ?? 1)
    let zeros =
      output.positions * .known(saturatingProduct(pairs, window.area(over: inputs[0])))
      - macs(for: inputs, output: output)
    return count + (tool == .torch ? zeros * 2 : zeros)
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] { window.meanings(for: inputs[0]) }

  package func reach(over input: Shape) -> Reach { window.reach(over: input) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["C' = out = \(out)"] + window.explanation(input: inputs[0], output: output)
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let output = checkedOutputShape(of: inputs)
    var parameters = parameters
    if let connections {
      let window = window.over(inputs[0], output: output)
      let table = Operations.TableWeight(
        connections, channels: inputs[0].shape[1], kernel: [window.vertical.kernel, window.horizontal.kernel])
      parameters = parameters.setting("weight", to: table(parameters.required("weight")))
    }
    return window.convolution(inputs[0], output: output, groups: groups, parameters)
  }

  package func intermediateElements(for inputs: [Shape], output: Shape) -> Extent {
    window.intermediateElements(of: inputs[0], output: output)
  }

  package func summary(axes count: Int) -> String {
    window.summary(axes: count) + (groups > 1 ? " groups \(groups)" : "")
  }
}

/// Checks that groups divide the channels on both sides.
///
/// - Throws: `ShapeError` with the shape to go on with.
func checkGroups(_ groups: Int, of channels: Int, out: Int, recovery: Shape) throws(ShapeError) {
  if !channels.isMultiple(of: groups) {
    throw ShapeError(
      .notDivisible, "the input has \(channels) channels, not a multiple of groups \(groups)", field: "groups",
      recovery: recovery)
  }
  if !out.isMultiple(of: groups) {
    throw ShapeError(
      .notDivisible, "out is \(out), not a multiple of groups \(groups)", field: "groups", recovery: recovery)
  }
}
