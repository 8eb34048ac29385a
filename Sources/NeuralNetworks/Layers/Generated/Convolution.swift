// Convolutions and linear layers, as the declarations in Sources/Layers say them. Do not edit: RECORD_GOLDEN=1 makes the tests
// write this file anew (docs/adding-a-layer.md).

import Layers
import Tensors

/// A convolution of each channel apart from the others.
///
/// C' = C·multiplier; H' and W' as for conv; weight C'×1×kH×kW; MACs H'·W'·C'·kH·kW. Howard et al. 2017,
/// arXiv:1704.04861.
public struct DepthwiseConv2D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - kernel: size of the kernel along each axis
  ///   - stride: step between windows
  ///   - padding: zeros around the input
  ///   - dilation: distance between the kernel's taps
  ///   - multiplier: channels of the output for each channel of the input
  ///   - bias: whether a bias is added to each output channel
  public init(
    channels: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1, multiplier: Int = 1,
    bias: Bool = true
  ) {
    rule = LayerRule(
      Layers.DepthwiseConv.self, kernel.field, stride.field, padding.field, dilation.field, multiplier.field,
      bias.field)
    weight = rule.required("weight", channels: channels)
    self.bias = rule.tensor("bias", channels: channels)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// A convolution of each channel apart from the others: as `DepthwiseConv2D`, for signals `[N, C, L]`.
public struct DepthwiseConv1D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - kernel: size of the kernel along each axis
  ///   - stride: step between windows
  ///   - padding: zeros around the input
  ///   - dilation: distance between the kernel's taps
  ///   - multiplier: channels of the output for each channel of the input
  ///   - bias: whether a bias is added to each output channel
  public init(
    channels: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1, multiplier: Int = 1,
    bias: Bool = true
  ) {
    rule = LayerRule(
      Layers.DepthwiseConv.self, kernel.field, stride.field, padding.field, dilation.field, multiplier.field,
      bias.field)
    weight = rule.required("weight", channels: channels, axes: 1)
    self.bias = rule.tensor("bias", channels: channels, axes: 1)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// A convolution of each channel apart from the others: as `DepthwiseConv2D`, for volumes `[N, C, D, H, W]`.
public struct DepthwiseConv3D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - kernel: size of the kernel along each axis
  ///   - stride: step between windows
  ///   - padding: zeros around the input
  ///   - dilation: distance between the kernel's taps
  ///   - multiplier: channels of the output for each channel of the input
  ///   - bias: whether a bias is added to each output channel
  public init(
    channels: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1, multiplier: Int = 1,
    bias: Bool = true
  ) {
    rule = LayerRule(
      Layers.DepthwiseConv.self, kernel.field, stride.field, padding.field, dilation.field, multiplier.field,
      bias.field)
    weight = rule.required("weight", channels: channels, axes: 3)
    self.bias = rule.tensor("bias", channels: channels, axes: 3)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// Transposed convolution, which enlarges by its stride; padding cuts rows and columns off the output.
///
/// H' = (H − 1)·stride − padding + dilation·(kernel − 1) + output_padding + 1; weight C×O/groups×kH×kW; MACs
/// H·W·C·(O/groups)·kH·kW. Zeiler et al. 2010; Dumoulin and Visin 2016, arXiv:1603.07285.
public struct TransposedConv2D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - out: channels of the output
  ///   - kernel: size of the kernel along each axis
  ///   - stride: factor by which the maps grow
  ///   - padding: pixels cut off the sides of the output; not same
  ///   - dilation: distance between the kernel's taps
  ///   - outputPadding: pixels that the output has more at the end of each axis
  ///   - groups: groups of channels convolved apart from each other
  ///   - bias: whether a bias is added to each output channel
  public init(
    in channels: Int, out: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1,
    outputPadding: Size = 0, groups: Int = 1, bias: Bool = true
  ) {
    rule = LayerRule(
      Layers.TransposedConv.self, out.field, kernel.field, stride.field, padding.field, dilation.field,
      outputPadding.field, groups.field, bias.field)
    weight = rule.required("weight", channels: channels)
    self.bias = rule.tensor("bias", channels: channels)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// Transposed convolution, which enlarges by its stride; padding cuts rows and columns off the output: as
/// `TransposedConv2D`, for signals `[N, C, L]`.
public struct TransposedConv1D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - out: channels of the output
  ///   - kernel: size of the kernel along each axis
  ///   - stride: factor by which the maps grow
  ///   - padding: pixels cut off the sides of the output; not same
  ///   - dilation: distance between the kernel's taps
  ///   - outputPadding: pixels that the output has more at the end of each axis
  ///   - groups: groups of channels convolved apart from each other
  ///   - bias: whether a bias is added to each output channel
  public init(
    in channels: Int, out: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1,
    outputPadding: Size = 0, groups: Int = 1, bias: Bool = true
  ) {
    rule = LayerRule(
      Layers.TransposedConv.self, out.field, kernel.field, stride.field, padding.field, dilation.field,
      outputPadding.field, groups.field, bias.field)
    weight = rule.required("weight", channels: channels, axes: 1)
    self.bias = rule.tensor("bias", channels: channels, axes: 1)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// Transposed convolution, which enlarges by its stride; padding cuts rows and columns off the output: as
/// `TransposedConv2D`, for volumes `[N, C, D, H, W]`.
public struct TransposedConv3D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - out: channels of the output
  ///   - kernel: size of the kernel along each axis
  ///   - stride: factor by which the maps grow
  ///   - padding: pixels cut off the sides of the output; not same
  ///   - dilation: distance between the kernel's taps
  ///   - outputPadding: pixels that the output has more at the end of each axis
  ///   - groups: groups of channels convolved apart from each other
  ///   - bias: whether a bias is added to each output channel
  public init(
    in channels: Int, out: Int, kernel: Size, stride: Size = 1, padding: Padding = .valid, dilation: Size = 1,
    outputPadding: Size = 0, groups: Int = 1, bias: Bool = true
  ) {
    rule = LayerRule(
      Layers.TransposedConv.self, out.field, kernel.field, stride.field, padding.field, dilation.field,
      outputPadding.field, groups.field, bias.field)
    weight = rule.required("weight", channels: channels, axes: 3)
    self.bias = rule.tensor("bias", channels: channels, axes: 3)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// Fully connected layer over a vector; its input features are inferred.
///
/// y = weight · x + bias; weight O×I; MACs I·O.
public struct Linear: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - out: features of the output
  ///   - bias: whether a bias is added to each output feature
  public init(in channels: Int, out: Int, bias: Bool = true) {
    rule = LayerRule(Layers.Linear.self, out.field, bias.field)
    weight = rule.required("weight", channels: channels)
    self.bias = rule.tensor("bias", channels: channels)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}
