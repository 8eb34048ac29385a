import Tensors

/// Depthwise separable convolution over volumes: a depthwise convolution, then one of single voxels, without anything
/// between them.
///
/// Chollet 2017, arXiv:1610.02357.
public struct SeparableConv3D: Module {
  /// The convolution of each channel.
  public var depthwise: DepthwiseConv3D
  /// The convolution of single voxels of its output.
  public var pointwise: Conv3D

  /// Two convolutions whose parameters are zeros; kernel, stride, padding and dilation are the first one's.
  public init(
    in channels: Int, out: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1,
    multiplier: Int = 1, bias: Bool = true
  ) {
    depthwise = DepthwiseConv3D(
      channels: channels, kernel: kernel, stride: stride, padding: padding, dilation: dilation, multiplier: multiplier,
      bias: bias)
    pointwise = Conv3D(in: channels * multiplier, out: out, kernel: 1, bias: bias)
  }

  /// The second convolution of the first.
  public func callAsFunction(_ input: Tensor) -> Tensor { pointwise(depthwise(input)) }

  /// Shows the parameters of both.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&depthwise, "depthwise")
    visitor.visit(&pointwise, "pointwise")
  }
}
