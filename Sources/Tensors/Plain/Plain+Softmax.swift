extension Plain {
  /// `yᵢ = e^xᵢ / Σⱼ e^xⱼ` over features, or over the channels of each pixel; the shape stays.
  package static func softmax<T: PlainTensor>(_ input: T) -> T {
    overChannels(input) { x, maximum, sum in T.Scalar.exponential(x - maximum) / sum }
  }

  /// `yᵢ = xᵢ − ln Σⱼ e^xⱼ` over features, or over the channels of each pixel; the shape stays.
  package static func logSoftmax<T: PlainTensor>(_ input: T) -> T {
    overChannels(input) { x, maximum, sum in x - maximum - T.Scalar.logarithm(sum) }
  }

  /// A function of each element, of the largest of its pixel, and of the sum of exponentials, which are taken of
  /// differences to the largest so that none overflows.
  private static func overChannels<T: PlainTensor>(
    _ input: T, _ value: (T.Scalar, _ maximum: T.Scalar, _ sum: T.Scalar) -> T.Scalar
  ) -> T {
    let planes = input.planes
    return input.making(input.shape) { input, output in
      for n in 0..<planes.images {
        for pixel in 0..<planes.pixels {
          let first = n * planes.image + pixel
          let indices = stride(from: first, to: (n + 1) * planes.image, by: max(1, planes.pixels))
          let maximum = indices.reduce(-T.Scalar.infinity) { max($0, input[$1]) }
          let sum = indices.reduce(0) { $0 + Double(T.Scalar.exponential(input[$1] - maximum)) }
          for index in indices { output[index] = value(input[index], maximum, T.Scalar(sum)) }
        }
      }
    }
  }
}
