import Shapes
import Tensors

/// Feature maps with their axes in another order, C×H×W → for example H×W×C.
///
/// What is called channels, height and width of the output are the input's axes that `order` names. Hou et al. 2021,
/// arXiv:2103.02907 (coordinate attention).
package struct Permute: LayerKind {
  package static let keyword = "permute"
  package static let documentation = LayerDocumentation(
    .arrangement, "The axes of maps in another order: what were rows may become channels.",
    formula: "hwc makes H×W×C of C×H×W; cwh turns the maps over",
    source: "Hou et al. 2021 (coordinate attention), arXiv:2103.02907", example: "permute: {order: cwh}")
  package static let swift = SwiftSpelling.layer("Permute", "permute", fields: ["order": .choice("AxisOrder")])

  package static let torch = TorchSpelling.layer(nil, "torch.permute")

  package static func torch(_ use: TorchUse) -> TorchSpelling {
    var spelling = torch
    let dimensions = (use.word("order") ?? "chw").map { $0 == "c" ? "1" : $0 == "h" ? "2" : "3" }
    spelling.arguments = [.constant("dims=(0, \(dimensions.joined(separator: ", ")))")]
    return spelling
  }

  /// The dimensions of the input in the output's order, 1 for the channels.
  private let axes: [Int]
  private let order: String

  package init(reading fields: inout FieldReader) {
    order = fields.word(
      "order", of: ["chw", "cwh", "hcw", "hwc", "wch", "whc"], default: "hwc",
      "the input's axes in the output's order: channels, height, width")
    axes = order.map { $0 == "c" ? 1 : $0 == "h" ? 2 : 3 }
  }

  package var operation: LayerOperation { .movement }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    _ = try maps(inputs[0], for: Self.keyword)
    let output = Shape(axes.map { inputs[0].dimensions[$0 - 1] })
    guard output.channels.value != nil else {
      throw ShapeError(
        .symbolic,
        "permute makes channels of \(inputs[0])'s \(axes[0] == 2 ? "height" : "width"), which must be known; "
          + "give a size with --input", field: "order")
    }
    return output
  }

  package func reach(over input: Shape) -> Reach { order == "chw" ? .pointwise : .global }

  package func explanation(for inputs: [Shape], output: Shape) -> [String] {
    let names = axes.map { ["C", "H", "W"][$0 - 1] }
    return zip(["C'", "H'", "W'"], zip(names, output.dimensions)).map { "\($0) = \($1.0) = \($1.1)" }
  }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Permute(axes)(inputs[0]) }

  package var summary: String { order }
}
