import Shapes
import Tensors

/// How a layer's weight is computed from tensors that are trained in its place.
///
/// At inference the weight is a constant: it is computed when a plan is made. Names and shapes are those of PyTorch.
package enum WeightForm: Hashable, Sendable {
  /// `w = g · v / ‖v‖` for each row: `weight_g`, `weight_v`. Salimans and Kingma 2016, arXiv:1602.07868.
  case weightNorm
  /// `w / σ(w)`: `weight_orig` and the buffers `weight_u` and `weight_v`. The rows are those of a dimension. Miyato et al.
  /// 2018, arXiv:1802.05957.
  case spectralNorm(dimension: Int)
  /// `(w − mean) / √(var + epsilon)` for each row. Qiao et al. 2019, arXiv:1903.10520; BiT, arXiv:1912.11370.
  case standardized(epsilon: Double)
  /// The same times `gain · gamma / √fan_in`, with a tensor `gain`. Brock et al. 2021, arXiv:2101.08692.
  case scaledStandardized(gamma: Double, epsilon: Double)

  /// A layer's tensors in place of those of a layer with a weight of its own.
  package func tensors(_ specs: [ParameterSpec]) -> [ParameterSpec] {
    guard let weight = specs.first(where: { $0.name == "weight" }) else { return specs }
    let others = specs.filter { $0.name != "weight" }
    let column = [weight.shape[0]] + weight.shape.dropFirst().map { _ in 1 }
    switch self {
    case .weightNorm: return others + [ParameterSpec("weight_g", column), ParameterSpec("weight_v", weight.shape)]
    case .spectralNorm(let dimension):
      let rows = weight.shape[dimension]
      return others + [
        ParameterSpec("weight_orig", weight.shape), ParameterSpec("weight_u", [rows], role: .buffer),
        ParameterSpec("weight_v", [weight.elements / max(1, rows)], role: .buffer),
      ]
    case .standardized: return specs
    case .scaledStandardized: return specs + [ParameterSpec("gain", column)]
    }
  }

  /// The name of the tensor that stands for the weight: what `init` is for.
  package var weightName: String {
    switch self {
    case .weightNorm: "weight_v"
    case .spectralNorm: "weight_orig"
    case .standardized, .scaledStandardized: "weight"
    }
  }

  /// What each element of a tensor is before training, where that is the same for all; nil otherwise.
  package func start(of tensor: String) -> Double? {
    if case .scaledStandardized = self, tensor == "gain" { return 1 }
    return nil
  }

  /// What tensors beside the one that stands for the weight begin with, where that follows from it: lengths that change
  /// nothing, singular vectors after some iterations.
  package func derived(from weight: Tensor) -> [String: Tensor] {
    switch self {
    case .weightNorm:
      let column = [weight.shape[0]] + weight.shape.dropFirst().map { _ in 1 }
      return ["weight_g": Tensor(Plain.rowNorms(weight), shape: column)]
    case .spectralNorm(let dimension):
      let (u, v) = Plain.singularVectors(weight, dimension: dimension)
      return ["weight_u": Tensor(u), "weight_v": Tensor(v)]
    case .standardized, .scaledStandardized: return [:]
    }
  }

  /// The tensors with the weight that follows from them.
  package func resolved(_ parameters: ParameterSet) -> ParameterSet {
    let raw = parameters.required(weightName)
    let weight: Tensor
    switch self {
    case .weightNorm: weight = Operations.WeightNorm()(raw, parameters.required("weight_g"))
    case .spectralNorm(let dimension):
      weight = Operations.SpectralNorm(dimension: dimension)(
        raw, parameters.required("weight_u"), parameters.required("weight_v"))
    case .standardized(let epsilon): weight = Operations.StandardizedWeight(epsilon: epsilon)(raw)
    case .scaledStandardized(let gamma, let epsilon):
      let inputs = raw.shape.dropFirst().reduce(1, saturatingProduct)
      weight = Operations.StandardizedWeight(factor: gamma / Double(max(1, inputs)).squareRoot(), epsilon: epsilon)(
        raw, parameters.required("gain"))
    }
    return parameters.setting("weight", to: weight)
  }
}

extension FieldReader {
  /// The fields `normalize_weight`, `weight_gamma` and `weight_epsilon`; nil where the weight is a tensor itself.
  ///
  /// `outputs` is the dimension of the weight whose elements are the outputs.
  mutating func weightForm(outputs: Int) throws(FieldError) -> WeightForm? {
    let words = ["weight_norm", "spectral_norm", "standardize", "scaled_standardize"]
    let word = optionalWord(
      "normalize_weight", of: words, defaultText: "none",
      "what the weight is computed by from tensors that are trained",
      concernsTensors: true)
    let gamma = optionalFloat(
      "weight_gamma", defaultText: "1", "what a weight that is scaled and standardized is multiplied by",
      concernsTensors: true)
    let epsilon = optionalFloat(
      "weight_epsilon", in: 0...Double.infinity, defaultText: "1e-06", "added to the variance of a standardized weight",
      concernsTensors: true)
    if isDescribing { return nil }
    if gamma != nil, word != "scaled_standardize" {
      throw FieldError("weight_gamma", "weight_gamma needs normalize_weight: scaled_standardize")
    }
    if epsilon != nil, word != "standardize", word != "scaled_standardize" {
      throw FieldError("weight_epsilon", "weight_epsilon needs normalize_weight: standardize or scaled_standardize")
    }
    switch word {
    case "weight_norm": return .weightNorm
    case "spectral_norm": return .spectralNorm(dimension: outputs)
    case "standardize": return .standardized(epsilon: epsilon ?? 1e-6)
    case "scaled_standardize": return .scaledStandardized(gamma: gamma ?? 1, epsilon: epsilon ?? 1e-6)
    default: return nil
    }
  }
}
