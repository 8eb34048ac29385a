import Shapes
import Tensors

/// The mean of each window, channel by channel, C×H×W → C×H'×W'.
///
/// Sizes as for `max_pool` without dilation. The divisor is the number of the window's pixels in the padded input; with
/// `count_padding: false` only those in the input itself. What `round: ceil` lets hang over the padded input's edge
/// never counts.
package struct AveragePool: LayerKind {
  package static let keyword = "avg_pool"
  package static let documentation = LayerDocumentation(
    .pooling, "The mean of each window.",
    formula:
      "H' = ⌊(H + padding − kernel) / stride⌋ + 1, ⌈…⌉ with round: ceil; the sum is divided by the window's pixels "
      + "in the padded input, with count_padding: false by those in the input",
    source: "LeCun et al. 1998", example: "avg_pool: {kernel: 3, stride: 1, padding: half, count_padding: false}")
  package static let swift = SwiftSpelling.layer("AveragePool2D", "averagePool", fields: ["round": .choice("Rounding")])
  package static let torch = TorchSpelling.layer(
    "nn.AvgPool2d", "F.avg_pool2d",
    [
      .field("kernel", "kernel_size"), .field("stride", "stride"), .padding, .flag("round", word: "ceil", "ceil_mode"),
      .field("count_padding", "count_include_pad"),
    ],
    padded: TorchSpelling.PaddedForm(
      module: nil, function: "padded_avg_pool2d",
      helpers: [
        TorchHelper(
          "padded_avg_pool2d", needs: [.padded_pool],
          #"""
          def padded_avg_pool2d(
              x: Tensor,
              kernel_size: int | Sequence[int],
              stride: int | Sequence[int] | None = None,
              ceil_mode: bool = False,
              count_include_pad: bool = True,
              pad: int | str | Sequence[int] = "same",
          ) -> Tensor:
              """The mean of each window of padded maps."""
              step = kernel_size if stride is None else stride

              def pool(maps: Tensor) -> Tensor:
                  return F.avg_pool2d(maps, kernel_size, step, 0, ceil_mode)

              y = padded_pool(pool, x, pad, kernel_size, step)
              if count_include_pad:
                  return y
              ones = torch.ones_like(x[:1, :1])
              return y / padded_pool(pool, ones, pad, kernel_size, step)
          """#)
      ]))

  package let window: Window
  package let countsPadding: Bool

  package init(reading fields: inout FieldReader) {
    window = Window(readingPool: &fields, hasDilation: false)
    countsPadding = fields.bool("count_padding", default: true, "whether zeros of the padding count in the mean")
  }

  package var operation: LayerOperation { .averagePool }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let output = try window.pooled(inputs[0], for: Self.keyword)
    for (axis, size) in zip(inputs[0].axes, zip(inputs[0].spatial, window.axes(inputs[0].axisCount))) {
      guard inputs[0].axisCount == 3, window.padding != .same, let pixels = size.0.value, pixels < size.1.kernel else {
        continue
      }
      throw ShapeError(
        .field,
        "avg_pool of a volume has no kernel larger than its input, as in PyTorch, but the \(axis.name) is \(pixels) "
          + "and its kernel \(size.1.kernel)", field: "kernel", recovery: output)
    }
    return output
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] { window.meanings(for: inputs[0]) }

  package func reach(over input: Shape) -> Reach { window.reach(over: input) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    window.explanation(input: inputs[0], output: output)
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    window.applied(to: inputs[0], output: checkedOutputShape(of: inputs)) {
      Operations.AveragePool($0, countsPadding: countsPadding)
    }
  }

  package func summary(axes count: Int) -> String { window.summary(axes: count) }
}
