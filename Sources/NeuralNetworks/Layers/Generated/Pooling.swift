// Pooling, as the declarations in Sources/Layers say them. Do not edit: RECORD_GOLDEN=1 makes the tests
// write this file anew (docs/adding-a-layer.md).

import Layers
import Tensors

/// The largest value of each window; padding is never the largest.
///
/// H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, ⌈…⌉ with round: ceil. Ranzato et al. 2007; Dumoulin
/// and Visin 2016, arXiv:1603.07285.
public struct MaxPool2D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - kernel: size of the window along each axis
  ///   - stride: step between windows; the kernel where it is not given
  ///   - padding: pixels around the input
  ///   - dilation: distance between the window's pixels
  ///   - round: whether a last window that is cut off counts (ceil, as in Caffe)
  public init(
    kernel: Size, stride: Size? = nil, padding: Padding = .valid, dilation: Size = 1, round: Rounding = .floor
  ) {
    rule = LayerRule(Layers.MaxPool.self, kernel.field, stride?.field, padding.field, dilation.field, round.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of each window; padding is never the largest: as `MaxPool2D`, for signals `[N, C, L]`.
public struct MaxPool1D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - kernel: size of the window along each axis
  ///   - stride: step between windows; the kernel where it is not given
  ///   - padding: pixels around the input
  ///   - dilation: distance between the window's pixels
  ///   - round: whether a last window that is cut off counts (ceil, as in Caffe)
  public init(
    kernel: Size, stride: Size? = nil, padding: Padding = .valid, dilation: Size = 1, round: Rounding = .floor
  ) {
    rule = LayerRule(Layers.MaxPool.self, kernel.field, stride?.field, padding.field, dilation.field, round.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of each window; padding is never the largest: as `MaxPool2D`, for volumes `[N, C, D, H, W]`.
public struct MaxPool3D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - kernel: size of the window along each axis
  ///   - stride: step between windows; the kernel where it is not given
  ///   - padding: pixels around the input
  ///   - dilation: distance between the window's pixels
  ///   - round: whether a last window that is cut off counts (ceil, as in Caffe)
  public init(
    kernel: Size, stride: Size? = nil, padding: Padding = .valid, dilation: Size = 1, round: Rounding = .floor
  ) {
    rule = LayerRule(Layers.MaxPool.self, kernel.field, stride?.field, padding.field, dilation.field, round.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of each window; padding is never the largest.
///
/// H' = ⌊(H + padding − dilation·(kernel − 1) − 1) / stride⌋ + 1, ⌈…⌉ with round: ceil. Ranzato et al. 2007; Dumoulin
/// and Visin 2016, arXiv:1603.07285.
public func maxPool(
  _ input: Tensor, kernel: Size, stride: Size? = nil, padding: Padding = .valid, dilation: Size = 1,
  round: Rounding = .floor
) -> Tensor {
  MaxPool2D(kernel: kernel, stride: stride, padding: padding, dilation: dilation, round: round)(input)
}

/// The mean of each window.
///
/// H' = ⌊(H + padding − kernel) / stride⌋ + 1, ⌈…⌉ with round: ceil; the sum is divided by the window's pixels in the
/// padded input, with count_padding: false by those in the input. LeCun et al. 1998.
public struct AveragePool2D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - kernel: size of the window along each axis
  ///   - stride: step between windows; the kernel where it is not given
  ///   - padding: pixels around the input
  ///   - round: whether a last window that is cut off counts (ceil, as in Caffe)
  ///   - countPadding: whether zeros of the padding count in the mean
  public init(
    kernel: Size, stride: Size? = nil, padding: Padding = .valid, round: Rounding = .floor, countPadding: Bool = true
  ) {
    rule = LayerRule(
      Layers.AveragePool.self, kernel.field, stride?.field, padding.field, round.field, countPadding.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean of each window: as `AveragePool2D`, for signals `[N, C, L]`.
public struct AveragePool1D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - kernel: size of the window along each axis
  ///   - stride: step between windows; the kernel where it is not given
  ///   - padding: pixels around the input
  ///   - round: whether a last window that is cut off counts (ceil, as in Caffe)
  ///   - countPadding: whether zeros of the padding count in the mean
  public init(
    kernel: Size, stride: Size? = nil, padding: Padding = .valid, round: Rounding = .floor, countPadding: Bool = true
  ) {
    rule = LayerRule(
      Layers.AveragePool.self, kernel.field, stride?.field, padding.field, round.field, countPadding.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean of each window: as `AveragePool2D`, for volumes `[N, C, D, H, W]`.
public struct AveragePool3D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - kernel: size of the window along each axis
  ///   - stride: step between windows; the kernel where it is not given
  ///   - padding: pixels around the input
  ///   - round: whether a last window that is cut off counts (ceil, as in Caffe)
  ///   - countPadding: whether zeros of the padding count in the mean
  public init(
    kernel: Size, stride: Size? = nil, padding: Padding = .valid, round: Rounding = .floor, countPadding: Bool = true
  ) {
    rule = LayerRule(
      Layers.AveragePool.self, kernel.field, stride?.field, padding.field, round.field, countPadding.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean of each window.
///
/// H' = ⌊(H + padding − kernel) / stride⌋ + 1, ⌈…⌉ with round: ceil; the sum is divided by the window's pixels in the
/// padded input, with count_padding: false by those in the input. LeCun et al. 1998.
public func averagePool(
  _ input: Tensor, kernel: Size, stride: Size? = nil, padding: Padding = .valid, round: Rounding = .floor,
  countPadding: Bool = true
) -> Tensor {
  AveragePool2D(kernel: kernel, stride: stride, padding: padding, round: round, countPadding: countPadding)(input)
}

/// The mean of each channel, whatever the size.
///
/// C×H×W → C×1×1; y = Σ x / (H·W). Lin et al. 2013, arXiv:1312.4400.
public struct GlobalAveragePool2D: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.GlobalAveragePool.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean of each channel, whatever the size: as `GlobalAveragePool2D`, for signals `[N, C, L]`.
public struct GlobalAveragePool1D: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.GlobalAveragePool.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean of each channel, whatever the size: as `GlobalAveragePool2D`, for volumes `[N, C, D, H, W]`.
public struct GlobalAveragePool3D: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.GlobalAveragePool.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean of each channel, whatever the size.
///
/// C×H×W → C×1×1; y = Σ x / (H·W). Lin et al. 2013, arXiv:1312.4400.
public func globalAveragePool(_ input: Tensor) -> Tensor {
  GlobalAveragePool2D()(input)
}

/// The largest value of each channel, whatever the size.
///
/// C×H×W → C×1×1; y = max x. Oquab et al. 2015.
public struct GlobalMaxPool2D: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.GlobalMaxPool.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of each channel, whatever the size: as `GlobalMaxPool2D`, for signals `[N, C, L]`.
public struct GlobalMaxPool1D: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.GlobalMaxPool.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of each channel, whatever the size: as `GlobalMaxPool2D`, for volumes `[N, C, D, H, W]`.
public struct GlobalMaxPool3D: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.GlobalMaxPool.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of each channel, whatever the size.
///
/// C×H×W → C×1×1; y = max x. Oquab et al. 2015.
public func globalMaxPool(_ input: Tensor) -> Tensor {
  GlobalMaxPool2D()(input)
}

/// The mean over windows chosen so that the output has a fixed size.
///
/// C×H×W → C×H'×W'; row i covers ⌊i·H/H'⌋ to ⌈(i + 1)·H/H'⌉. He et al. 2014, arXiv:1406.4729.
public struct AdaptiveAveragePool2D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - size: size of the output along each axis
  public init(size: Size) {
    rule = LayerRule(Layers.AdaptiveAveragePool.self, size.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean over windows chosen so that the output has a fixed size: as `AdaptiveAveragePool2D`, for signals `[N, C,
/// L]`.
public struct AdaptiveAveragePool1D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - size: size of the output along each axis
  public init(size: Size) {
    rule = LayerRule(Layers.AdaptiveAveragePool.self, size.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean over windows chosen so that the output has a fixed size: as `AdaptiveAveragePool2D`, for volumes `[N, C, D,
/// H, W]`.
public struct AdaptiveAveragePool3D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - size: size of the output along each axis
  public init(size: Size) {
    rule = LayerRule(Layers.AdaptiveAveragePool.self, size.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The mean over windows chosen so that the output has a fixed size.
///
/// C×H×W → C×H'×W'; row i covers ⌊i·H/H'⌋ to ⌈(i + 1)·H/H'⌉. He et al. 2014, arXiv:1406.4729.
public func adaptiveAveragePool(_ input: Tensor, size: Size) -> Tensor {
  AdaptiveAveragePool2D(size: size)(input)
}

/// The largest value of windows chosen so that the output has a fixed size.
///
/// C×H×W → C×H'×W'; row i covers ⌊i·H/H'⌋ to ⌈(i + 1)·H/H'⌉. He et al. 2014, arXiv:1406.4729.
public struct AdaptiveMaxPool2D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - size: size of the output along each axis
  public init(size: Size) {
    rule = LayerRule(Layers.AdaptiveMaxPool.self, size.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of windows chosen so that the output has a fixed size: as `AdaptiveMaxPool2D`, for signals `[N, C,
/// L]`.
public struct AdaptiveMaxPool1D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - size: size of the output along each axis
  public init(size: Size) {
    rule = LayerRule(Layers.AdaptiveMaxPool.self, size.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of windows chosen so that the output has a fixed size: as `AdaptiveMaxPool2D`, for volumes `[N, C,
/// D, H, W]`.
public struct AdaptiveMaxPool3D: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - size: size of the output along each axis
  public init(size: Size) {
    rule = LayerRule(Layers.AdaptiveMaxPool.self, size.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value of windows chosen so that the output has a fixed size.
///
/// C×H×W → C×H'×W'; row i covers ⌊i·H/H'⌋ to ⌈(i + 1)·H/H'⌉. He et al. 2014, arXiv:1406.4729.
public func adaptiveMaxPool(_ input: Tensor, size: Size) -> Tensor {
  AdaptiveMaxPool2D(size: size)(input)
}

/// The largest value or the mean of neighbouring channels, pixel by pixel (maxout).
///
/// C' = ⌊(C − kernel) / stride⌋ + 1. Goodfellow et al. 2013, arXiv:1302.4389.
public struct DepthPool: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - kernel: channels in a window
  ///   - stride: step between windows; the kernel where it is not given
  ///   - average: what becomes of a window: average in place of max
  public init(kernel: Int, stride: Int? = nil, average: Bool = false) {
    rule = LayerRule(Layers.DepthPool.self, kernel.field, stride?.field, .word(average ? "average" : "max"))
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The largest value or the mean of neighbouring channels, pixel by pixel (maxout).
///
/// C' = ⌊(C − kernel) / stride⌋ + 1. Goodfellow et al. 2013, arXiv:1302.4389.
public func depthPool(_ input: Tensor, kernel: Int, stride: Int? = nil, average: Bool = false) -> Tensor {
  DepthPool(kernel: kernel, stride: stride, average: average)(input)
}
