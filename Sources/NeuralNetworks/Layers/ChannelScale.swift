import Layers
import Tensors

/// Multiplies each channel by a learned number; the shape stays. Touvron et al. 2021, arXiv:2103.17239 (LayerScale).
public struct ChannelScale: Module, Layer {
  /// `[C]`.
  public var weight: Tensor
  var rule: LayerRule

  /// Factors for `channels` channels, `value` at first.
  public init(channels: Int, by value: Double = 1) {
    rule = LayerRule(Layers.Scale.self, value.field, true.field)
    weight = rule.required("weight", channels: channels)
  }

  /// The scaled input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight]) }

  /// Shows `weight`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) { visitor.visit(&weight, "weight") }
}
