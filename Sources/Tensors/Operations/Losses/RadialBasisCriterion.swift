extension Operations {
  /// LeNet-5's criterion for outputs that are distances, `[N, classes]`, and labels `[N]`: the mean over images of the right
  /// class's distance plus `ln(e^−j + Σ e^−distance)`, `[1]`. LeCun et al. 1998, "Gradient-based learning applied to
  /// document recognition", equation 9.
  package struct RadialBasisCriterion: Operation {
    /// The distance of the class of everything that is no class.
    package var j: Double

    package init(j: Double) { self.j = j }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (distances, labels, classes) = (operands.input, operands.inputs[1].elements, operands.input.shape[1])
      let sum = distances.withUnsafeBufferPointer { distances in
        labels.enumerated().reduce(0.0) { sum, label in
          let row = distances[label.offset * classes..<(label.offset + 1) * classes].map { Double($0) }
          let (least, rest) = Self.exponentials(row, j: j)
          return sum + row[Int(label.element)] - least + Double.logarithm(rest.reduce(0, +))
        }
      }
      return T([T.Scalar(sum / Double(labels.count))], shape: [1])
    }

    /// The least of the distances and j, and the exponentials of what each is above it, with a minus; j's is the last.
    fileprivate static func exponentials(_ distances: [Double], j: Double) -> (least: Double, [Double]) {
      let least = distances.reduce(j, min)
      return (least, (distances + [j]).map { Double.exponential(least - $0) })
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(inputs: [
        pullback.wantsInput ? RadialBasisCriterionGradient(j: j)(pullback.operands.inputs + [pullback.gradient]) : nil,
        nil,
      ])
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the distances of LeNet-5's criterion, of the distances, the labels and the gradient by the loss: one for
  /// the right class minus its share of the exponentials, for all others minus that, over the number of images.
  package struct RadialBasisCriterionGradient: GradientOperation {
    package var j: Double

    package init(j: Double) { self.j = j }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let (labels, classes) = (operands.inputs[1].elements, operands.input.shape[1])
      let factor = Double(operands.inputs[2].elements[0]) / Double(labels.count)
      return operands.input.making(operands.input.shape) { distances, result in
        for (n, label) in labels.enumerated() {
          let row = distances[n * classes..<(n + 1) * classes].map { Double($0) }
          let exponentials = RadialBasisCriterion.exponentials(row, j: j).1
          let sum = exponentials.reduce(0, +)
          for index in 0..<classes {
            let share = exponentials[index] / sum
            result[n * classes + index] = T.Scalar(factor * ((index == Int(label) ? 1 : 0) - share))
          }
        }
      }
    }
  }
}
