/// Functions of each element; the shape stays. NaN stays NaN, as in PyTorch.
extension Plain {
  /// `max(x, 0)`.
  package static func relu<T: PlainTensor>(_ input: T) -> T { input.map { max($0, 0) } }

  /// `min(max(x, 0), 6)`.
  package static func relu6<T: PlainTensor>(_ input: T) -> T { input.map { min(max($0, 0), 6) } }

  /// `x` for x > 0, else `slope·x`.
  package static func leakyReLU<T: PlainTensor>(_ input: T, slope: Double) -> T {
    let slope = T.Scalar(slope)
    return input.map { $0 > 0 ? $0 : $0 * slope }
  }

  /// `x` for x > 0, else `weight·x`; weight `[1]`, or `[C]` with a slope for each channel.
  package static func preLU<T: PlainTensor>(_ input: T, weight: T) -> T {
    let (planes, slopes) = (input.planes, weight.elements)
    return input.making(input.shape) { input, output in
      for plane in 0..<planes.images * planes.channels {
        let slope = slopes[slopes.count == 1 ? 0 : plane % planes.channels]
        for index in plane * planes.pixels..<(plane + 1) * planes.pixels {
          output[index] = input[index] > 0 ? input[index] : input[index] * slope
        }
      }
    }
  }

  /// `x` for x > 0, else `alpha·(eˣ − 1)`.
  package static func elu<T: PlainTensor>(_ input: T, alpha: Double) -> T {
    let alpha = T.Scalar(alpha)
    return input.map { $0 > 0 ? $0 : alpha * T.Scalar.exponentialMinusOne($0) }
  }

  /// `1.0507·x` for x > 0, else `1.7581·(eˣ − 1)`: constants that keep mean 0 and variance 1.
  package static func selu<T: PlainTensor>(_ input: T) -> T {
    let scale: T.Scalar = 1.050_700_987_355_480_5
    let alpha: T.Scalar = 1.673_263_242_354_377_2
    return input.map { scale * ($0 > 0 ? $0 : alpha * T.Scalar.exponentialMinusOne($0)) }
  }

  /// `x·Φ(x)`, with the distribution function of the normal distribution by way of the error function.
  package static func gelu<T: PlainTensor>(_ input: T) -> T {
    let rootOfHalf = T.Scalar(0.5).squareRoot()
    return input.map { 0.5 * $0 * (1 + T.Scalar.errorFunction($0 * rootOfHalf)) }
  }

  /// `x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³)))`.
  package static func approximateGELU<T: PlainTensor>(_ input: T) -> T {
    let slope = (2 / T.Scalar.pi).squareRoot()
    return input.map { 0.5 * $0 * (1 + T.Scalar.hyperbolicTangent(slope * ($0 + 0.044715 * $0 * $0 * $0))) }
  }

  /// `x / (1 + e⁻ˣ)`.
  package static func silu<T: PlainTensor>(_ input: T) -> T { input.map { $0 / (1 + T.Scalar.exponential(-$0)) } }

  /// `1 / (1 + e⁻ˣ)`.
  package static func sigmoid<T: PlainTensor>(_ input: T) -> T { input.map { 1 / (1 + T.Scalar.exponential(-$0)) } }

  /// `x · min(max(x + 3, 0), 6) / 6`.
  package static func hardSwish<T: PlainTensor>(_ input: T) -> T { input.map { $0 * min(max($0 + 3, 0), 6) / 6 } }

  /// `min(max(x + 3, 0), 6) / 6`.
  package static func hardSigmoid<T: PlainTensor>(_ input: T) -> T { input.map { min(max($0 + 3, 0), 6) / 6 } }

  /// `x · tanh(ln(1 + eˣ))`.
  package static func mish<T: PlainTensor>(_ input: T) -> T {
    input.map { $0 * T.Scalar.hyperbolicTangent(T.Scalar.logarithmOfOnePlus(T.Scalar.exponential($0))) }
  }

  /// `gain·tanh(slope·x)`.
  package static func tanh<T: PlainTensor>(_ input: T, gain: Double = 1, slope: Double = 1) -> T {
    let (gain, slope) = (T.Scalar(gain), T.Scalar(slope))
    return input.map { gain * T.Scalar.hyperbolicTangent(slope * $0) }
  }

  /// `ln(1 + e^(beta·x)) / beta`; `x` where `beta·x` exceeds the threshold, to keep the exponential finite.
  package static func softplus<T: PlainTensor>(_ input: T, beta: Double, threshold: Double) -> T {
    let (beta, threshold) = (T.Scalar(beta), T.Scalar(threshold))
    return input.map {
      $0 * beta > threshold ? $0 : T.Scalar.logarithmOfOnePlus(T.Scalar.exponential($0 * beta)) / beta
    }
  }
}
