extension Operations {
  /// Largest values over windows that follow from the output's size, `[N, C, H, W]` → `[N, C, size]`.
  ///
  /// See `Plain.adaptiveMaxPool`.
  package struct AdaptiveMaxPool: Operation {
    package var size: PixelSize

    package init(_ size: PixelSize) { self.size = size }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { size.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.adaptiveMaxPool(operands.input, height: size.height, width: size.width)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Operations.AdaptiveMaxPoolGradient()(pullback.gradient, pullback.input, pullback.result))
    }
  }
}
