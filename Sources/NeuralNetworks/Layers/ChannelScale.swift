import Layers
import Tensors

/// Multiplies by learned numbers, one a channel or one for all; the shape stays. Touvron et al. 2021, arXiv:2103.17239
/// (LayerScale); Bachlechner et al. 2020, arXiv:2003.04887 (ReZero).
public struct ChannelScale: Module, Layer {
  /// `[C]`, or `[1]`.
  public var weight: Tensor
  var rule: LayerRule

  /// Factors for `channels` channels, `value` at first.
  public init(channels: Int, by value: Double = 1) {
    rule = LayerRule(Layers.Scale.self, value.field, true.field)
    weight = rule.required("weight", channels: channels)
  }

  /// One factor for all channels, `value` at first.
  public init(by value: Double = 1) {
    rule = LayerRule(Layers.Scale.self, value.field, true.field, .word("tensor"))
    weight = rule.required("weight", channels: 1)
  }

  /// The scaled input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight]) }

  /// Shows `weight`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) { visitor.visit(&weight, "weight") }
}
