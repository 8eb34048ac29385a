import Layers
import Tensors

/// Convolution along a signal, `[N, in, L]` → `[N, out, L']`.
///
/// `L' = ⌊(L + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1`. Dumoulin and Visin 2016,
/// arXiv:1603.07285.
public struct Conv1D: Module, Layer {
  /// `[out, in / groups, kernel]`.
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
    weight = rule.required("weight", channels: channels, axes: 1)
    bias = rule.tensor("bias", channels: channels, axes: 1)
  }

  /// The convolution of the input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}
