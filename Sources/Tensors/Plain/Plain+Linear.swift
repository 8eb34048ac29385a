extension Plain {
  /// Fully connected layer, `[N, in]` → `[N, out]`: `y = weight · x + bias`; weight `[out, in]`, bias `[out]`.
  package static func linear<T: PlainTensor>(_ input: T, weight: T, bias: T?) -> T {
    let biases = bias?.elements
    return rows(input, matrix: weight) { x, row, output in
      var sum = eightSums(x, row) { $0 * $1 }
      if let biases { sum += biases[output] }
      return sum
    }
  }

  /// Radial basis functions, `[N, in]` → `[N, out]`: `yᵢ = Σⱼ (xⱼ − centersᵢⱼ)²`; centers `[out, in]`.
  package static func radialBasis<T: PlainTensor>(_ input: T, centers: T) -> T {
    rows(input, matrix: centers) { x, row, _ in eightSums(x, row) { ($0 - $1) * ($0 - $1) } }
  }

  private typealias Row<Scalar> = UnsafeBufferPointer<Scalar>

  /// A value for each vector of the input and each row of a matrix `[out, in]`.
  private static func rows<T: PlainTensor>(
    _ input: T, matrix: T, _ value: (Row<T.Scalar>, Row<T.Scalar>, Int) -> T.Scalar
  ) -> T {
    let (images, outputs, features) = (input.shape[0], matrix.shape[0], matrix.shape[1])
    return input.making([images, outputs]) { input, result in
      matrix.withUnsafeBufferPointer { matrix in
        for output in 0..<outputs {
          let row = Row(rebasing: matrix[output * features..<(output + 1) * features])
          for image in 0..<images {
            let x = Row(rebasing: input[image * features..<(image + 1) * features])
            result[image * outputs + output] = value(x, row, output)
          }
        }
      }
    }
  }

  /// The sum of a function of two rows' elements, in eight partial sums that fill a vector's lanes.
  @inline(__always)
  private static func eightSums<Scalar: PlainScalar>(
    _ a: Row<Scalar>, _ b: Row<Scalar>, _ term: (SIMD8<Scalar>, SIMD8<Scalar>) -> SIMD8<Scalar>
  ) -> Scalar {
    // A few thousand additions a lane in the largest layers: eight lanes are enough to keep the rounding small.
    var sums = SIMD8<Scalar>.zero
    for first in stride(from: 0, to: a.count, by: 8) {
      var (x, y) = (SIMD8<Scalar>.zero, SIMD8<Scalar>.zero)
      for lane in 0..<min(8, a.count - first) {
        x[lane] = a[first + lane]
        y[lane] = b[first + lane]
      }
      sums += term(x, y)
    }
    return sums.sum()
  }
}
