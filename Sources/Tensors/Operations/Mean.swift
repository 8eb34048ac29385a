extension Operations {
  /// The mean of inputs of one shape, element by element.
  package struct Mean: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.mean(operands.inputs) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let gradient = Operations.Scale(1 / Double(pullback.operands.inputs.count))(pullback.gradient)
      return OperandGradients(inputs: pullback.operands.inputs.map { _ in gradient })
    }

    package func pairwise(_ inputs: Int) -> PairwiseJoin? { PairwiseJoin(Add(), then: Scale(1 / Double(inputs))) }
  }
}
