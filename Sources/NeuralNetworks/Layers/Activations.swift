import Layers
import Tensors

/// `max(x, 0)`, element by element.
public struct ReLU: Module, Layer {
  var rule = LayerRule("relu")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `max(x, 0)`, element by element.
public func relu(_ input: Tensor) -> Tensor {
  ReLU()(input)
}

/// `min(max(x, 0), 6)`, element by element.
public struct ReLU6: Module, Layer {
  var rule = LayerRule("relu6")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `min(max(x, 0), 6)`, element by element.
public func relu6(_ input: Tensor) -> Tensor {
  ReLU6()(input)
}

/// `x` for x > 0, else `slope·x`, element by element.
public struct LeakyReLU: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(slope: Double = 0.01) {
    rule = LayerRule("leaky_relu", ["slope": .float(slope)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `x` for x > 0, else `slope·x`, element by element.
public func leakyReLU(_ input: Tensor, slope: Double = 0.01) -> Tensor {
  LeakyReLU(slope: slope)(input)
}

/// `x` for x > 0, else `alpha·(eˣ − 1)`, element by element. Clevert et al. 2015, arXiv:1511.07289.
public struct ELU: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(alpha: Double = 1) {
    rule = LayerRule("elu", ["alpha": .float(alpha)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `x` for x > 0, else `alpha·(eˣ − 1)`, element by element. Clevert et al. 2015, arXiv:1511.07289.
public func elu(_ input: Tensor, alpha: Double = 1) -> Tensor {
  ELU(alpha: alpha)(input)
}

/// The scaled exponential unit, element by element. Klambauer et al. 2017, arXiv:1706.02515.
public struct SELU: Module, Layer {
  var rule = LayerRule("selu")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The scaled exponential unit, element by element. Klambauer et al. 2017, arXiv:1706.02515.
public func selu(_ input: Tensor) -> Tensor {
  SELU()(input)
}

/// `x·Φ(x)`, element by element, or its approximation by tanh. Hendrycks and Gimpel 2016, arXiv:1606.08415.
public struct GELU: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(approximate: Bool = false) {
    rule = LayerRule("gelu", ["approximate": .word(approximate ? "tanh" : "none")])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `x·Φ(x)`, element by element, or its approximation by tanh. Hendrycks and Gimpel 2016, arXiv:1606.08415.
public func gelu(_ input: Tensor, approximate: Bool = false) -> Tensor {
  GELU(approximate: approximate)(input)
}

/// `x / (1 + e⁻ˣ)` (swish), element by element.
public struct SiLU: Module, Layer {
  var rule = LayerRule("silu")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `x / (1 + e⁻ˣ)` (swish), element by element.
public func silu(_ input: Tensor) -> Tensor {
  SiLU()(input)
}

/// `x · min(max(x + 3, 0), 6) / 6`, element by element. Howard et al. 2019, arXiv:1905.02244.
public struct HardSwish: Module, Layer {
  var rule = LayerRule("hard_swish")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `x · min(max(x + 3, 0), 6) / 6`, element by element. Howard et al. 2019, arXiv:1905.02244.
public func hardSwish(_ input: Tensor) -> Tensor {
  HardSwish()(input)
}

/// `x · tanh(ln(1 + eˣ))`, element by element. Misra 2019, arXiv:1908.08681.
public struct Mish: Module, Layer {
  var rule = LayerRule("mish")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `x · tanh(ln(1 + eˣ))`, element by element. Misra 2019, arXiv:1908.08681.
public func mish(_ input: Tensor) -> Tensor {
  Mish()(input)
}

/// `1 / (1 + e⁻ˣ)`, element by element.
public struct Sigmoid: Module, Layer {
  var rule = LayerRule("sigmoid")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `1 / (1 + e⁻ˣ)`, element by element.
public func sigmoid(_ input: Tensor) -> Tensor {
  Sigmoid()(input)
}

/// `min(max(x + 3, 0), 6) / 6`, element by element.
public struct HardSigmoid: Module, Layer {
  var rule = LayerRule("hard_sigmoid")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `min(max(x + 3, 0), 6) / 6`, element by element.
public func hardSigmoid(_ input: Tensor) -> Tensor {
  HardSigmoid()(input)
}

/// The hyperbolic tangent, element by element.
public struct Tanh: Module, Layer {
  var rule = LayerRule("tanh")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The hyperbolic tangent, element by element.
public func tanh(_ input: Tensor) -> Tensor {
  Tanh()(input)
}

/// `gain·tanh(slope·x)`, element by element; LeNet-5's.
public struct ScaledTanh: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(gain: Double = 1.7159, slope: Double = 2.0 / 3) {
    rule = LayerRule("scaled_tanh", ["gain": .float(gain), "slope": .float(slope)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `gain·tanh(slope·x)`, element by element; LeNet-5's.
public func scaledTanh(_ input: Tensor, gain: Double = 1.7159, slope: Double = 2.0 / 3) -> Tensor {
  ScaledTanh(gain: gain, slope: slope)(input)
}

/// `ln(1 + e^(beta·x)) / beta`, and `x` where `beta·x` exceeds the threshold, element by element.
public struct Softplus: Module, Layer {
  var rule: LayerRule

  /// A layer with the given fields.
  public init(beta: Double = 1, threshold: Double = 20) {
    rule = LayerRule("softplus", ["beta": .float(beta), "threshold": .float(threshold)])
  }

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// `ln(1 + e^(beta·x)) / beta`, and `x` where `beta·x` exceeds the threshold, element by element.
public func softplus(_ input: Tensor, beta: Double = 1, threshold: Double = 20) -> Tensor {
  Softplus(beta: beta, threshold: threshold)(input)
}

/// The exponentials over their sum, over features or over the channels of each pixel.
public struct Softmax: Module, Layer {
  var rule = LayerRule("softmax")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The exponentials over their sum, over features or over the channels of each pixel.
public func softmax(_ input: Tensor) -> Tensor {
  Softmax()(input)
}

/// The logarithm of the softmax.
public struct LogSoftmax: Module, Layer {
  var rule = LayerRule("log_softmax")

  /// The layer.
  public init() {}

  /// The layer's output.
  public func callAsFunction(_ input: Tensor) -> Tensor { rule(input) }
}

/// The logarithm of the softmax.
public func logSoftmax(_ input: Tensor) -> Tensor {
  LogSoftmax()(input)
}
