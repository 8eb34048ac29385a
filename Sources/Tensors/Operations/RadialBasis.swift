extension Operations {
  /// Squared distances to centers, `[N, features]` → `[N, out]`; weight `[out, features]`. See `Plain.radialBasis`.
  package struct RadialBasis: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[0], operands.requiredWeight[0]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.radialBasis(operands.input, centers: operands.requiredWeight)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input, centers) = (pullback.gradient, pullback.input, pullback.operands.requiredWeight)
      return OperandGradients(
        pullback.wantsInput ? Operations.RadialBasisInputGradient()(gradient, input, weight: centers) : nil,
        weight: pullback.wantsWeight
          ? Operations.RadialBasisWeightGradient()(gradient, input, weight: centers) : nil)
    }
  }
}
