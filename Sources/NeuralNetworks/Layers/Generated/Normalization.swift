// Normalization and regularization, as the declarations in Sources/Layers say them. Do not edit: RECORD_GOLDEN=1 makes the tests
// write this file anew (docs/adding-a-layer.md).

import Layers
import Tensors

/// Batch normalization with running statistics.
///
/// y = (x − mean) / √(var + epsilon) · weight + bias, for each channel. Ioffe and Szegedy 2015, arXiv:1502.03167.
public struct BatchNorm2D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor?
  /// The tensor `bias`.
  public var bias: Tensor?
  /// The tensor `running_mean`.
  public var runningMean: Tensor
  /// The tensor `running_var`.
  public var runningVariance: Tensor
  /// As `momentum` of `batch_norm`: weight of the newest batch in the running statistics.
  public let momentum: Double
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - epsilon: added to the variance
  ///   - momentum: weight of the newest batch in the running statistics
  ///   - affine: whether a scale and a shift are learned
  public init(channels: Int, epsilon: Double = 1e-05, momentum: Double = 0.1, affine: Bool = true) {
    rule = LayerRule(Layers.BatchNorm.self, epsilon.field, momentum.field, affine.field)
    self.momentum = momentum
    weight = rule.tensor("weight", channels: channels)
    bias = rule.tensor("bias", channels: channels)
    runningMean = rule.required("running_mean", channels: channels)
    runningVariance = rule.required("running_var", channels: channels)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias, "running_mean": runningMean, "running_var": runningVariance])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
    visitor.visit(&runningMean, "running_mean", role: .buffer)
    visitor.visit(&runningVariance, "running_var", role: .buffer)
  }
}

/// Batch normalization with running statistics: as `BatchNorm2D`, for signals `[N, C, L]`.
public struct BatchNorm1D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor?
  /// The tensor `bias`.
  public var bias: Tensor?
  /// The tensor `running_mean`.
  public var runningMean: Tensor
  /// The tensor `running_var`.
  public var runningVariance: Tensor
  /// As `momentum` of `batch_norm`: weight of the newest batch in the running statistics.
  public let momentum: Double
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - epsilon: added to the variance
  ///   - momentum: weight of the newest batch in the running statistics
  ///   - affine: whether a scale and a shift are learned
  public init(channels: Int, epsilon: Double = 1e-05, momentum: Double = 0.1, affine: Bool = true) {
    rule = LayerRule(Layers.BatchNorm.self, epsilon.field, momentum.field, affine.field)
    self.momentum = momentum
    weight = rule.tensor("weight", channels: channels, axes: 1)
    bias = rule.tensor("bias", channels: channels, axes: 1)
    runningMean = rule.required("running_mean", channels: channels, axes: 1)
    runningVariance = rule.required("running_var", channels: channels, axes: 1)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias, "running_mean": runningMean, "running_var": runningVariance])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
    visitor.visit(&runningMean, "running_mean", role: .buffer)
    visitor.visit(&runningVariance, "running_var", role: .buffer)
  }
}

/// Batch normalization with running statistics: as `BatchNorm2D`, for volumes `[N, C, D, H, W]`.
public struct BatchNorm3D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor?
  /// The tensor `bias`.
  public var bias: Tensor?
  /// The tensor `running_mean`.
  public var runningMean: Tensor
  /// The tensor `running_var`.
  public var runningVariance: Tensor
  /// As `momentum` of `batch_norm`: weight of the newest batch in the running statistics.
  public let momentum: Double
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - epsilon: added to the variance
  ///   - momentum: weight of the newest batch in the running statistics
  ///   - affine: whether a scale and a shift are learned
  public init(channels: Int, epsilon: Double = 1e-05, momentum: Double = 0.1, affine: Bool = true) {
    rule = LayerRule(Layers.BatchNorm.self, epsilon.field, momentum.field, affine.field)
    self.momentum = momentum
    weight = rule.tensor("weight", channels: channels, axes: 3)
    bias = rule.tensor("bias", channels: channels, axes: 3)
    runningMean = rule.required("running_mean", channels: channels, axes: 3)
    runningVariance = rule.required("running_var", channels: channels, axes: 3)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input, tensors: ["weight": weight, "bias": bias, "running_mean": runningMean, "running_var": runningVariance])
  }

  /// Shows the layer's tensors under their names.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
    visitor.visit(&runningMean, "running_mean", role: .buffer)
    visitor.visit(&runningVariance, "running_var", role: .buffer)
  }
}

/// Normalization over groups of channels of one image.
///
/// y = (x − mean) / √(var + epsilon) · weight + bias, over C/groups channels and all pixels; weight C. Wu and He 2018,
/// arXiv:1803.08494.
public struct GroupNorm: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor?
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - groups: groups of channels, each with a mean of its own
  ///   - epsilon: added to the variance
  ///   - affine: whether a scale and a shift are learned for each channel
  public init(channels: Int, groups: Int, epsilon: Double = 1e-05, affine: Bool = true) {
    rule = LayerRule(Layers.GroupNorm.self, groups.field, epsilon.field, affine.field)
    weight = rule.tensor("weight", channels: channels)
    bias = rule.tensor("bias", channels: channels)
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

/// Normalization of each channel of one image, as in style transfer.
///
/// y = (x − mean) / √(var + epsilon), with affine · weight + bias; weight C. Ulyanov et al. 2016, arXiv:1607.08022.
public struct InstanceNorm2D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor?
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - epsilon: added to the variance
  ///   - affine: whether a scale and a shift are learned for each channel
  public init(channels: Int, epsilon: Double = 1e-05, affine: Bool = false) {
    rule = LayerRule(Layers.InstanceNorm.self, epsilon.field, affine.field)
    weight = rule.tensor("weight", channels: channels)
    bias = rule.tensor("bias", channels: channels)
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

/// Normalization of each channel of one image, as in style transfer: as `InstanceNorm2D`, for signals `[N, C, L]`.
public struct InstanceNorm1D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor?
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - epsilon: added to the variance
  ///   - affine: whether a scale and a shift are learned for each channel
  public init(channels: Int, epsilon: Double = 1e-05, affine: Bool = false) {
    rule = LayerRule(Layers.InstanceNorm.self, epsilon.field, affine.field)
    weight = rule.tensor("weight", channels: channels, axes: 1)
    bias = rule.tensor("bias", channels: channels, axes: 1)
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

/// Normalization of each channel of one image, as in style transfer: as `InstanceNorm2D`, for volumes `[N, C, D, H,
/// W]`.
public struct InstanceNorm3D: Module, Layer {
  /// The tensor `weight`.
  public var weight: Tensor?
  /// The tensor `bias`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer whose parameters mean nothing yet.
  ///
  /// - Parameters:
  ///   - channels: those of the input, or its features
  ///   - epsilon: added to the variance
  ///   - affine: whether a scale and a shift are learned for each channel
  public init(channels: Int, epsilon: Double = 1e-05, affine: Bool = false) {
    rule = LayerRule(Layers.InstanceNorm.self, epsilon.field, affine.field)
    weight = rule.tensor("weight", channels: channels, axes: 3)
    bias = rule.tensor("bias", channels: channels, axes: 3)
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

/// Local response normalization across neighbouring channels, as Caffe and PyTorch define it.
///
/// y = x / (k + alpha / size · Σ x²)^beta, over the size channels around each. Krizhevsky et al. 2012 (AlexNet), whose
/// alpha is alpha / size here.
public struct LocalResponseNorm: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - size: channels in the sum
  ///   - alpha: weight of the mean of squares
  ///   - beta: exponent of the divisor
  ///   - k: added to the weighted mean
  public init(size: Int = 5, alpha: Double = 0.0001, beta: Double = 0.75, k: Double = 2) {
    rule = LayerRule(Layers.LocalResponseNorm.self, size.field, alpha.field, beta.field, k.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Local response normalization across neighbouring channels, as Caffe and PyTorch define it.
///
/// y = x / (k + alpha / size · Σ x²)^beta, over the size channels around each. Krizhevsky et al. 2012 (AlexNet), whose
/// alpha is alpha / size here.
public func localResponseNorm(
  _ input: Tensor, size: Int = 5, alpha: Double = 0.0001, beta: Double = 0.75, k: Double = 2
) -> Tensor {
  LocalResponseNorm(size: size, alpha: alpha, beta: beta, k: k)(input)
}

/// Zeroes elements at random in training; nothing at inference.
///
/// in training y = x / (1 − rate) with probability 1 − rate, else 0. Hinton et al. 2012, arXiv:1207.0580.
public struct Dropout: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - rate: probability that an element is dropped in training
  public init(rate: Double = 0.5) {
    rule = LayerRule(Layers.Dropout.self, rate.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Zeroes elements at random in training; nothing at inference.
///
/// in training y = x / (1 − rate) with probability 1 − rate, else 0. Hinton et al. 2012, arXiv:1207.0580.
public func dropout(_ input: Tensor, rate: Double = 0.5) -> Tensor {
  Dropout(rate: rate)(input)
}

/// Drops a residual's body as a whole at random in training (stochastic depth); nothing at inference.
///
/// in training y = x / (1 − rate) with probability 1 − rate for each image, else 0. Huang et al. 2016,
/// arXiv:1603.09382.
public struct DropPath: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - rate: probability that an image's value is dropped in training
  public init(rate: Double = 0.1) {
    rule = LayerRule(Layers.DropPath.self, rate.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Drops a residual's body as a whole at random in training (stochastic depth); nothing at inference.
///
/// in training y = x / (1 − rate) with probability 1 − rate for each image, else 0. Huang et al. 2016,
/// arXiv:1603.09382.
public func dropPath(_ input: Tensor, rate: Double = 0.1) -> Tensor {
  DropPath(rate: rate)(input)
}
