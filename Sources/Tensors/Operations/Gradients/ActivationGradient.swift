extension Operations {
  /// The gradient by an activation's input, of the gradient by its result and that result or the input, whichever
  /// `Activation.differentiatesResult` asks for; the shape stays.
  package struct ActivationGradient: GradientOperation {
    package var function: Activation

    package init(_ function: Activation) { self.function = function }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.combine(operands.inputs[0], operands.inputs[1]) { $0 * function.derivative(at: $1) }
    }
  }
}

extension Plain {
  /// A function of two tensors of one shape, element by element.
  static func combine<T: PlainTensor>(_ first: T, _ second: T, _ function: (T.Scalar, T.Scalar) -> T.Scalar) -> T {
    second.withUnsafeBufferPointer { second in
      first.making(first.shape) { first, output in
        for index in first.indices { output[index] = function(first[index], second[index]) }
      }
    }
  }
}

extension Activation {
  /// Whether the derivative is computed from the function's value rather than its argument, so that the argument need not
  /// be kept and the function can be fused into what makes it.
  package var differentiatesResult: Bool {
    switch self {
    case .relu, .relu6, .selu, .sigmoid, .hardSigmoid: true
    case .leakyReLU(let slope): slope > 0
    case .elu(let alpha): alpha > 0
    case .tanh(let gain, _): gain != 0
    case .gelu, .approximateGELU, .silu, .hardSwish, .mish, .softplus: false
    }
  }

  /// The derivative, at the function's value where `differentiatesResult`, else at the argument. Where there is none it is
  /// PyTorch's: 0 for ReLU at 0 and ReLU6 and hard sigmoid at both ends, the left one for leaky ReLU and ELU.
  func derivative<Scalar: PlainScalar>(at x: Scalar) -> Scalar {
    switch self {
    case .relu: return x > 0 ? 1 : 0
    case .relu6: return x > 0 && x < 6 ? 1 : 0
    case .leakyReLU(let slope): return x > 0 ? 1 : Scalar(slope)
    case .elu(let alpha):
      if x > 0 { return 1 }
      return alpha > 0 ? x + Scalar(alpha) : Scalar(alpha) * .exponential(x)
    case .selu:
      let (scale, alpha): (Scalar, Scalar) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_2)
      return x > 0 ? scale : x + scale * alpha
    case .gelu:
      let density = Scalar.exponential(-x * x / 2) / (2 * Scalar.pi).squareRoot()
      let distribution: Scalar = (1 + .errorFunction(x * Scalar(0.5).squareRoot())) / 2
      return distribution + x * density
    case .approximateGELU:
      let slope = (2 / Scalar.pi).squareRoot()
      let tangent = Scalar.hyperbolicTangent(slope * (x + 0.044715 * x * x * x))
      let inner = slope * (1 + 3 * 0.044715 * x * x)
      let change = x / 2 * (1 - tangent * tangent) * inner
      return (1 + tangent) / 2 + change
    case .silu:
      let sigmoid = 1 / (1 + Scalar.exponential(-x))
      return sigmoid * (1 + x * (1 - sigmoid))
    case .hardSwish: return x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1
    case .mish:
      let sigmoid = 1 / (1 + Scalar.exponential(-x))
      let tangent = Scalar.hyperbolicTangent(.logarithmOfOnePlus(.exponential(x)))
      return tangent + x * sigmoid * (1 - tangent * tangent)
    case .sigmoid: return x * (1 - x)
    case .hardSigmoid: return x > 0 && x < 1 ? 1 / 6 : 0
    case .tanh(let gain, let slope):
      // gain · slope · (1 − tanh²), where the value is gain · tanh.
      if gain == 0 { return 0 }
      return Scalar(slope) * (Scalar(gain) - x * x / Scalar(gain))
    case .softplus(let beta, let threshold):
      return x * Scalar(beta) > Scalar(threshold) ? 1 : 1 / (1 + .exponential(-x * Scalar(beta)))
    }
  }
}
