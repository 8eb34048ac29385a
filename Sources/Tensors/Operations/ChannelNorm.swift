extension Operations {
  /// Normalization over the channels of each pixel; the shape stays. Weight and bias `[C]`. See `Plain.channelNorm`.
  package struct ChannelNorm: Operation {
    package var epsilon: Double

    package init(epsilon: Double) { self.epsilon = epsilon }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.channelNorm(operands.input, weight: operands.weight, bias: operands.bias, epsilon: epsilon)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input) = (pullback.gradient, pullback.input)
      return OperandGradients(
        pullback.wantsInput
          ? Operations.ChannelNormInputGradient(epsilon: epsilon)(gradient, input, weight: pullback.operands.weight)
          : nil,
        weight: pullback.wantsWeight ? Operations.ChannelNormWeightGradient(epsilon: epsilon)(gradient, input) : nil,
        bias: pullback.wantsBias ? Operations.ChannelSum()(gradient) : nil)
    }
  }
}
