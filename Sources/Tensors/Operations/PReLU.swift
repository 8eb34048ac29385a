extension Operations {
  /// `x` for x > 0, else `weight·x`; weight `[1]` or `[C]`. The shape stays. He et al. 2015, arXiv:1502.01852.
  package struct PReLU: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.preLU(operands.input, weight: operands.requiredWeight)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let weight = pullback.operands.requiredWeight
      return OperandGradients(
        pullback.wantsInput
          ? Operations.PReLUInputGradient()(pullback.gradient, pullback.input, weight: weight) : nil,
        weight: pullback.wantsWeight
          ? Operations.PReLUWeightGradient(isSingle: weight.count == 1)(pullback.gradient, pullback.input) : nil)
    }
  }
}
