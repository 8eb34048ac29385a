extension Operations {
  /// The gradient by a linear layer's input, `[N, out]` → `[N, features]`: the gradient by its result times its weight,
  /// `[out, features]`.
  package struct LinearInputGradient: GradientOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[0], operands.requiredWeight[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (gradient, weight) = (operands.input, operands.requiredWeight)
      let (images, outputs, features) = (gradient.shape[0], weight.shape[0], weight.shape[1])
      return weight.withUnsafeBufferPointer { weights in
        gradient.making([images, features]) { gradient, result in
          for n in 0..<images {
            for output in 0..<outputs {
              let factor = gradient[n * outputs + output]
              for feature in 0..<features {
                result[n * features + feature] += factor * weights[output * features + feature]
              }
            }
          }
        }
      }
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      operands.input.saturatingProduct.saturatingMultiplied(by: operands.requiredWeight[1])
    }
  }

  /// The gradient by a linear layer's weight, `[out, features]`: products of the gradient by its result, `[N, out]`, and its
  /// input, `[N, features]`, summed over images.
  package struct LinearWeightGradient: GradientOperation {
    package init() {}

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[1], operands.inputs[1][1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (gradient, input) = (operands.input, operands.inputs[1])
      let (images, outputs, features) = (gradient.shape[0], gradient.shape[1], input.shape[1])
      return input.withUnsafeBufferPointer { input in
        gradient.making([outputs, features]) { gradient, result in
          for n in 0..<images {
            for output in 0..<outputs {
              let factor = gradient[n * outputs + output]
              for feature in 0..<features {
                result[output * features + feature] += factor * input[n * features + feature]
              }
            }
          }
        }
      }
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      operands.input.saturatingProduct.saturatingMultiplied(by: operands.inputs[1][1])
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the input of radial basis functions, `[N, out]` → `[N, features]`:
  /// `dxⱼ = Σᵢ 2·gᵢ·(xⱼ − centersᵢⱼ)`, of the gradient by the result and the input; weight `[out, features]`.
  package struct RadialBasisInputGradient: GradientOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.inputs[1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.radialBasisGradient(operands, isOfCenters: false)
    }
  }

  /// The gradient by the centers of radial basis functions, `[out, features]`: `dcᵢⱼ = −Σ 2·gᵢ·(xⱼ − centersᵢⱼ)`, over images.
  package struct RadialBasisWeightGradient: GradientOperation {
    package init() {}

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.requiredWeight }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.radialBasisGradient(operands, isOfCenters: true)
    }
    package var mixesImages: Bool { true }
  }
}

extension Plain {
  fileprivate static func radialBasisGradient<T: PlainTensor>(_ operands: Operands<T>, isOfCenters: Bool) -> T {
    let (gradient, centers) = (operands.input.elements, operands.requiredWeight)
    let (images, outputs, features) = (operands.input.shape[0], centers.shape[0], centers.shape[1])
    return centers.withUnsafeBufferPointer { centers in
      operands.inputs[1].making(isOfCenters ? [outputs, features] : [images, features]) { input, result in
        for n in 0..<images {
          for output in 0..<outputs {
            let factor = 2 * gradient[n * outputs + output]
            for feature in 0..<features {
              let term = factor * (input[n * features + feature] - centers[output * features + feature])
              if isOfCenters {
                result[output * features + feature] -= term
              } else {
                result[n * features + feature] += term
              }
            }
          }
        }
      }
    }
  }
}
