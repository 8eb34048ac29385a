extension Operations {
  /// The mean of each window, `[N, C, H, W]` → `[N, C, H', W']`. See `Plain.averagePool`.
  package struct AveragePool: Operation {
    package var window: SlidingWindow
    /// Whether the divisor counts the pixels of the padding.
    package var countsPadding: Bool

    package init(_ window: SlidingWindow, countsPadding: Bool) {
      self.window = window
      self.countsPadding = countsPadding
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { window.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.averagePool(operands.input, window: window, countsPadding: countsPadding)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let size = PixelSize(of: pullback.input.shape)
      let gradient = Operations.AveragePoolGradient(
        window, divisor: countsPadding ? .paddedPixels : .pixels, size: size)
      return OperandGradients(gradient(pullback.gradient))
    }
  }
}
