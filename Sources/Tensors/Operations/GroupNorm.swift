extension Operations {
  /// Normalization over groups of channels of one image; the shape stays. See `Plain.groupNorm`.
  ///
  /// Weight and bias `[C]`, or with an element for each of an image. With one group layer norm, with C instance norm.
  package struct GroupNorm: Operation {
    package var groups: Int
    package var epsilon: Double

    package init(groups: Int, epsilon: Double) {
      self.groups = groups
      self.epsilon = epsilon
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.groupNorm(operands.input, groups: groups, weight: operands.weight, bias: operands.bias, epsilon: epsilon)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input, operands) = (pullback.gradient, pullback.input, pullback.operands)
      let bias = operands.bias.map(\.shape) ?? []
      return OperandGradients(
        pullback.wantsInput
          ? Operations.GroupNormInputGradient(groups: groups, epsilon: epsilon)(
            gradient, input, weight: operands.weight) : nil,
        weight: pullback.wantsWeight
          ? Operations.GroupNormWeightGradient(
            groups: groups, epsilon: epsilon, shape: operands.requiredWeight.shape)(gradient, input) : nil,
        bias: pullback.wantsBias
          ? bias == [input.channels] ? Operations.ChannelSum()(gradient) : Operations.ImageSum(bias)(gradient) : nil)
    }
  }
}
