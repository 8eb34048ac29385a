import Layers
import Tensors

/// Rectified linear unit with a learned slope below zero; the shape stays. He et al. 2015, arXiv:1502.01852.
public struct PReLU: Module, Layer {
  /// `[1]`, or `[C]`.
  public var weight: Tensor
  var rule: LayerRule

  /// One slope for all channels, 0.25 at first.
  public init() {
    rule = LayerRule(Layers.PReLU.self)
    weight = rule.required("weight", channels: 1)
  }

  /// A slope for each of `channels` channels, 0.25 at first.
  public init(channels: Int) {
    rule = LayerRule(Layers.PReLU.self, true.field)
    weight = rule.required("weight", channels: channels)
  }

  /// The activated input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight]) }

  /// Shows `weight`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) { visitor.visit(&weight, "weight") }
}
