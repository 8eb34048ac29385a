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

    package func macs(of operands: Operands<[Int]>) -> Int {
      operands.input.saturatingProduct.saturatingMultiplied(by: operands.requiredWeight.dropFirst().saturatingProduct)
    }
  }
}
