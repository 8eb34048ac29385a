import Layers
import Tensors

/// Batch normalization of feature maps or vectors with running statistics; the shape stays.
///
/// `y = (x − runningMean) / √(runningVariance + epsilon) · weight + bias`. Ioffe and Szegedy 2015, arXiv:1502.03167.
public struct BatchNorm2D: Module, Layer {
  /// `[C]`.
  public var weight: Tensor?
  /// `[C]`.
  public var bias: Tensor?
  /// `[C]`, called `running_mean` in files.
  public var runningMean: Tensor
  /// `[C]`, called `running_var` in files.
  public var runningVariance: Tensor
  /// The weight of the newest batch in the running statistics, in training.
  public let momentum: Double
  var rule: LayerRule

  /// A norm of `channels` channels that changes nothing yet.
  public init(channels: Int, epsilon: Double = 1e-5, momentum: Double = 0.1, affine: Bool = true) {
    rule = LayerRule(
      "batch_norm", ["epsilon": .float(epsilon), "momentum": .float(momentum), "affine": .bool(affine)])
    self.momentum = momentum
    weight = rule.tensor("weight", channels: channels)?.ones
    bias = rule.tensor("bias", channels: channels)
    runningMean = rule.required("running_mean", channels: channels)
    runningVariance = rule.required("running_var", channels: channels).ones
  }

  /// The normalized input.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(
      input,
      tensors: ["weight": weight, "bias": bias, "running_mean": runningMean, "running_var": runningVariance])
  }

  /// Shows `weight`, `bias`, `running_mean` and `running_var`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
    visitor.visit(&runningMean, "running_mean", role: .buffer)
    visitor.visit(&runningVariance, "running_var", role: .buffer)
  }
}

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
    rule = LayerRule("layer_norm", ["epsilon": .float(epsilon), "affine": .bool(affine), "bias": .bool(bias)])
    weight = rule.tensor("weight", channels: channels)?.ones
    self.bias = rule.tensor("bias", channels: channels)
  }

  /// A norm over images of a shape, such as `[64, 56, 56]`.
  public init(shape: [Int], epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true) {
    rule = LayerRule(
      "layer_norm",
      ["over": .word("all"), "epsilon": .float(epsilon), "affine": .bool(affine), "bias": .bool(bias)])
    weight = rule.tensor("weight", input: shape)?.ones
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

/// Normalization over groups of channels of one image; the shape stays. Wu and He 2018, arXiv:1803.08494.
public struct GroupNorm: Module, Layer {
  /// `[C]`.
  public var weight: Tensor?
  /// `[C]`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A norm of `channels` channels in `groups` groups.
  public init(channels: Int, groups: Int, epsilon: Double = 1e-5, affine: Bool = true) {
    rule = LayerRule("group_norm", ["groups": .int(groups), "epsilon": .float(epsilon), "affine": .bool(affine)])
    weight = rule.tensor("weight", channels: channels)?.ones
    bias = rule.tensor("bias", channels: channels)
  }

  /// The normalized input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// Normalization of each channel of one image; the shape stays. Ulyanov et al. 2016, arXiv:1607.08022.
public struct InstanceNorm2D: Module, Layer {
  /// `[C]`.
  public var weight: Tensor?
  /// `[C]`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A norm of `channels` channels.
  public init(channels: Int, epsilon: Double = 1e-5, affine: Bool = false) {
    rule = LayerRule("instance_norm", ["epsilon": .float(epsilon), "affine": .bool(affine)])
    weight = rule.tensor("weight", channels: channels)?.ones
    bias = rule.tensor("bias", channels: channels)
  }

  /// The normalized input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}
