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

    package func pairwise(_ inputs: Int) -> PairwiseJoin? { PairwiseJoin(self) }
    package var fusesActivation: Bool { true }
    package var fusesResidual: Bool { true }
  }
}
