// LeNet-5, 1998, as the declarations in Sources/Layers say them. Do not edit: RECORD_GOLDEN=1 makes the tests
// write this file anew (docs/adding-a-layer.md).

import Layers
import Tensors

/// The sum of each window, times one learned coefficient a map, plus one bias.
///
/// y = weight · Σ x + bias; H' = ⌊(H − kernel) / stride⌋ + 1; weight C, bias C. LeCun et al. 1998, layers S2 and S4.
public struct Subsample: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor
  /// The tensor `bias`.
  public var bias: Tensor
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - kernel: size of the window along each axis
  ///   - stride: step between windows; the kernel where it is not given
  public init(channels: Int, kernel: Size, stride: Size? = nil) {
    rule = LayerRule(Layers.Subsample.self, kernel.field, stride?.field)
    weight = rule.required("weight", channels: channels)
    bias = rule.required("bias", channels: channels)
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
