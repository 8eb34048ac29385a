extension Plain {
  /// Batch normalization with running statistics; the shape stays.
  ///
  /// `y = (x − mean) / √(variance + epsilon) · weight + bias` for each channel; all `[C]`.
  package static func batchNorm<T: PlainTensor>(
    _ input: T, mean: T, variance: T, weight: T?, bias: T?, epsilon: Double
  ) -> T {
    let weights = weight?.elements ?? Array(repeating: 1, count: input.channels)
    let biases = bias?.elements ?? Array(repeating: 0, count: input.channels)
    let scale = zip(weights, variance.elements).map { Double($0) / (Double($1) + epsilon).squareRoot() }
    let shift = zip(biases, zip(mean.elements, scale)).map { Double($0) - Double($1.0) * $1.1 }
    return affine(input, scale: scale.map { T.Scalar($0) }, shift: shift.map { T.Scalar($0) })
  }

  /// Normalization over groups of channels of one image; the shape stays. Layer norm over an image with one group,
  /// instance norm with C groups.
  ///
  /// `y = (x − mean) / √(variance + epsilon) · weight + bias`, the mean over C / groups channels and all pixels. Weight
  /// and bias are `[C]`, or have an element for each of an image.
  package static func groupNorm<T: PlainTensor>(
    _ input: T, groups: Int, weight: T?, bias: T?, epsilon: Double
  ) -> T {
    let planes = input.planes
    let size = planes.image / groups
    let normalized = input.making(input.shape) { input, output in
      for start in stride(from: 0, to: input.count, by: max(1, size)) {
        let x = input[start..<start + size]
        let mean = x.reduce(0) { $0 + Double($1) } / Double(size)
        let variance = x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(size)
        let scale = 1 / (variance + epsilon).squareRoot()
        for index in x.indices { output[index] = T.Scalar((Double(x[index]) - mean) * scale) }
      }
    }
    guard let weight, weight.count != planes.channels else { return affine(normalized, weight: weight, bias: bias) }
    // One element for each of an image: as if each were a channel of one pixel.
    let spread = normalized.reshaped(to: [planes.images, planes.image])
    return affine(spread, weight: weight, bias: bias).reshaped(to: input.shape)
  }

  /// Layer normalization over the channels of each pixel; the shape stays.
  ///
  /// `y = (x − mean) / √(variance + epsilon) · weight + bias`; weight and bias `[C]`.
  package static func channelNorm<T: PlainTensor>(_ input: T, weight: T?, bias: T?, epsilon: Double) -> T {
    let planes = input.planes
    let normalized = input.making(input.shape) { input, output in
      for n in 0..<planes.images {
        var (means, variances) = (
          Array(repeating: 0.0, count: planes.pixels), Array(repeating: 0.0, count: planes.pixels)
        )
        for c in 0..<planes.channels {
          let start = (n * planes.channels + c) * planes.pixels
          for p in 0..<planes.pixels { means[p] += Double(input[start + p]) / Double(planes.channels) }
        }
        for c in 0..<planes.channels {
          let start = (n * planes.channels + c) * planes.pixels
          for p in 0..<planes.pixels {
            let difference = Double(input[start + p]) - means[p]
            variances[p] += difference * difference / Double(planes.channels)
          }
        }
        for c in 0..<planes.channels {
          let start = (n * planes.channels + c) * planes.pixels
          for p in 0..<planes.pixels {
            output[start + p] = T.Scalar((Double(input[start + p]) - means[p]) / (variances[p] + epsilon).squareRoot())
          }
        }
      }
    }
    return affine(normalized, weight: weight, bias: bias)
  }

  /// Local response normalization across channels, `[N, C, H, W]`; the shape stays.
  ///
  /// `y = x / (k + alpha / size · Σ x²)^beta`, the sum over the channels from `⌊size / 2⌋` before to `⌊(size − 1) / 2⌋`
  /// behind.
  package static func localResponseNorm<T: PlainTensor>(_ input: T, size: Int, alpha: Double, beta: Double, k: Double)
    -> T
  {
    let planes = input.planes
    let (alpha, exponent, k) = (T.Scalar(alpha / Double(size)), -T.Scalar(beta), T.Scalar(k))
    return input.making(input.shape) { input, output in
      var sums = Array(repeating: T.Scalar(0), count: planes.pixels)
      for n in 0..<planes.images {
        for c in 0..<planes.channels {
          for p in 0..<planes.pixels { sums[p] = 0 }
          for near in max(0, c - size / 2)...min(planes.channels - 1, c + (size - 1) / 2) {
            let start = (n * planes.channels + near) * planes.pixels
            for p in 0..<planes.pixels { sums[p] += input[start + p] * input[start + p] }
          }
          let start = (n * planes.channels + c) * planes.pixels
          for p in 0..<planes.pixels {
            output[start + p] = input[start + p] * T.Scalar.power(k + alpha * sums[p], exponent)
          }
        }
      }
    }
  }
}
