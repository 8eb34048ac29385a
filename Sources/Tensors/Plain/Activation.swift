/// A function of each element; the shape stays. NaN stays NaN, as in PyTorch.
public enum Activation: Hashable, Sendable {
  /// `max(x, 0)`.
  case relu
  /// `min(max(x, 0), 6)`.
  case relu6
  /// `x` for x > 0, else `slope·x`.
  case leakyReLU(slope: Double)
  /// `x` for x > 0, else `alpha·(eˣ − 1)`. Clevert et al. 2015, arXiv:1511.07289.
  case elu(alpha: Double)
  /// `1.0507·x` for x > 0, else `1.7581·(eˣ − 1)`. Klambauer et al. 2017, arXiv:1706.02515.
  case selu
  /// `x·Φ(x)`, by way of the error function. Hendrycks and Gimpel 2016, arXiv:1606.08415.
  case gelu
  /// `x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³)))`.
  case approximateGELU
  /// `x / (1 + e⁻ˣ)`. Elfwing et al. 2017, arXiv:1702.03118.
  case silu
  /// `x · min(max(x + 3, 0), 6) / 6`. Howard et al. 2019, arXiv:1905.02244.
  case hardSwish
  /// `x · tanh(ln(1 + eˣ))`. Misra 2019, arXiv:1908.08681.
  case mish
  /// `1 / (1 + e⁻ˣ)`.
  case sigmoid
  /// `min(max(x + 3, 0), 6) / 6`.
  case hardSigmoid
  /// `gain·tanh(slope·x)`; LeNet-5 has a gain of 1.7159 and a slope of 2/3.
  case tanh(gain: Double = 1, slope: Double = 1)
  /// `ln(1 + e^(beta·x)) / beta`; `x` where `beta·x` exceeds the threshold.
  case softplus(beta: Double, threshold: Double)
}

extension Plain {
  /// An activation, element by element.
  package static func activate<T: PlainTensor>(_ input: T, _ activation: Activation) -> T {
    switch activation {
    case .relu: relu(input)
    case .relu6: relu6(input)
    case .leakyReLU(let slope): leakyReLU(input, slope: slope)
    case .elu(let alpha): elu(input, alpha: alpha)
    case .selu: selu(input)
    case .gelu: gelu(input)
    case .approximateGELU: approximateGELU(input)
    case .silu: silu(input)
    case .hardSwish: hardSwish(input)
    case .mish: mish(input)
    case .sigmoid: sigmoid(input)
    case .hardSigmoid: hardSigmoid(input)
    case .tanh(let gain, let slope): tanh(input, gain: gain, slope: slope)
    case .softplus(let beta, let threshold): softplus(input, beta: beta, threshold: threshold)
    }
  }
}
