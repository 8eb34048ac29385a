extension Operations {
  /// Fully connected layer, `[N, features]` → `[N, out]`; weight `[out, features]`, bias `[out]`. See `Plain.linear`.
  package struct Linear: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[0], operands.requiredWeight[0]]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.linear(operands.input, weight: operands.requiredWeight, bias: operands.bias)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input) = (pullback.gradient, pullback.input)
      return OperandGradients(
        pullback.wantsInput ? Operations.LinearInputGradient()(gradient, weight: pullback.operands.weight) : nil,
        weight: pullback.wantsWeight ? Operations.LinearWeightGradient()(gradient, input) : nil,
        bias: pullback.wantsBias ? Operations.ChannelSum()(gradient) : nil)
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      outputShape(of: operands).saturatingProduct.saturatingMultiplied(
        by: operands.requiredWeight.dropFirst().saturatingProduct)
    }

    package var foldsScaling: Bool { true }
    package var fusesActivation: Bool { true }
    package var readsFlattened: Bool { true }
  }
}
