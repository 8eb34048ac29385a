extension Operations {
  /// The logarithm of the softmax over features, or over the channels of each pixel; the shape stays.
  package struct LogSoftmax: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.logSoftmax(operands.input) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Operations.LogSoftmaxGradient()(pullback.gradient, pullback.result))
    }
  }
}
