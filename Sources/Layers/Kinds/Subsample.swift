import Shapes
import Tensors

/// LeNet-5's subsampling: the sum of each window, times a learned coefficient, plus a bias, C×H×W → C×H'×W'.
///
/// `y = weight·Σ x + bias` for each map; weight `[C]`, bias `[C]`. `H' = ⌊(H − kernel) / stride⌋ + 1`. LeCun et al. 1998.
package struct Subsample: LayerKind {
  package static let keyword = "subsample"
  package static let documentation = LayerDocumentation(
    .historical, "The sum of each window, times one learned coefficient a map, plus one bias.",
    formula: "y = weight · Σ x + bias; H' = ⌊(H − kernel) / stride⌋ + 1; weight C, bias C",
    source: "LeCun et al. 1998, layers S2 and S4", example: "subsample: {kernel: 2}")
  package static let swift = SwiftSpelling.module("Subsample", channels: "channels")

  package static let torch = TorchSpelling.module(
    "Subsample", [.channels, .field("kernel", "kernel"), .field("stride", "stride")],
    helpers: [
      TorchHelper(
        "Subsample",
        #"""
        class Subsample(nn.Module):
            """The sum of each window times a learned coefficient, plus a bias (LeNet-5)."""

            def __init__(
                self,
                channels: int,
                kernel: int | Sequence[int],
                stride: int | Sequence[int] | None = None,
            ) -> None:
                super().__init__()
                self.kernel = kernel
                self.stride = stride
                self.weight = nn.Parameter(torch.ones(channels))
                self.bias = nn.Parameter(torch.zeros(channels))

            def forward(self, x: Tensor) -> Tensor:
                sums = F.avg_pool2d(x, self.kernel, self.stride, divisor_override=1)
                return self.weight[:, None, None] * sums + self.bias[:, None, None]
        """#)
    ])

  package let window: Window
  package let tensorSettings: TensorSettings

  package init(reading fields: inout FieldReader) {
    let kernel = fields.size("kernel", "size of the window along each axis")
    let stride = fields.optionalSize("stride", defaultText: "the kernel", "step between windows")
    window = Window(kernel: kernel, stride: stride ?? kernel)
    tensorSettings = fields.tensorSettings()
  }

  package var operation: LayerOperation { .other }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try maps(inputs[0], for: Self.keyword)
    return try window.pooled(inputs[0], for: Self.keyword)
  }

  package var needs: InputNeed { .channels }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    ["weight", "bias"].map { ParameterSpec($0, [inputs[0].channels.value ?? 1]) }
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] { window.meanings(for: inputs[0]) }

  package func reach(over input: Shape) -> Reach { window.reach(over: input) }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    window.explanation(input: inputs[0], output: output)
  }

  package func start(of tensor: String) -> Double? { tensor == "weight" ? 1 : 0 }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let window = window.over(inputs[0], output: checkedOutputShape(of: inputs))
    return Operations.Subsample(window)(inputs, parameters)
  }

  package func summary(axes count: Int) -> String { window.summary(axes: count) }
}
