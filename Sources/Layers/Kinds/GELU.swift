import Shapes
import Tensors

/// Gaussian error linear unit, element by element; the shape stays.
///
/// `y = x·Φ(x)` with the normal distribution function Φ, or its approximation
/// `y = x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`. Hendrycks and Gimpel 2016, arXiv:1606.08415.
package struct GELU: ActivationLayer {
  package static let keyword = "gelu"
  package static let documentation = LayerDocumentation(
    .activation, "Each element times the normal distribution function of it.",
    formula: "y = x · Φ(x); with approximate: tanh x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))",
    source: "Hendrycks and Gimpel 2016, arXiv:1606.08415", example: "gelu: {approximate: tanh}")
  package static let swift = SwiftSpelling.layer(
    "GELU", "gelu", fields: ["approximate": .flag("approximate", word: "tanh")])
  package static let torch = TorchSpelling.layer(
    "nn.GELU", "F.gelu", [.field("approximate", "approximate")])

  package let usesTanh: Bool

  package init(reading fields: inout FieldReader) {
    usesTanh =
      fields.word(
        "approximate", of: ["none", "tanh"], default: "none", "whether Φ is exact or the usual formula with tanh")
      == "tanh"
  }

  package var elementCounts: ElementCounts { ElementCounts(ptflops: 2) }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(usesTanh ? .approximateGELU : .gelu)(inputs)
  }

  package var summary: String { usesTanh ? "tanh" : "" }
}
