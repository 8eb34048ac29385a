extension Operations {
  /// 2-D convolution, `[N, C, H, W]` → `[N, out, H', W']`; weight `[out, C / groups, kernel, kernel]`, bias `[out]`.
  ///
  /// See `Plain.conv2D`. With C groups it is depthwise.
  package struct Convolution: Operation {
    package var window: SlidingWindow
    package var groups: Int

    package init(_ window: SlidingWindow, groups: Int = 1) {
      self.window = window
      self.groups = groups
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[0], operands.requiredWeight[0], window.vertical.outputs, window.horizontal.outputs]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.conv2D(
        operands.input, weight: operands.requiredWeight, bias: operands.bias, window: window, groups: groups)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input) = (pullback.gradient, pullback.input)
      let back = Operations.ConvolutionInputGradient(window, groups: groups, size: PixelSize(of: input.shape))
      return OperandGradients(
        pullback.wantsInput ? back(gradient, weight: pullback.operands.weight) : nil,
        weight: pullback.wantsWeight
          ? Operations.ConvolutionWeightGradient(window, groups: groups)(gradient, input) : nil,
        bias: pullback.wantsBias ? Operations.ChannelSum()(gradient) : nil)
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      outputShape(of: operands).saturatingProduct.saturatingMultiplied(
        by: operands.requiredWeight.dropFirst().saturatingProduct)
    }

    /// Of maps of one pixel it is a linear layer, which reads its weights faster.
    package func shortcut(for operands: Operands<[Int]>) -> (any Operation)? {
      groups == 1 && [operands.input, outputShape(of: operands), operands.requiredWeight].allSatisfy(\.isOnePixel)
        ? Linear() : nil
    }

    package var foldsScaling: Bool { true }
    package var fusesActivation: Bool { true }
    package var fusesResidual: Bool { true }
    package var readsPlanar: Bool { groups == 1 }
  }
}
