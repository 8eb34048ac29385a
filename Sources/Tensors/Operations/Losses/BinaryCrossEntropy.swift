extension Operations {
  /// The cross entropy of the sigmoid of logits with labels from 0 to 1 in their shape, the mean over all elements, `[1]`:
  /// `max(x, 0) − x·y + ln(1 + e^−|x|)`. For several labels an image.
  package struct BinaryCrossEntropy: Operation {
    package init() {}

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.meanOfPairs(operands) { x, y in max(x, 0) - x * y + .logarithmOfOnePlus(.exponential(-abs(x))) }
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(inputs: [
        pullback.wantsInput ? BinaryCrossEntropyGradient()(pullback.operands.inputs + [pullback.gradient]) : nil, nil,
      ])
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the logits of a binary cross entropy, of the logits, the labels and the gradient by the loss:
  /// `(sigmoid(x) − y) / count`.
  package struct BinaryCrossEntropyGradient: GradientOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let factor = operands.inputs[2].elements[0] / T.Scalar(operands.input.count)
      return Plain.combine(operands.input, operands.inputs[1]) { x, y in
        let sigmoid = 1 / (1 + T.Scalar.exponential(-x))
        return factor * (sigmoid - y)
      }
    }
  }

  /// The mean of squared differences to targets in the input's shape, `[1]`.
  package struct MeanSquaredError: Operation {
    package init() {}

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.meanOfPairs(operands) { x, y in (x - y) * (x - y) }
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (inputs, gradient) = (pullback.operands.inputs, pullback.gradient)
      return OperandGradients(inputs: [
        pullback.wantsInput ? MeanSquaredErrorGradient()(inputs + [gradient]) : nil,
        pullback.wanted.inputs[1] ? MeanSquaredErrorGradient()([inputs[1], inputs[0], gradient]) : nil,
      ])
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the input of a mean squared error, of the input, the targets and the gradient by the loss:
  /// `2·(x − y) / count`.
  package struct MeanSquaredErrorGradient: GradientOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let factor = 2 * operands.inputs[2].elements[0] / T.Scalar(operands.input.count)
      return Plain.combine(operands.input, operands.inputs[1]) { x, y in factor * (x - y) }
    }
  }
}

extension Plain {
  /// The mean of a term of two tensors' elements, `[1]`.
  fileprivate static func meanOfPairs<T: PlainTensor>(
    _ operands: Operands<T>, _ term: (T.Scalar, T.Scalar) -> T.Scalar
  ) -> T {
    let terms = combine(operands.inputs[0], operands.inputs[1], term)
    let sum = terms.elements.reduce(0.0) { $0 + Double($1) }
    return T([T.Scalar(sum / Double(terms.count))], shape: [1])
  }
}
