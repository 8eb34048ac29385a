import Layers
import Tensors

/// Layer normalization over the channels of each pixel, or over the whole image; the shape stays.
///
/// Ba et al. 2016, arXiv:1607.06450.
public struct LayerNorm: Module, Layer {
  /// `[C]`, or the shape of an image.
  public var weight: Tensor?
  /// As the weight.
  public var bias: Tensor?
  var rule: LayerRule

  /// A norm over the channels of each pixel.
  public init(channels: Int, epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true) {
    rule = LayerRule(Layers.LayerNorm.self, nil, epsilon.field, affine.field, bias.field)
    weight = rule.tensor("weight", channels: channels)
    self.bias = rule.tensor("bias", channels: channels)
  }

  /// A norm over images of a shape, such as `[64, 56, 56]`.
  public init(shape: [Int], epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true) {
    rule = LayerRule(Layers.LayerNorm.self, .word("all"), epsilon.field, affine.field, bias.field)
    weight = rule.tensor("weight", input: shape)
    self.bias = rule.tensor("bias", input: shape)
  }

  /// The normalized input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}
