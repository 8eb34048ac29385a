import Layers
import Tensors

/// The largest value of each window, `[N, C, H, W]` → `[N, C, H', W']`; the stride is the kernel unless it is given.
public struct MaxPool2D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(
    kernel: Size, stride: Size? = nil, padding: Padding = .valid, dilation: Size = 1, round rounding: Rounding = .floor
  ) {
    rule = LayerRule(
      "max_pool",
      [
        "kernel": kernel.field, "stride": stride?.field, "padding": padding.field, "dilation": dilation.field,
        "round": .word(rounding.rawValue),
      ])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The largest value of each window, `[N, C, H, W]` → `[N, C, H', W']`; the stride is the kernel unless it is given.
public func maxPool(
  _ input: Tensor, kernel: Size, stride: Size? = nil, padding: Padding = .valid, dilation: Size = 1,
  round rounding: Rounding = .floor
) -> Tensor {
  MaxPool2D(kernel: kernel, stride: stride, padding: padding, dilation: dilation, round: rounding)(input)
}

/// The mean of each window, `[N, C, H, W]` → `[N, C, H', W']`; the stride is the kernel unless it is given. With
/// `countPadding: false` zeros of the padding are left out.
public struct AveragePool2D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(
    kernel: Size, stride: Size? = nil, padding: Padding = .valid, round rounding: Rounding = .floor,
    countPadding: Bool = true
  ) {
    rule = LayerRule(
      "avg_pool",
      [
        "kernel": kernel.field, "stride": stride?.field, "padding": padding.field, "round": .word(rounding.rawValue),
        "count_padding": .bool(countPadding),
      ])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The mean of each window, `[N, C, H, W]` → `[N, C, H', W']`; the stride is the kernel unless it is given. With
/// `countPadding: false` zeros of the padding are left out.
public func averagePool(
  _ input: Tensor, kernel: Size, stride: Size? = nil, padding: Padding = .valid, round rounding: Rounding = .floor,
  countPadding: Bool = true
) -> Tensor {
  AveragePool2D(kernel: kernel, stride: stride, padding: padding, round: rounding, countPadding: countPadding)(input)
}

/// The mean of each channel, `[N, C, H, W]` → `[N, C, 1, 1]`.
public struct GlobalAveragePool2D: Module, Layer {
  var rule = LayerRule("global_avg_pool")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The mean of each channel, `[N, C, H, W]` → `[N, C, 1, 1]`.
public func globalAveragePool(_ input: Tensor) -> Tensor {
  GlobalAveragePool2D()(input)
}

/// The largest value of each channel, `[N, C, H, W]` → `[N, C, 1, 1]`.
public struct GlobalMaxPool2D: Module, Layer {
  var rule = LayerRule("global_max_pool")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The largest value of each channel, `[N, C, H, W]` → `[N, C, 1, 1]`.
public func globalMaxPool(_ input: Tensor) -> Tensor {
  GlobalMaxPool2D()(input)
}

/// The mean of windows that follow from the wanted size, `[N, C, H, W]` → `[N, C, size]`.
public struct AdaptiveAveragePool2D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(size: Size) {
    rule = LayerRule("adaptive_avg_pool", ["size": size.field])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The mean of windows that follow from the wanted size, `[N, C, H, W]` → `[N, C, size]`.
public func adaptiveAveragePool(_ input: Tensor, size: Size) -> Tensor {
  AdaptiveAveragePool2D(size: size)(input)
}

/// The largest value of windows that follow from the wanted size, `[N, C, H, W]` → `[N, C, size]`.
public struct AdaptiveMaxPool2D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(size: Size) {
    rule = LayerRule("adaptive_max_pool", ["size": size.field])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The largest value of windows that follow from the wanted size, `[N, C, H, W]` → `[N, C, size]`.
public func adaptiveMaxPool(_ input: Tensor, size: Size) -> Tensor {
  AdaptiveMaxPool2D(size: size)(input)
}

/// The largest value or the mean of neighbouring channels at each pixel (maxout); the stride is the kernel unless it is
/// given.
public struct DepthPool: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(kernel: Int, stride: Int? = nil, average: Bool = false) {
    rule = LayerRule(
      "depth_pool",
      ["kernel": .int(kernel), "stride": stride.map(FieldValue.int), "mode": .word(average ? "average" : "max")])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The largest value or the mean of neighbouring channels at each pixel (maxout); the stride is the kernel unless it is
/// given.
public func depthPool(_ input: Tensor, kernel: Int, stride: Int? = nil, average: Bool = false) -> Tensor {
  DepthPool(kernel: kernel, stride: stride, average: average)(input)
}

/// Response normalization across channels; the shape stays. Krizhevsky et al. 2012.
public struct LocalResponseNorm: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(size: Int = 5, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 2) {
    rule = LayerRule("lrn", ["size": .int(size), "alpha": .float(alpha), "beta": .float(beta), "k": .float(k)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// Response normalization across channels; the shape stays. Krizhevsky et al. 2012.
public func localResponseNorm(_ input: Tensor, size: Int = 5, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 2)
  -> Tensor
{
  LocalResponseNorm(size: size, alpha: alpha, beta: beta, k: k)(input)
}
