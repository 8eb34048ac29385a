extension Operations {
  /// A function of each element; the shape stays.
  package struct Activate: Operation {
    package var function: Activation

    package init(_ function: Activation) { self.function = function }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.activate(operands.input, function) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let given = function.differentiatesResult ? pullback.result : pullback.input
      return OperandGradients(Operations.ActivationGradient(function)(pullback.gradient, given))
    }

    package var activation: Activation? { function }
  }
}
