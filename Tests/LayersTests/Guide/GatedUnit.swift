import Shapes
import Tensors

@testable import Layers

/// Gated linear unit, C×H×W → C/2×H×W, or a vector of C features → C/2.
///
/// `y = a · gate(b)`, where a is the first half of the channels and b the second. Dauphin et al. 2016, arXiv:1612.08083.
package struct GatedUnit: LayerKind {
  package static let keyword = "gated_unit"
  package static let documentation = LayerDocumentation(
    .activation, "Multiplies one half of the channels by a squashed other half (GLU).",
    formula: "y = a · gate(b), where a and b are the halves of the channels; C' = C / 2",
    source: "Dauphin et al. 2016, arXiv:1612.08083", example: "gated_unit: {gate: tanh}")
  package static let swift = SwiftSpelling.layer(
    "GatedUnit", "gatedUnit", fields: ["gate": .flag("tanh", word: "tanh")])
  package static let torch = TorchSpelling.layer(
    nil, "gated_unit", [.field("gate", "gate")],
    helpers: [
      TorchHelper(
        "gated_unit",
        #"""
        def gated_unit(x: Tensor, gate: str = "sigmoid") -> Tensor:
            """One half of the channels times a squashed other half (Dauphin et al. 2016)."""
            first, second = x.chunk(2, dim=1)
            return first * getattr(torch, gate)(second)
        """#)
    ])

  package let gate: String

  package init(reading fields: inout FieldReader) {
    gate = fields.word("gate", of: ["sigmoid", "tanh"], default: "sigmoid", "what squashes the second half")
  }

  package var operation: LayerOperation { .other }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let channels = try mapsOrVector(inputs[0], for: Self.keyword)
    var output = inputs[0]
    output.dimensions[0] = .known(channels / 2)
    guard channels.isMultiple(of: 2) else {
      throw ShapeError(
        .notDivisible, "gated_unit halves the channels, but the input has \(channels)", recovery: output)
    }
    return output
  }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    ["C' = C / 2 = \(inputs[0].channels) / 2 = \(output.channels)"]
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    let half = inputs[0].shape[1] / 2
    let squash: Activation = gate == "tanh" ? .tanh() : .sigmoid
    let first = Operations.ChannelSlice(0..<half)(inputs[0])
    let second = Operations.ChannelSlice(half..<2 * half)(inputs[0])
    return Operations.Multiply()(first, Operations.Activate(squash)(second))
  }

  package var summary: String { gate }
}
