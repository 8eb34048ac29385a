import Shapes
import Tensors

/// The largest value of each window, channel by channel, C×H×W → C×H'×W'.
///
/// `H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1`, or rounded up with `round: ceil`, where the last
/// window must start inside the input or the padding before it. Padding counts as −∞.
package struct MaxPool: LayerKind {
  package static let keyword = "max_pool"
  package static let documentation = LayerDocumentation(
    .pooling, "The largest value of each window; padding is never the largest.",
    formula: "H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, ⌈…⌉ with round: ceil",
    source: "Ranzato et al. 2007; Dumoulin and Visin 2016, arXiv:1603.07285",
    example: "max_pool: {kernel: 3, stride: 2, padding: half}")
  package static let swift = SwiftSpelling.layer("MaxPool2D", "maxPool", fields: ["round": .choice("Rounding")])
  package static let torch = TorchSpelling.layer(
    "nn.MaxPool2d", "F.max_pool2d",
    [
      .field("kernel", "kernel_size"), .field("stride", "stride"), .padding, .field("dilation", "dilation"),
      .flag("round", word: "ceil", "ceil_mode"),
    ],
    padded: TorchSpelling.PaddedForm(
      module: nil, function: "padded_max_pool2d",
      helpers: [
        TorchHelper(
          "padded_max_pool2d", needs: [.padded_pool],
          #"""
          def padded_max_pool2d(
              x: Tensor,
              kernel_size: int | Sequence[int],
              stride: int | Sequence[int] | None = None,
              dilation: int | Sequence[int] = 1,
              ceil_mode: bool = False,
              pad: int | str | Sequence[int] = "same",
          ) -> Tensor:
              """The largest value of each window, with a padding that is never the largest."""
              step = kernel_size if stride is None else stride

              def pool(maps: Tensor) -> Tensor:
                  return F.max_pool2d(maps, kernel_size, step, 0, dilation, ceil_mode)

              return padded_pool(pool, x, pad, kernel_size, step, dilation, -torch.inf)
          """#)
      ]))

  package let window: Window

  package init(reading fields: inout FieldReader) {
    window = Window(readingPool: &fields, hasDilation: true)
  }

  package var operation: LayerOperation { .maxPool }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try window.pooled(inputs[0], for: Self.keyword)
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] { window.meanings(for: inputs[0]) }

  package func reach(over input: Shape) -> Reach { window.reach(over: input) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    window.explanation(input: inputs[0], output: output)
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    window.applied(to: inputs[0], output: checkedOutputShape(of: inputs)) { Operations.MaxPool($0) }
  }

  package func summary(axes count: Int) -> String { window.summary(axes: count) }
}
