import Shapes
import Tensors

/// Rectified linear unit, element by element; the shape stays. `y = max(x, 0)`. Nair and Hinton 2010.
package struct ReLU: FieldlessLayer, ActivationLayer {
  package static let keyword = "relu"
  package static let documentation = LayerDocumentation(
    .activation, "The positive part of each element.",
    formula: "y = max(x, 0)", source: "Nair and Hinton 2010", example: "relu")
  package static let swift = SwiftSpelling.layer("ReLU", "relu")
  package static let torch = TorchSpelling.layer("nn.ReLU", "F.relu")

  init() {}

  package var elementCounts: ElementCounts { ElementCounts(ptflops: 2) }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Activate(.relu)(inputs) }
}

/// Rectified linear unit that stops at 6, element by element; the shape stays. `y = min(max(x, 0), 6)`. Howard et
/// al. 2017, arXiv:1704.04861.
package struct ReLU6: FieldlessLayer, ActivationLayer {
  package static let keyword = "relu6"
  package static let documentation = LayerDocumentation(
    .activation, "The positive part of each element, at most 6.",
    formula: "y = min(max(x, 0), 6)", source: "Krizhevsky 2010; Howard et al. 2017, arXiv:1704.04861", example: "relu6")
  package static let swift = SwiftSpelling.layer("ReLU6", "relu6")
  package static let torch = TorchSpelling.layer("nn.ReLU6", "F.relu6")

  init() {}

  package var elementCounts: ElementCounts { ElementCounts(ptflops: 1) }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.relu6)(inputs)
  }
}

/// Self-normalizing exponential unit, element by element; the shape stays. `y = 1.0507·x for x > 0, else 1.7581·(eˣ
/// − 1)`. Klambauer et al. 2017, arXiv:1706.02515.
package struct SELU: FieldlessLayer, ActivationLayer {
  package static let keyword = "selu"
  package static let documentation = LayerDocumentation(
    .activation, "The scaled exponential unit that keeps mean 0 and variance 1.",
    formula: "y = 1.0507·x for x > 0, else 1.7581·(eˣ − 1)", source: "Klambauer et al. 2017, arXiv:1706.02515",
    example: "selu")
  package static let swift = SwiftSpelling.layer("SELU", "selu")
  package static let torch = TorchSpelling.layer("nn.SELU", "F.selu")

  init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Activate(.selu)(inputs) }
}

/// Sigmoid-weighted linear unit, also called swish, element by element; the shape stays. `y = x / (1 + e⁻ˣ)`.
/// Ramachandran et al. 2017, arXiv:1710.05941.
package struct SiLU: FieldlessLayer, ActivationLayer {
  package static let keyword = "silu"
  package static let documentation = LayerDocumentation(
    .activation, "Each element times its sigmoid (swish).",
    formula: "y = x / (1 + e⁻ˣ)",
    source: "Hendrycks and Gimpel 2016, arXiv:1606.08415; Ramachandran et al. 2017, arXiv:1710.05941", example: "silu")
  package static let swift = SwiftSpelling.layer("SiLU", "silu")
  package static let torch = TorchSpelling.layer("nn.SiLU", "F.silu")

  init() {}

  package var elementCounts: ElementCounts { ElementCounts(ptflops: 1) }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Activate(.silu)(inputs) }
}

/// Piecewise form of `silu`, element by element; the shape stays. `y = x · min(max(x + 3, 0), 6) / 6`. Howard et
/// al. 2019, arXiv:1905.02244.
package struct HardSwish: FieldlessLayer, ActivationLayer {
  package static let keyword = "hard_swish"
  package static let documentation = LayerDocumentation(
    .activation, "SiLU with a piecewise linear sigmoid.",
    formula: "y = x · min(max(x + 3, 0), 6) / 6", source: "Howard et al. 2019, arXiv:1905.02244", example: "hard_swish")
  package static let torch = TorchSpelling.layer("nn.Hardswish", "F.hardswish")

  init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.hardSwish)(inputs)
  }
}

/// Piecewise linear form of `sigmoid`, element by element; the shape stays. `y = min(max(x + 3, 0), 6) / 6`. Howard
/// et al. 2019, arXiv:1905.02244.
package struct HardSigmoid: FieldlessLayer, ActivationLayer {
  package static let keyword = "hard_sigmoid"
  package static let documentation = LayerDocumentation(
    .activation, "A piecewise linear sigmoid.",
    formula: "y = min(max(x + 3, 0), 6) / 6",
    source: "Howard et al. 2019, arXiv:1905.02244; the slope is 1/6, as in PyTorch", example: "hard_sigmoid")
  package static let torch = TorchSpelling.layer("nn.Hardsigmoid", "F.hardsigmoid")

  init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.hardSigmoid)(inputs)
  }
}

/// Logistic function, element by element; the shape stays. `y = 1 / (1 + e⁻ˣ)`.
package struct Sigmoid: FieldlessLayer, ActivationLayer {
  package static let keyword = "sigmoid"
  package static let documentation = LayerDocumentation(
    .activation, "The logistic function, between 0 and 1.",
    formula: "y = 1 / (1 + e⁻ˣ)", example: "sigmoid")
  package static let torch = TorchSpelling.layer("nn.Sigmoid", "torch.sigmoid")

  init() {}

  package var scores: ScoreMeaning { .independentProbabilities }

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.sigmoid)(inputs)
  }
}

/// Hyperbolic tangent, element by element; the shape stays. `y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)`.
package struct Tanh: FieldlessLayer, ActivationLayer {
  package static let keyword = "tanh"
  package static let documentation = LayerDocumentation(
    .activation, "The hyperbolic tangent, between −1 and 1.",
    formula: "y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)", example: "tanh")
  package static let torch = TorchSpelling.layer("nn.Tanh", "torch.tanh")

  init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor {
    Operations.Activate(.tanh())(inputs)
  }
}

/// Smooth unit like `silu`, element by element; the shape stays. `y = x · tanh(ln(1 + eˣ))`. Misra 2019,
/// arXiv:1908.08681.
package struct Mish: FieldlessLayer, ActivationLayer {
  package static let keyword = "mish"
  package static let documentation = LayerDocumentation(
    .activation, "A smooth unit: each element times the tanh of its softplus.",
    formula: "y = x · tanh(ln(1 + eˣ))", source: "Misra 2019, arXiv:1908.08681", example: "mish")
  package static let torch = TorchSpelling.layer("nn.Mish", "F.mish")

  init() {}

  package func forward(_ inputs: [Tensor], _ parameters: ParameterSet) -> Tensor { Operations.Activate(.mish)(inputs) }
}
