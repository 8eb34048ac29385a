// Activations, as the declarations in Sources/Layers say them. Do not edit: RECORD_GOLDEN=1 makes the tests
// write this file anew (docs/adding-a-layer.md).

import Layers
import Tensors

/// The positive part of each element.
///
/// y = max(x, 0). Nair and Hinton 2010.
public struct ReLU: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.ReLU.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The positive part of each element.
///
/// y = max(x, 0). Nair and Hinton 2010.
public func relu(_ input: Tensor) -> Tensor {
  ReLU()(input)
}

/// The positive part of each element, at most 6.
///
/// y = min(max(x, 0), 6). Krizhevsky 2010; Howard et al. 2017, arXiv:1704.04861.
public struct ReLU6: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.ReLU6.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The positive part of each element, at most 6.
///
/// y = min(max(x, 0), 6). Krizhevsky 2010; Howard et al. 2017, arXiv:1704.04861.
public func relu6(_ input: Tensor) -> Tensor {
  ReLU6()(input)
}

/// A rectified linear unit with a small slope below zero.
///
/// y = x for x > 0, else slope · x. Maas et al. 2013.
public struct LeakyReLU: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - slope: slope below zero
  public init(slope: Double = 0.01) {
    rule = LayerRule(Layers.LeakyReLU.self, slope.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// A rectified linear unit with a small slope below zero.
///
/// y = x for x > 0, else slope · x. Maas et al. 2013.
public func leakyReLU(_ input: Tensor, slope: Double = 0.01) -> Tensor {
  LeakyReLU(slope: slope)(input)
}

/// An exponential linear unit, smooth below zero.
///
/// y = x for x > 0, else alpha · (eˣ − 1). Clevert et al. 2015, arXiv:1511.07289.
public struct ELU: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - alpha: what the unit goes to far below zero, with the sign turned
  public init(alpha: Double = 1) {
    rule = LayerRule(Layers.ELU.self, alpha.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// An exponential linear unit, smooth below zero.
///
/// y = x for x > 0, else alpha · (eˣ − 1). Clevert et al. 2015, arXiv:1511.07289.
public func elu(_ input: Tensor, alpha: Double = 1) -> Tensor {
  ELU(alpha: alpha)(input)
}

/// The scaled exponential unit that keeps mean 0 and variance 1.
///
/// y = 1.0507·x for x > 0, else 1.7581·(eˣ − 1). Klambauer et al. 2017, arXiv:1706.02515.
public struct SELU: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.SELU.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The scaled exponential unit that keeps mean 0 and variance 1.
///
/// y = 1.0507·x for x > 0, else 1.7581·(eˣ − 1). Klambauer et al. 2017, arXiv:1706.02515.
public func selu(_ input: Tensor) -> Tensor {
  SELU()(input)
}

/// Each element times the normal distribution function of it.
///
/// y = x · Φ(x); with approximate: tanh x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))). Hendrycks and Gimpel 2016,
/// arXiv:1606.08415.
public struct GELU: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - approximate: whether Φ is exact or the usual formula with tanh
  public init(approximate: Bool = false) {
    rule = LayerRule(Layers.GELU.self, .word(approximate ? "tanh" : "none"))
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Each element times the normal distribution function of it.
///
/// y = x · Φ(x); with approximate: tanh x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))). Hendrycks and Gimpel 2016,
/// arXiv:1606.08415.
public func gelu(_ input: Tensor, approximate: Bool = false) -> Tensor {
  GELU(approximate: approximate)(input)
}

/// Each element times its sigmoid (swish).
///
/// y = x / (1 + e⁻ˣ). Hendrycks and Gimpel 2016, arXiv:1606.08415; Ramachandran et al. 2017, arXiv:1710.05941.
public struct SiLU: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.SiLU.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Each element times its sigmoid (swish).
///
/// y = x / (1 + e⁻ˣ). Hendrycks and Gimpel 2016, arXiv:1606.08415; Ramachandran et al. 2017, arXiv:1710.05941.
public func silu(_ input: Tensor) -> Tensor {
  SiLU()(input)
}

/// SiLU with a piecewise linear sigmoid.
///
/// y = x · min(max(x + 3, 0), 6) / 6. Howard et al. 2019, arXiv:1905.02244.
public struct HardSwish: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.HardSwish.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// SiLU with a piecewise linear sigmoid.
///
/// y = x · min(max(x + 3, 0), 6) / 6. Howard et al. 2019, arXiv:1905.02244.
public func hardSwish(_ input: Tensor) -> Tensor {
  HardSwish()(input)
}

/// A smooth unit: each element times the tanh of its softplus.
///
/// y = x · tanh(ln(1 + eˣ)). Misra 2019, arXiv:1908.08681.
public struct Mish: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.Mish.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// A smooth unit: each element times the tanh of its softplus.
///
/// y = x · tanh(ln(1 + eˣ)). Misra 2019, arXiv:1908.08681.
public func mish(_ input: Tensor) -> Tensor {
  Mish()(input)
}

/// The logistic function, between 0 and 1.
///
/// y = 1 / (1 + e⁻ˣ).
public struct Sigmoid: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.Sigmoid.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The logistic function, between 0 and 1.
///
/// y = 1 / (1 + e⁻ˣ).
public func sigmoid(_ input: Tensor) -> Tensor {
  Sigmoid()(input)
}

/// A piecewise linear sigmoid.
///
/// y = min(max(x + 3, 0), 6) / 6. Howard et al. 2019, arXiv:1905.02244; the slope is 1/6, as in PyTorch.
public struct HardSigmoid: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.HardSigmoid.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// A piecewise linear sigmoid.
///
/// y = min(max(x + 3, 0), 6) / 6. Howard et al. 2019, arXiv:1905.02244; the slope is 1/6, as in PyTorch.
public func hardSigmoid(_ input: Tensor) -> Tensor {
  HardSigmoid()(input)
}

/// The hyperbolic tangent, between −1 and 1.
///
/// y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
public struct Tanh: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.Tanh.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The hyperbolic tangent, between −1 and 1.
///
/// y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
public func tanh(_ input: Tensor) -> Tensor {
  Tanh()(input)
}

/// A hyperbolic tangent that maps ±1 to ±1.
///
/// y = gain · tanh(slope · x). LeCun et al. 1998, appendix A (LeNet-5).
public struct ScaledTanh: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - gain: amplitude
  ///   - slope: slope at the origin over the gain
  public init(gain: Double = 1.7159, slope: Double = 0.6666666666666666) {
    rule = LayerRule(Layers.ScaledTanh.self, gain.field, slope.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// A hyperbolic tangent that maps ±1 to ±1.
///
/// y = gain · tanh(slope · x). LeCun et al. 1998, appendix A (LeNet-5).
public func scaledTanh(_ input: Tensor, gain: Double = 1.7159, slope: Double = 0.6666666666666666) -> Tensor {
  ScaledTanh(gain: gain, slope: slope)(input)
}

/// A smooth form of the rectified linear unit.
///
/// y = ln(1 + e^(beta·x)) / beta; x where beta·x > threshold. Dugas et al. 2001.
public struct Softplus: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  ///
  /// - Parameters:
  ///   - beta: steepness at the origin
  ///   - threshold: where the unit becomes linear
  public init(beta: Double = 1, threshold: Double = 20) {
    rule = LayerRule(Layers.Softplus.self, beta.field, threshold.field)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// A smooth form of the rectified linear unit.
///
/// y = ln(1 + e^(beta·x)) / beta; x where beta·x > threshold. Dugas et al. 2001.
public func softplus(_ input: Tensor, beta: Double = 1, threshold: Double = 20) -> Tensor {
  Softplus(beta: beta, threshold: threshold)(input)
}

/// Exponentials that sum to 1, over features or over the channels of each pixel.
///
/// yᵢ = e^xᵢ / Σⱼ e^xⱼ. Bridle 1990.
public struct Softmax: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.Softmax.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// Exponentials that sum to 1, over features or over the channels of each pixel.
///
/// yᵢ = e^xᵢ / Σⱼ e^xⱼ. Bridle 1990.
public func softmax(_ input: Tensor) -> Tensor {
  Softmax()(input)
}

/// The logarithm of the softmax, over features or over the channels of each pixel.
///
/// yᵢ = xᵢ − ln Σⱼ e^xⱼ.
public struct LogSoftmax: Module, Layer {
  var rule: LayerRule

  /// The layer.
  public init() {
    rule = LayerRule(Layers.LogSoftmax.self)
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    rule(input)
  }
}

/// The logarithm of the softmax, over features or over the channels of each pixel.
///
/// yᵢ = xᵢ − ln Σⱼ e^xⱼ.
public func logSoftmax(_ input: Tensor) -> Tensor {
  LogSoftmax()(input)
}
