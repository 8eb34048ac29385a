extension Operations {
  /// The largest of inputs of one shape, element by element; NaN is larger than every number.
  package struct Maximum: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.maximum(operands.inputs) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let operands = [pullback.gradient] + pullback.operands.inputs
      return OperandGradients(
        inputs: pullback.wanted.inputs.enumerated().map { position, isWanted in
          isWanted ? Operations.MaximumGradient(position: position)(operands) : nil
        })
    }

    package func pairwise(_ inputs: Int) -> PairwiseJoin? { PairwiseJoin(self) }
    package var fusesActivation: Bool { true }
  }
}
