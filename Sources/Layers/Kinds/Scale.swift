import Shapes
import Tensors

/// Multiplies by a number, or by one learned number a channel; the shape stays.
///
/// `y = by·x`; `trainable` has a weight `[C]`, whose values are `by` at first. Touvron et al. 2021, arXiv:2103.17239
/// (LayerScale).
package struct Scale: LayerKind {
  package static let keyword = "scale"
  package static let documentation = LayerDocumentation(
    .arrangement, "Multiplies by a number, or by one learned number a channel (LayerScale).",
    formula: "y = by · x; with trainable weight · x, weight C, which begins as by",
    source: "Touvron et al. 2021 (CaiT), arXiv:2103.17239", example: "scale: {by: 0.000001, trainable: true}")
  package static let swift = SwiftSpelling.layer(
    "Scale", "scale", fields: ["trainable": .omitted], sign: .factor(field: "by"),
    typeWithTensors: "ChannelScale")

  package let by: Double
  package let trainable: Bool
  package let initializers: [TensorInitializer]

  package init(reading fields: inout FieldReader) {
    by = fields.float("by", default: 1, "the factor, or what the learned ones begin with")
    trainable = fields.bool("trainable", default: false, "whether each channel learns a factor of its own")
    initializers = fields.initializers()
  }

  package var operation: LayerOperation { .elementwise }

  package func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    if trainable { _ = try mapsOrVector(inputs[0], for: "scale with trainable") }
    return inputs[0]
  }

  package var needs: InputNeed { trainable ? .channels : .nothing }

  package func parameters(for inputs: [Shape]) -> [ParameterSpec] {
    trainable ? [ParameterSpec("weight", [inputs[0].channels.value ?? 1])] : []
  }

  package func start(of tensor: String) -> Double? { by }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    trainable
      ? Operations.ChannelScale()(inputs, parameters) : Operations.Scale(by)(inputs)
  }

  package var summary: String { trainable ? "learned" : "·\(by)" }
}
