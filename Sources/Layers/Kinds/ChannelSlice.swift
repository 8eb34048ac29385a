import Shapes
import Tensors

/// Consecutive channels of feature maps or features of a vector, C×H×W → channels×H×W.
///
/// Takes the channels from `start` up to `start + channels`; `split` consists of these.
package struct ChannelSlice: LayerKind {
  package static let keyword = "channel_slice"
  package static let documentation = LayerDocumentation(
    .arrangement, "Consecutive channels of the input, one share of a split.",
    formula: "C' = channels: those from start up to start + channels",
    source: "Wang et al. 2019 (CSPNet), arXiv:1911.11929",
    example: "channel_slice: {start: 0, channels: 32}")
  package static let outputChannels = ChannelSource.field("channels")

  package static let torch = TorchSpelling(
    module: nil, application: .channels(start: "start", count: "channels", function: "channel_slice"),
    arguments: [.required("start", "start"), .field("channels", "channels")],
    helpers: [
      TorchHelper(
        "channel_slice",
        #"""
        def channel_slice(x: Tensor, start: int, channels: int) -> Tensor:
            """Consecutive channels."""
            return x[:, start : start + channels]
        """#)
    ])

  package let start: Int
  package let channels: Int

  package init(reading fields: inout FieldReader) {
    start = fields.int("start", in: 0..., default: 0, "the first channel, from 0")
    channels = fields.int("channels", in: 1..., "how many channels")
  }

  package var operation: LayerOperation { .movement }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let count = try mapsOrVector(inputs[0], for: Self.keyword)
    let output = Shape([.known(channels)] + inputs[0].dimensions.dropFirst())
    guard saturatingSum(start, channels) <= count else {
      throw ShapeError(
        .field, "channels \(start) up to \(saturatingSum(start, channels)) are not all among the input's \(count)",
        field: start < count ? "channels" : "start", recovery: output)
    }
    return output
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["C' = channels = \(channels): channels \(start) up to \(saturatingSum(start, channels)) of \(inputs[0].channels)"]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.ChannelSlice(start..<start + channels)(inputs)
  }

  package var summary: String { "\(start)..<\(saturatingSum(start, channels))" }
}
