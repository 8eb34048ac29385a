extension Operations {
  /// The sum of inputs of one shape, element by element.
  package struct Add: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.add(operands.inputs) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(inputs: pullback.operands.inputs.map { _ in pullback.gradient })
    }

    package func pairwise(_ inputs: Int) -> PairwiseJoin? { PairwiseJoin(self) }
    package var isSum: Bool { true }
    package var fusesActivation: Bool { true }
  }
}
