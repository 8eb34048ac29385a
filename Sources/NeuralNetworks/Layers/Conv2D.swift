import Layers
import Tensors

/// 2-D convolution (cross-correlation), `[N, in, H, W]` → `[N, out, H', W']`.
///
/// `H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1`, likewise `W'`. Dumoulin and Visin 2016,
/// arXiv:1603.07285.
public struct Conv2D: Module, Layer {
  /// `[out, in / groups, kernel, kernel]`.
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

  /// LeNet-5's: `connections` has for each output channel the input channels it sees, from 0; the weight is
  /// `[connections, kernel, kernel]`, one kernel a connection.
  public init(
    in channels: Int, out: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1,
    bias: Bool = true, connections: [[Int]]
  ) {
    self.init(
      LayerRule(
        Layers.Conv.self, out.field, kernel.field, stride.field, padding.field, dilation.field, nil, bias.field,
        connections.field),
      channels)
  }

  private init(_ rule: LayerRule, _ channels: Int) {
    self.rule = rule
    weight = rule.required("weight", channels: channels)
    bias = rule.tensor("bias", channels: channels)
  }

  /// The convolution of the input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}
