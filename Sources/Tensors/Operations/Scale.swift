extension Operations {
  /// Every element times a number; the shape stays.
  package struct Scale: ChannelScalingOperation {
    package var factor: Double

    package init(_ factor: Double) { self.factor = factor }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.scale(operands.input, by: factor) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(self(pullback.gradient))
    }

    package func scaling(
      weight: Double?, bias: Double?, mean: Double?, variance: Double?
    ) -> (scale: Double, shift: Double) { (factor, 0) }

    package var fusesActivation: Bool { true }
    package var fusesResidual: Bool { true }
  }
}
