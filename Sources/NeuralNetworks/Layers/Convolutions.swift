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
    let window = Window(kernel, stride, padding, dilation)
    self.init(
      LayerRule("conv", window.fields(["out": .int(out), "groups": .int(groups), "bias": .bool(bias)])), channels)
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
    let window = Window(kernel, stride, padding, dilation)
    self.init(
      LayerRule(
        "conv", window.fields(["out": .int(out), "bias": .bool(bias), "connections": .intTable(connections)])),
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

/// Depthwise convolution: every channel has its own kernels, `[N, C, H, W]` → `[N, C·multiplier, H', W']`.
///
/// Howard et al. 2017, arXiv:1704.04861.
public struct DepthwiseConv2D: Module, Layer {
  /// `[C·multiplier, 1, kernel, kernel]`.
  public var weight: Tensor
  /// `[C·multiplier]`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A convolution of each of `channels` channels apart from the others, whose parameters are zeros.
  public init(
    channels: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1, multiplier: Int = 1,
    bias: Bool = true
  ) {
    let window = Window(kernel, stride, padding, dilation)
    rule = LayerRule("depthwise_conv", window.fields(["multiplier": .int(multiplier), "bias": .bool(bias)]))
    weight = rule.required("weight", channels: channels)
    self.bias = rule.tensor("bias", channels: channels)
  }

  /// The convolution of the input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// Depthwise separable convolution: a depthwise convolution, then a 1×1 convolution, without anything between them.
///
/// Chollet 2017, arXiv:1610.02357.
public struct SeparableConv2D: Module {
  /// The convolution of each channel.
  public var depthwise: DepthwiseConv2D
  /// The 1×1 convolution of its output.
  public var pointwise: Conv2D

  /// Two convolutions whose parameters are zeros; kernel, stride, padding and dilation are the first one's.
  public init(
    in channels: Int, out: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1,
    multiplier: Int = 1, bias: Bool = true
  ) {
    depthwise = DepthwiseConv2D(
      channels: channels, kernel: kernel, stride: stride, padding: padding, dilation: dilation, multiplier: multiplier,
      bias: bias)
    pointwise = Conv2D(in: channels * multiplier, out: out, kernel: 1, bias: bias)
  }

  /// The second convolution of the first.
  public func callAsFunction(_ input: Tensor) -> Tensor { pointwise(depthwise(input)) }

  /// Shows the parameters of both.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&depthwise, "depthwise")
    visitor.visit(&pointwise, "pointwise")
  }
}

/// Transposed convolution, which enlarges by its stride, `[N, in, H, W]` → `[N, out, H', W']`.
///
/// `H' = (H − 1)·stride − padding + dilation·(kernel − 1) + outputPadding + 1`, where `padding` counts both sides.
public struct TransposedConv2D: Module, Layer {
  /// `[in, out / groups, kernel, kernel]`.
  public var weight: Tensor
  /// `[out]`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A transposed convolution of `channels` input channels whose parameters are zeros.
  public init(
    in channels: Int, out: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1,
    outputPadding: Size = 0, groups: Int = 1, bias: Bool = true
  ) {
    let window = Window(kernel, stride, padding, dilation)
    rule = LayerRule(
      "transposed_conv",
      window.fields([
        "out": .int(out), "output_padding": outputPadding.field, "groups": .int(groups), "bias": .bool(bias),
      ]))
    weight = rule.required("weight", channels: channels)
    self.bias = rule.tensor("bias", channels: channels)
  }

  /// The transposed convolution of the input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// What the convolutions have in common.
private struct Window {
  private let own: [String: FieldValue?]

  init(_ kernel: Size, _ stride: Size, _ padding: Padding, _ dilation: Size) {
    own = ["kernel": kernel.field, "stride": stride.field, "padding": padding.field, "dilation": dilation.field]
  }

  /// The fields of one kind of convolution.
  func fields(_ others: [String: FieldValue?]) -> [String: FieldValue?] { own.merging(others) { $1 } }
}
