/// Functions of each element; the shape stays. NaN stays NaN, as in PyTorch.
extension Plain {
  /// `max(x, 0)`.
  package static func relu(_ input: Tensor) -> Tensor { input.map { max($0, 0) } }

  /// `min(max(x, 0), 6)`.
  package static func relu6(_ input: Tensor) -> Tensor { input.map { min(max($0, 0), 6) } }

  /// `x` for x > 0, else `slope·x`.
  package static func leakyReLU(_ input: Tensor, slope: Double) -> Tensor {
    let slope = Float(slope)
    return input.map { $0 > 0 ? $0 : $0 * slope }
  }

  /// `x` for x > 0, else `weight·x`; weight `[1]`, or `[C]` with a slope for each channel.
  package static func preLU(_ input: Tensor, weight: Tensor) -> Tensor {
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
  package static func elu(_ input: Tensor, alpha: Double) -> Tensor {
    let alpha = Float(alpha)
    return input.map { $0 > 0 ? $0 : alpha * Elementary.exponentialMinusOne($0) }
  }

  /// `1.0507·x` for x > 0, else `1.7581·(eˣ − 1)`: constants that keep mean 0 and variance 1.
  package static func selu(_ input: Tensor) -> Tensor {
    let scale: Float = 1.050_700_987_355_480_5
    let alpha: Float = 1.673_263_242_354_377_2
    return input.map { scale * ($0 > 0 ? $0 : alpha * Elementary.exponentialMinusOne($0)) }
  }

  /// `x·Φ(x)`, with the distribution function of the normal distribution by way of the error function.
  package static func gelu(_ input: Tensor) -> Tensor {
    let rootOfHalf = Float(0.5).squareRoot()
    return input.map { 0.5 * $0 * (1 + Elementary.errorFunction($0 * rootOfHalf)) }
  }

  /// `x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³)))`.
  package static func approximateGELU(_ input: Tensor) -> Tensor {
    let slope = (2 / Float.pi).squareRoot()
    return input.map { 0.5 * $0 * (1 + Elementary.hyperbolicTangent(slope * ($0 + 0.044715 * $0 * $0 * $0))) }
  }

  /// `x / (1 + e⁻ˣ)`.
  package static func silu(_ input: Tensor) -> Tensor { input.map { $0 / (1 + Elementary.exponential(-$0)) } }

  /// `1 / (1 + e⁻ˣ)`.
  package static func sigmoid(_ input: Tensor) -> Tensor { input.map { 1 / (1 + Elementary.exponential(-$0)) } }

  /// `x · min(max(x + 3, 0), 6) / 6`.
  package static func hardSwish(_ input: Tensor) -> Tensor { input.map { $0 * min(max($0 + 3, 0), 6) / 6 } }

  /// `min(max(x + 3, 0), 6) / 6`.
  package static func hardSigmoid(_ input: Tensor) -> Tensor { input.map { min(max($0 + 3, 0), 6) / 6 } }

  /// `x · tanh(ln(1 + eˣ))`.
  package static func mish(_ input: Tensor) -> Tensor {
    input.map { $0 * Elementary.hyperbolicTangent(Elementary.logarithmOfOnePlus(Elementary.exponential($0))) }
  }

  /// `gain·tanh(slope·x)`.
  package static func tanh(_ input: Tensor, gain: Double = 1, slope: Double = 1) -> Tensor {
    let (gain, slope) = (Float(gain), Float(slope))
    return input.map { gain * Elementary.hyperbolicTangent(slope * $0) }
  }

  /// `ln(1 + e^(beta·x)) / beta`; `x` where `beta·x` exceeds the threshold, to keep the exponential finite.
  package static func softplus(_ input: Tensor, beta: Double, threshold: Double) -> Tensor {
    let (beta, threshold) = (Float(beta), Float(threshold))
    return input.map {
      $0 * beta > threshold ? $0 : Elementary.logarithmOfOnePlus(Elementary.exponential($0 * beta)) / beta
    }
  }
}
