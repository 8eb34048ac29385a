extension Operations {
  /// The gradient by a convolution's input, `[N, out, H', W']` → `[N, C, size]`, of the gradient by its result: each output
  /// pixel gives its multiple of the kernel back, as a transposed convolution with the same weight, `[out, C / groups, kernel,
  /// kernel]`.
  package struct ConvolutionInputGradient: GradientOperation {
    package var window: SlidingWindow
    package var groups: Int
    /// The size of the input.
    package var size: PixelSize

    package init(_ window: SlidingWindow, groups: Int, size: PixelSize) {
      self.window = window
      self.groups = groups
      self.size = size
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[0], operands.requiredWeight[1] * groups, size.height, size.width]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.transposedConv2D(
        operands.input, weight: operands.requiredWeight, bias: nil, window: window, groups: groups,
        outputs: (size.height, size.width))
    }

    package func macs(of operands: Operands<[Int]>) -> Int {
      operands.input.saturatingProduct.saturatingMultiplied(by: operands.requiredWeight.dropFirst().saturatingProduct)
    }
  }
}
