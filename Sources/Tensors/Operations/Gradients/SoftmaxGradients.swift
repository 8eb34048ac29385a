extension Operations {
  /// The gradient by a softmax's input, of the gradient by its result and that result; the shape stays:
  /// `dxᵢ = yᵢ·(gᵢ − Σⱼ gⱼ·yⱼ)` over features, or over the channels of each pixel.
  package struct SoftmaxGradient: GradientOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.overChannels(operands.input, operands.inputs[1]) {
        $0 * $1
      } value: { gradient, result, sum in
        result * (gradient - sum)
      }
    }
  }

  /// The gradient by a logarithmic softmax's input, of the gradient by its result and that result; the shape stays:
  /// `dxᵢ = gᵢ − e^yᵢ·Σⱼ gⱼ`.
  package struct LogSoftmaxGradient: GradientOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.overChannels(operands.input, operands.inputs[1]) { gradient, _ in
        gradient
      } value: {
        gradient, result, sum in
        gradient - .exponential(result) * sum
      }
    }
  }
}

extension Plain {
  /// A value of each element of a gradient and a result, and of the sum of a term over the element's pixel.
  fileprivate static func overChannels<T: PlainTensor>(
    _ gradient: T, _ result: T, _ term: (T.Scalar, T.Scalar) -> T.Scalar,
    value: (_ gradient: T.Scalar, _ result: T.Scalar, _ sum: T.Scalar) -> T.Scalar
  ) -> T {
    let planes = gradient.planes
    return result.withUnsafeBufferPointer { result in
      gradient.making(gradient.shape) { gradient, output in
        for n in 0..<planes.images {
          for pixel in 0..<planes.pixels {
            let first = n * planes.image + pixel
            let indices = stride(from: first, to: (n + 1) * planes.image, by: max(1, planes.pixels))
            let sum = indices.reduce(0.0) { $0 + Double(term(gradient[$1], result[$1])) }
            for index in indices { output[index] = value(gradient[index], result[index], T.Scalar(sum)) }
          }
        }
      }
    }
  }
}
