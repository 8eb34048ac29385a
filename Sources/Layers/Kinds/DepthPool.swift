import Shapes
import Tensors

/// Pooling over neighbouring channels at each pixel, C×H×W → C'×H×W.
///
/// `C' = ⌊(C − kernel) / stride⌋ + 1`. With `mode: max` and stride = kernel it is maxout. Goodfellow et al. 2013,
/// arXiv:1302.4389.
package struct DepthPool: LayerKind {
  package static let keyword = "depth_pool"
  package static let documentation = LayerDocumentation(
    .pooling, "The largest value or the mean of neighbouring channels, pixel by pixel (maxout).",
    formula: "C' = ⌊(C − kernel) / stride⌋ + 1", source: "Goodfellow et al. 2013, arXiv:1302.4389",
    example: "depth_pool: {kernel: 2, mode: max}")
  package static let swift = SwiftSpelling.layer(
    "DepthPool", "depthPool", fields: ["mode": .flag("average", word: "average")])

  package static let torch = TorchSpelling.layer(
    nil, "depth_pool", [.field("kernel", "kernel"), .field("stride", "stride"), .field("mode", "mode")],
    helpers: [
      TorchHelper(
        "depth_pool",
        #"""
        def depth_pool(
            x: Tensor, kernel: int, stride: int | None = None, mode: str = "max"
        ) -> Tensor:
            """The largest value or the mean of neighbouring channels."""
            windows = x.unfold(1, kernel, stride or kernel)
            return windows.amax(-1) if mode == "max" else windows.mean(-1)
        """#)
    ])

  package let kernel: Int
  package let stride: Int
  package let isMaximum: Bool

  package init(reading fields: inout FieldReader) {
    kernel = fields.int("kernel", in: 1..., "channels in a window")
    stride = fields.optionalInt("stride", in: 1..., defaultText: "the kernel", "step between windows") ?? kernel
    isMaximum = fields.word("mode", of: ["max", "average"], default: "max", "what becomes of a window") == "max"
  }

  package var operation: LayerOperation { isMaximum ? .maxPool : .averagePool }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let channels = try spatialChannels(inputs[0], for: Self.keyword)
    guard channels >= kernel else {
      throw ShapeError(
        .kernelExceedsInput, "the kernel spans \(kernel) channels, but the input has \(channels)", field: "kernel"
      )
    }
    return Shape(channels: .known((channels - kernel) / stride + 1), inputs[0].spatial)
  }

  package func meanings(for inputs: [Shape], output: Shape) -> [String: FieldValue] { ["stride": .int(stride)] }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["C' = ⌊(C − kernel) / stride⌋ + 1 = ⌊(\(inputs[0].channels) − \(kernel)) / \(stride)⌋ + 1 = \(output.channels)"]
  }

  /// PyTorch has no pool over channels, so no tool counts one.
  package func count(by tool: CountingTool, for inputs: [Shape], output: Shape) -> Extent { 0 }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.DepthPool(kernel: kernel, stride: stride, isMaximum: isMaximum)(inputs)
  }

  package var summary: String { "\(kernel) /\(stride)" }
}
