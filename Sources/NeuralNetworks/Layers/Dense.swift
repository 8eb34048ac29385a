import Layers
import Tensors

/// Fully connected layer, `[N, in]` → `[N, out]`: `y = weight·x + bias`.
public struct Linear: Module, Layer {
  /// `[out, in]`.
  public var weight: Tensor
  /// `[out]`.
  public var bias: Tensor?
  var rule: LayerRule

  /// A layer of `features` input features whose parameters are zeros.
  public init(in features: Int, out: Int, bias: Bool = true) {
    rule = LayerRule("linear", ["out": .int(out), "bias": .bool(bias)])
    weight = rule.required("weight", input: [features])
    self.bias = rule.tensor("bias", input: [features])
  }

  /// The products with the weight's rows.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// LeNet-5's Euclidean radial basis functions: squared distances to fixed centers, `[N, in]` → `[N, out]`.
///
/// LeCun et al. 1998.
public struct RadialBasis: Module, Layer {
  /// `[out, in]`.
  public var centers: Tensor
  /// Whether the centers were given, so that a file of weights may lack them.
  private let isGiven: Bool
  var rule: LayerRule

  /// A layer with the given centers `[out, in]`.
  public init(centers: Tensor) {
    precondition(centers.rank == 2, "centers are [out, in], not \(centers.shape)")
    rule = LayerRule("rbf", ["out": .int(centers.shape[0]), "centers": .text("centers")])
    self.centers = centers
    isGiven = true
  }

  /// A layer of `features` input features whose centers are to come from a file of weights.
  public init(in features: Int, out: Int) {
    rule = LayerRule("rbf", ["out": .int(out), "centers": .text("centers")])
    centers = Tensor(zeros: [out, features])
    isGiven = false
  }

  /// The distances.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["centers": centers]) }

  /// Shows `centers`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&centers, "centers", role: isGiven ? .fixed : .buffer)
  }
}

/// Multiplies each channel by a learned number; the shape stays. Touvron et al. 2021, arXiv:2103.17239 (LayerScale).
public struct ChannelScale: Module, Layer {
  /// `[C]`.
  public var weight: Tensor
  var rule = LayerRule("scale", ["trainable": .bool(true)])

  /// Factors for `channels` channels, `value` at first.
  public init(channels: Int, by value: Double = 1) {
    weight = Tensor(repeating: Float(value), shape: [channels])
  }

  /// The scaled input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight]) }

  /// Shows `weight`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) { visitor.visit(&weight, "weight") }
}

/// LeNet-5's subsampling: a window's sum, times a channel's weight, plus its bias, `[N, C, H, W]` → `[N, C, H', W']`.
public struct Subsample: Module, Layer {
  /// `[C]`.
  public var weight: Tensor
  /// `[C]`.
  public var bias: Tensor
  var rule: LayerRule

  /// Windows over `channels` channels whose parameters are zeros; the stride is the kernel unless it is given.
  public init(channels: Int, kernel: Size, stride: Size? = nil) {
    rule = LayerRule("subsample", ["kernel": kernel.field, "stride": stride?.field])
    weight = rule.required("weight", channels: channels)
    bias = rule.required("bias", channels: channels)
  }

  /// The subsampled maps.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight, "bias": bias]) }

  /// Shows `weight` and `bias`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&weight, "weight")
    visitor.visit(&bias, "bias")
  }
}

/// Rectified linear unit with a learned slope below zero; the shape stays. He et al. 2015, arXiv:1502.01852.
public struct PReLU: Module, Layer {
  /// `[1]`, or `[C]`.
  public var weight: Tensor
  var rule: LayerRule

  /// One slope for all channels, 0.25 at first.
  public init() {
    rule = LayerRule("prelu")
    weight = Tensor(repeating: 0.25, shape: [1])
  }

  /// A slope for each of `channels` channels, 0.25 at first.
  public init(channels: Int) {
    rule = LayerRule("prelu", ["per_channel": .bool(true)])
    weight = Tensor(repeating: 0.25, shape: [channels])
  }

  /// The activated input.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input, tensors: ["weight": weight]) }

  /// Shows `weight`.
  public mutating func visitParameters(_ visitor: inout ParameterVisitor) { visitor.visit(&weight, "weight") }
}
