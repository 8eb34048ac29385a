extension Operations {
  /// Means over windows that follow from the output's size, `[N, C, H, W]` → `[N, C, size]`.
  ///
  /// See `Plain.adaptiveAveragePool`.
  package struct AdaptiveAveragePool: Operation {
    package var size: PixelSize

    package init(_ size: PixelSize) { self.size = size }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { size.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.adaptiveAveragePool(operands.input, height: size.height, width: size.width)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let size = PixelSize(of: pullback.input.shape)
      return OperandGradients(Operations.AdaptiveAveragePoolGradient(size)(pullback.gradient))
    }
  }
}
