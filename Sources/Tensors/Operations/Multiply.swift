extension Operations {
  /// Maps times gates that are spread over them; the shape of the first input stays.
  ///
  /// A gate has the maps' shape, or is `[N, C]`, `[N, C, 1, 1]` or `[N, 1, H, W]`.
  package struct Multiply: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      operands.inputs.dropFirst().reduce(operands.input) { Plain.multiply($0, by: $1) }
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let inputs = pullback.operands.inputs
      let gradients = inputs.indices.map { index -> Tensor? in
        guard pullback.wanted.inputs[index] else { return nil }
        // The gradient by the product times all other gates; for a gate that was spread, times the maps and summed.
        let others = inputs.indices.filter { $0 > 0 && $0 != index }.map { inputs[$0] }
        let gradient = others.isEmpty ? pullback.gradient : self([pullback.gradient] + others)
        return index == 0 ? gradient : Operations.GateGradient(inputs[index].shape)(gradient, inputs[0])
      }
      return OperandGradients(inputs: gradients)
    }

    package func pairwise(_ inputs: Int) -> PairwiseJoin? { PairwiseJoin(self) }
    package var fusesActivation: Bool { true }
    package var fusesResidual: Bool { true }
  }
}
