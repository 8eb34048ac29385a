extension Operations {
  /// The softmax over features, or over the channels of each pixel; the shape stays. See `Plain.softmax`.
  package struct Softmax: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.softmax(operands.input) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Operations.SoftmaxGradient()(pullback.gradient, pullback.result))
    }
  }
}
