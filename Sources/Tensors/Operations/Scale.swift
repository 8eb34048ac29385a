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

    package func scaling(_ weights: Operands<Tensor>, channels: Int) -> ChannelScaling {
      let ones = Array(repeating: 1.0, count: channels)
      return ChannelScaling(scale: ones.map { $0 * factor }, shift: Array(repeating: 0, count: channels))
    }

    package var fusesActivation: Bool { true }
    package var fusesResidual: Bool { true }
  }
}
