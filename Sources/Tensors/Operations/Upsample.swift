extension Operations {
  /// Resizing by interpolation, `[N, C, H, W]` → `[N, C, size]`, as PyTorch does it. See `Plain.upsample`.
  package struct Upsample: Operation {
    package var size: PixelSize
    /// What the size was computed by, if it was.
    package var factor: Double?
    package var mode: Interpolation
    /// Whether the centres of the corner pixels coincide, rather than their edges.
    package var alignCorners: Bool

    package init(_ size: PixelSize, factor: Double?, mode: Interpolation, alignCorners: Bool) {
      self.size = size
      self.factor = factor
      self.mode = mode
      self.alignCorners = alignCorners
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { size.outputShape(of: operands.input) }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.upsample(
        operands.input, height: size.height, width: size.width, factor: factor, mode: mode, alignCorners: alignCorners)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let size = PixelSize(of: pullback.input.shape)
      return OperandGradients(Operations.UpsampleGradient(self, size: size)(pullback.gradient))
    }
  }
}
