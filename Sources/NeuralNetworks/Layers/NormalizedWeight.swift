import Layers
import Tensors

/// A convolution or linear layer whose weight is computed from tensors that are trained in its place.
///
///     NormalizedWeight(Conv2D(in: 16, out: 32, kernel: 3), .weightNorm)
///
/// The tensors have the names and shapes that PyTorch has for them; a plan computes the weight once.
public struct NormalizedWeight: Module, Layer {
  /// The tensors by their names: `weight_g`, `weight_v` and `bias` of a weight normalization.
  public private(set) var tensors: [String: Tensor] = [:]
  private let specs: [ParameterSpec]
  var rule: LayerRule

  /// A layer with another way to its weight. Its own weight stands in for the one to be normalized, and what begins with
  /// its lengths or singular vectors follows from it.
  public init(_ layer: some Module, _ normalization: WeightNormalization) {
    guard let own = layer as? any Layer else { preconditionFailure("\(type(of: layer)) is no layer with a weight") }
    rule = own.rule
    rule.form = normalization.form
    var (before, specs): ([String: Tensor], [ParameterSpec]) = ([:], [])
    layer.forEachParameter { name, _, tensor in
      before[name] = tensor
      specs.append(ParameterSpec(name, tensor.shape))
    }
    precondition(before["weight"] != nil, "\(type(of: layer)) has no weight")
    self.specs = normalization.form.tensors(specs)
    for spec in self.specs {
      let name = spec.name == normalization.form.weightName ? "weight" : spec.name
      tensors[spec.name] =
        before[name] ?? Tensor(repeating: Float(normalization.form.start(of: spec.name) ?? 0), shape: spec.shape)
    }
    deriveTensors()
  }

  /// The name of the tensor that stands for the weight.
  var weightName: String { rule.form?.weightName ?? "weight" }

  /// Begins with what follows from the tensor that stands for the weight, unless that is all zeros.
  mutating func deriveTensors() {
    guard let weight = tensors[weightName], weight.elements.contains(where: { $0 != 0 }) else { return }
    tensors.merge(rule.form?.derived(from: weight) ?? [:]) { $1 }
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: tensors.mapValues { $0 }) }

  /// Shows the tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    for spec in specs {
      visitor.visit(&tensors[spec.name], spec.name, role: spec.role == .buffer ? .buffer : .trainable)
    }
  }
}

/// How a weight is computed from the tensors that are trained in its place.
public struct WeightNormalization: Hashable, Sendable {
  let form: WeightForm

  /// Each row has a direction and a length. Salimans and Kingma 2016, arXiv:1602.07868.
  public static let weightNorm = WeightNormalization(form: .weightNorm)

  /// The weight divided by its largest singular value; its rows as a matrix are those of a dimension, which is 1 for
  /// transposed convolutions. Miyato et al. 2018, arXiv:1802.05957.
  public static func spectralNorm(dimension: Int = 0) -> WeightNormalization {
    WeightNormalization(form: .spectralNorm(dimension: dimension))
  }

  /// Each row without its mean, divided by its deviation. Qiao et al. 2019, arXiv:1903.10520.
  public static func standardized(epsilon: Double = 1e-6) -> WeightNormalization {
    WeightNormalization(form: .standardized(epsilon: epsilon))
  }

  /// The same times a learned gain and `gamma / √fan_in`. Brock et al. 2021, arXiv:2101.08692.
  public static func scaledStandardized(gamma: Double = 1, epsilon: Double = 1e-6) -> WeightNormalization {
    WeightNormalization(form: .scaledStandardized(gamma: gamma, epsilon: epsilon))
  }
}
