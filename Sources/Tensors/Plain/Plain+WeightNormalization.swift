extension Plain {
  /// Weight normalization: each row of `v` brought to the length that `gain` says, `w = g · v / ‖v‖`.
  ///
  /// Rows are those of the first dimension; `gain` has an element for each. Salimans and Kingma 2016, arXiv:1602.07868.
  package static func weightNorm<T: PlainTensor>(_ v: T, gain: T) -> T {
    let (rows, gains) = (max(1, v.shape[0]), gain.elements)
    let length = v.count / rows
    return v.making(v.shape) { v, output in
      for row in 0..<rows {
        let elements = row * length..<(row + 1) * length
        let norm = elements.reduce(0.0) { $0 + Double(v[$1]) * Double(v[$1]) }.squareRoot()
        let factor = Double(gains[row]) / norm
        for index in elements { output[index] = T.Scalar(Double(v[index]) * factor) }
      }
    }
  }

  /// The length of each row of a weight, those of the first dimension.
  package static func rowNorms(_ weight: Tensor) -> [Float] {
    let (rows, elements) = (weight.shape[0], weight.elements)
    let length = elements.count / max(1, rows)
    return (0..<rows).map { row in
      var sum = 0.0
      for element in elements[row * length..<(row + 1) * length] { sum += Double(element) * Double(element) }
      return Float(sum.squareRoot())
    }
  }

  /// Weight standardization: each row less its mean and divided by its deviation, times `factor` and, where there is one,
  /// the row's element of `gain`. `w' = gain · factor · (w − mean) / √(var + epsilon)`.
  ///
  /// Qiao et al. 2019, arXiv:1903.10520; with a gain Brock et al. 2021, arXiv:2101.08692.
  package static func standardizedWeight<T: PlainTensor>(
    _ weight: T, gain: T?, factor: Double, epsilon: Double
  ) -> T {
    let (rows, gains) = (max(1, weight.shape[0]), gain?.elements)
    let length = weight.count / rows
    return weight.making(weight.shape) { weight, output in
      for row in 0..<rows {
        let elements = row * length..<(row + 1) * length
        let mean = elements.reduce(0.0) { $0 + Double(weight[$1]) } / Double(length)
        let variance =
          elements.reduce(0.0) { sum, index in
            let difference = Double(weight[index]) - mean
            return sum + difference * difference
          } / Double(length)
        let scale = (gains.map { Double($0[row]) } ?? 1) * factor / (variance + epsilon).squareRoot()
        for index in elements { output[index] = T.Scalar((Double(weight[index]) - mean) * scale) }
      }
    }
  }

  /// Spectral normalization: the weight divided by its largest singular value, which `u` and `v`, the singular vectors as
  /// training has them by now, give: `σ = uᵀ W v`, the weight a matrix whose rows are those of a dimension. Miyato et al. 2018,
  /// arXiv:1802.05957.
  package static func spectralNorm<T: PlainTensor>(_ weight: T, u: T, v: T, dimension: Int) -> T {
    let product = times(weight, v.elements.map { Double($0) }, dimension: dimension)
    let sigma = zip(u.elements, product).reduce(0.0) { $0 + Double($1.0) * $1.1 }
    return weight.map { T.Scalar(Double($0) / sigma) }
  }

  /// Half of a power iteration: what the weight, or its transpose, makes of the vector of the other side, of length 1. It is
  /// `v = Wᵀu / ‖Wᵀu‖` or `u = Wv / ‖Wv‖`.
  package static func singularVector<T: PlainTensor>(
    _ side: Operations.SingularVector.Side, of weight: T, from vector: T, dimension: Int
  ) -> T {
    let elements = vector.elements.map { Double($0) }
    let product =
      side == .left
      ? times(weight, elements, dimension: dimension) : transposedTimes(weight, elements, dimension: dimension)
    return T(normalized(product).map { T.Scalar($0) }, shape: [product.count])
  }

  /// The singular vectors of a weight's largest singular value after some power iterations from a vector of ones, of length
  /// 1 each.
  package static func singularVectors(
    _ weight: Tensor, dimension: Int, iterations: Int = 15
  ) -> (u: [Float], v: [Float]) {
    let rows = max(1, weight.shape[dimension])
    var v = normalized(Array(repeating: 1.0, count: weight.count / rows))
    var u = normalized(times(weight, v, dimension: dimension))
    for _ in 0..<iterations {
      v = normalized(transposedTimes(weight, u, dimension: dimension))
      u = normalized(times(weight, v, dimension: dimension))
    }
    return (u.map { Float($0) }, v.map { Float($0) })
  }

  private static func normalized(_ vector: [Double]) -> [Double] {
    let norm = max(1e-12, vector.reduce(0) { $0 + $1 * $1 }.squareRoot())
    return vector.map { $0 / norm }
  }

  /// `W v`: the weight a matrix with a row for each element of a dimension, the other dimensions in their order its columns.
  private static func times<T: PlainTensor>(_ weight: T, _ v: [Double], dimension: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: weight.shape[dimension])
    forEachEntry(weight, dimension: dimension) { _, row, column, value in result[row] += value * v[column] }
    return result
  }

  /// `Wᵀ u`, likewise.
  private static func transposedTimes<T: PlainTensor>(_ weight: T, _ u: [Double], dimension: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: weight.count / max(1, weight.shape[dimension]))
    forEachEntry(weight, dimension: dimension) { _, row, column, value in result[column] += value * u[row] }
    return result
  }

  /// Calls a closure with each element of a weight: its place among all, and its row and column in the matrix whose rows are
  /// those of a dimension.
  static func forEachEntry<T: PlainTensor>(
    _ weight: T, dimension: Int, _ body: (_ index: Int, _ row: Int, _ column: Int, _ value: Double) -> Void
  ) {
    let inner = weight.shape.dropFirst(dimension + 1).reduce(1, *)
    let rows = weight.shape[dimension]
    weight.withUnsafeBufferPointer { elements in
      for (index, element) in elements.enumerated() {
        let (outer, rest) = index.quotientAndRemainder(dividingBy: rows * inner)
        body(index, rest / inner, outer * inner + rest % inner, Double(element))
      }
    }
  }
}
