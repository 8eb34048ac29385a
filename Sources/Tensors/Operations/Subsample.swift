extension Operations {
  /// LeNet-5's subsampling, a window's sum times a channel's weight plus its bias, `[N, C, H, W]` → `[N, C, H', W']`.
  ///
  /// Weight and bias `[C]`. See `Plain.subsample`.
  package struct Subsample: Operation {
    package var window: SlidingWindow

    package init(_ window: SlidingWindow) { self.window = window }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { window.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.subsample(
        operands.input, weight: operands.requiredWeight,
        bias: operands.bias ?? T(zeros: [operands.input.channels]), window: window)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input) = (pullback.gradient, pullback.input)
      let sums = Operations.AveragePoolGradient(window, divisor: .one, size: PixelSize(of: input.shape))
      return OperandGradients(
        pullback.wantsInput
          ? sums(Operations.ChannelScale()(gradient, weight: pullback.operands.weight)) : nil,
        weight: pullback.wantsWeight ? Operations.SubsampleWeightGradient(window)(gradient, input) : nil,
        bias: pullback.wantsBias ? Operations.ChannelSum()(gradient) : nil)
    }
  }
}
