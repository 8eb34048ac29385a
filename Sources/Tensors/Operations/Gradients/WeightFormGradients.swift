extension Operations {
  /// The gradient by v or g of a weight normalization; inputs the gradient by the weight, v and g.
  package struct WeightNormGradient: GradientOperation {
    /// Whether it is by g, the lengths.
    package var isByGain: Bool

    package init(isByGain: Bool) { self.isByGain = isByGain }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.inputs[isByGain ? 2 : 1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (gradient, v) = (operands.inputs[0].elements, operands.inputs[1].elements)
      let gain = operands.inputs[2]
      let length = v.count / max(1, gain.count)
      var result = T(zeros: isByGain ? gain.shape : operands.inputs[1].shape)
      let gains = gain.elements
      result.withUnsafeMutableBufferPointer { result in
        for (row, gain) in gains.enumerated() {
          let elements = row * length..<(row + 1) * length
          let norm = elements.reduce(0.0) { $0 + Double(v[$1]) * Double(v[$1]) }.squareRoot()
          let along = elements.reduce(0.0) { $0 + Double(gradient[$1]) * Double(v[$1]) } / norm
          if isByGain {
            result[row] = T.Scalar(along)
          } else {
            for index in elements {
              let across = Double(gradient[index]) - along * Double(v[index]) / norm
              result[index] = T.Scalar(Double(gain) / norm * across)
            }
          }
        }
      }
      return result
    }
  }

  /// The gradient by the weight or the gain of a standardized weight; inputs the gradient by the result, the weight and, if
  /// there is one, the gain.
  package struct StandardizedWeightGradient: GradientOperation {
    package var standardization: StandardizedWeight
    package var isByGain: Bool

    package init(_ standardization: StandardizedWeight, isByGain: Bool) {
      (self.standardization, self.isByGain) = (standardization, isByGain)
    }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.inputs[isByGain ? 2 : 1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (gradient, weight) = (operands.inputs[0].elements, operands.inputs[1].elements)
      let gains = operands.inputs.count > 2 ? operands.inputs[2].elements : nil
      let rows = max(1, operands.inputs[1].shape[0])
      let length = weight.count / rows
      var result = T(zeros: outputShape(of: operands.map(\.shape)))
      result.withUnsafeMutableBufferPointer { result in
        for row in 0..<rows {
          let elements = row * length..<(row + 1) * length
          let mean = elements.reduce(0.0) { $0 + Double(weight[$1]) } / Double(length)
          let differences = elements.map { Double(weight[$0]) - mean }
          let variance = differences.reduce(0) { $0 + $1 * $1 } / Double(length)
          let deviation = (variance + standardization.epsilon).squareRoot()
          let normalized = differences.map { $0 / deviation }
          let along = zip(elements, normalized).reduce(0) { $0 + Double(gradient[$1.0]) * $1.1 }
          if isByGain {
            result[row] = T.Scalar(along * standardization.factor)
            continue
          }
          let sum = elements.reduce(0.0) { $0 + Double(gradient[$1]) }
          let scale = (gains.map { Double($0[row]) } ?? 1) * standardization.factor / deviation
          for (index, x) in zip(elements, normalized) {
            let rest = Double(gradient[index]) - (sum + x * along) / Double(length)
            result[index] = T.Scalar(scale * rest)
          }
        }
      }
      return result
    }
  }

  /// The gradient by the weight of a spectral normalization, its vectors taken as they are; inputs the gradient by the result, the
  /// weight, u and v.
  package struct SpectralNormGradient: GradientOperation {
    package var dimension: Int

    package init(dimension: Int) { self.dimension = dimension }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.inputs[1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (gradient, weight) = (operands.inputs[0].elements, operands.inputs[1])
      let (u, v) = (operands.inputs[2].elements, operands.inputs[3].elements)
      var (sigma, product) = (0.0, 0.0)
      var outer = Array(repeating: 0.0, count: weight.count)
      Plain.forEachEntry(weight, dimension: dimension) { index, row, column, value in
        outer[index] = Double(u[row]) * Double(v[column])
        sigma += outer[index] * value
        product += Double(gradient[index]) * value
      }
      var result = T(zeros: weight.shape)
      result.withUnsafeMutableBufferPointer { result in
        for index in result.indices {
          result[index] = T.Scalar(Double(gradient[index]) / sigma - product / (sigma * sigma) * outer[index])
        }
      }
      return result
    }
  }

  /// The gradient by what is learned of one weight of a weighted sum; inputs the gradient by that weight, and what is learned.
  package struct FusionWeightGradient: GradientOperation {
    package var weight: FusionWeight

    package init(_ weight: FusionWeight) { self.weight = weight }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.inputs[1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let gradient = Double(operands.inputs[0].elements[0])
      let learned = operands.inputs[1].elements.map { Double($0) }
      var parts = Array(repeating: 0.0, count: learned.count)
      switch weight.normalization {
      case .none: parts[weight.index] = 1
      case .relu(let epsilon):
        let sum = learned.reduce(epsilon) { $0 + max($1, 0) }
        for (index, element) in learned.enumerated() where element > 0 {
          parts[index] = ((index == weight.index ? sum : 0) - max(learned[weight.index], 0)) / (sum * sum)
        }
      case .softmax:
        let largest = learned.max() ?? 0
        let exponentials = learned.map { Double.exponential($0 - largest) }
        let shares = exponentials.map { $0 / exponentials.reduce(0, +) }
        for index in shares.indices {
          parts[index] = shares[weight.index] * ((index == weight.index ? 1 : 0) - shares[index])
        }
      }
      return T(parts.map { T.Scalar($0 * gradient) }, shape: operands.inputs[1].shape)
    }
  }
}
