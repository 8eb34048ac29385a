extension Operations {
  /// Transposed 2-D convolution, `[N, C, H, W]` → `[N, out, outputs]`; weight `[C, out / groups, kernel, kernel]`, bias `[out]`.
  ///
  /// See `Plain.transposedConv2D`.
  package struct TransposedConvolution: Operation {
    package var window: SlidingWindow
    package var groups: Int
    /// The size of the output, which the window's own count of outputs does not say.
    package var outputs: PixelSize

    package init(_ window: SlidingWindow, groups: Int, outputs: PixelSize) {
      self.window = window
      self.groups = groups
      self.outputs = outputs
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[0], operands.requiredWeight[1] * groups, outputs.height, outputs.width]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.transposedConv2D(
        operands.input, weight: operands.requiredWeight, bias: operands.bias, window: window, groups: groups,
        outputs: (outputs.height, outputs.width))
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input) = (pullback.gradient, pullback.input)
      // The convolution that this one is the transpose of; its outputs are this one's inputs.
      var window = window
      (window.vertical.outputs, window.horizontal.outputs) = (input.height, input.width)
      return OperandGradients(
        pullback.wantsInput
          ? Operations.Convolution(window, groups: groups)(gradient, weight: pullback.operands.weight) : nil,
        weight: pullback.wantsWeight
          ? Operations.ConvolutionWeightGradient(window, groups: groups)(input, gradient) : nil,
        bias: pullback.wantsBias ? Operations.ChannelSum()(gradient) : nil)
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      operands.input.saturatingProduct.saturatingMultiplied(by: operands.requiredWeight.dropFirst().saturatingProduct)
    }
  }
}
