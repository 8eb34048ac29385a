import Layers
import Tensors

/// The sum of inputs of one shape, each times a learned number. Tan et al. 2019, arXiv:1911.09070 (BiFPN).
public struct WeightedSum: Layer {
  /// An element for each input, 1 at first.
  public var weight: Tensor
  var rule: LayerRule

  /// A sum of so many inputs.
  public init(inputs: Int, normalize: FusionNormalization = .relu, epsilon: Double = 1e-4) {
    precondition(inputs > 1, "a sum has at least two inputs, not \(inputs)")
    rule = LayerRule(Layers.WeightedSum.self, normalize.field, epsilon.field)
    weight = Tensor(repeating: 1, shape: [inputs])
  }

  /// The sum of as many inputs as the layer was made for.
  public func callAsFunction(_ inputs: Tensor...) -> Tensor { self(inputs) }

  func callAsFunction(_ inputs: [Tensor]) -> Tensor { rule(inputs, tensors: ["weight": weight]) }

  /// Shows `weight`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) { visitor.visit(&weight, "weight") }
}

/// What makes the weights of a weighted sum of what is learned.
public enum FusionNormalization: String, Hashable, Sendable, FieldWord {
  /// The shares of the positive parts.
  case relu
  /// A softmax.
  case softmax
  /// Nothing: they are what is learned.
  case none
}
