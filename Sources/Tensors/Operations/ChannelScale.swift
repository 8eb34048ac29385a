extension Operations {
  /// Each channel times a number; weight `[C]`, or `[1]` for one number everywhere. The shape stays.
  package struct ChannelScale: ChannelScalingOperation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.scale(operands.input, by: operands.requiredWeight)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let weight = pullback.operands.requiredWeight
      return OperandGradients(
        pullback.wantsInput ? self(pullback.gradient, weight: weight) : nil,
        weight: pullback.wantsWeight
          ? Operations.ChannelScaleWeightGradient(isSingle: weight.count == 1)(pullback.gradient, pullback.input) : nil)
    }

    package func scaling(
      weight: Double?, bias: Double?, mean: Double?, variance: Double?
    ) -> (scale: Double, shift: Double) { (weight ?? 1, 0) }

    package var fusesActivation: Bool { true }
    package var fusesResidual: Bool { true }
  }
}
