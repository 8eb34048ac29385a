import Layers
import Tensors

/// Convolution over volumes, `[N, in, D, H, W]` → `[N, out, D', H', W']`.
///
/// `H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1`, likewise the others. Dumoulin and Visin 2016,
/// arXiv:1603.07285.
public struct Conv3D: Module, Layer {
  /// `[out, in / groups, kernel, kernel, kernel]`.
  public var weight: Tensor
  /// `[out]`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A convolution of `channels` input channels whose parameters are zeros.
  public init(
    in channels: Int, out: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1,
    groups: Int = 1, bias: Bool = true
  ) {
    self.init(
      LayerRule(
        Layers.Conv.self, out.field, kernel.field, stride.field, padding.field, dilation.field, groups.field, bias.field
      ),
      channels)
    precondition(
      channels.isMultiple(of: groups) && out.isMultiple(of: groups),
      "\(groups) groups do not divide \(channels) input and \(out) output channels")
  }

  private init(_ rule: LayerRule, _ channels: Int) {
    self.rule = rule
    weight = rule.required("weight", channels: channels, axes: 3)
    bias = rule.tensor("bias", channels: channels, axes: 3)
  }

  /// The convolution of the input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}
