extension Operations {
  /// The largest value of each window, `[N, C, H, W]` → `[N, C, H', W']`. See `Plain.maxPool`.
  package struct MaxPool: Operation {
    package var window: SlidingWindow

    package init(_ window: SlidingWindow) { self.window = window }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { window.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.maxPool(operands.input, window: window) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Operations.MaxPoolGradient(window)(pullback.gradient, pullback.input, pullback.result))
    }
  }
}
