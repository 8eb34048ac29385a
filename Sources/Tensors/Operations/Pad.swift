extension Operations {
  /// Rows and columns around the maps, `[N, C, H, W]` → `[N, C, top + H + bottom, left + W + right]`.
  package struct Pad: Operation {
    package var top: Int
    package var bottom: Int
    package var left: Int
    package var right: Int
    package var mode: PadMode

    package init(top: Int, bottom: Int, left: Int, right: Int, mode: PadMode) {
      self.top = top
      self.bottom = bottom
      self.left = left
      self.right = right
      self.mode = mode
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      let shape = operands.input
      return [shape[0], shape[1], top + shape[2] + bottom, left + shape[3] + right]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.pad(operands.input, top: top, bottom: bottom, left: left, right: right, mode: mode)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      guard case .constant = mode, min(top, bottom, left, right) >= 0 else {
        return OperandGradients(Operations.PadGradient(self)(pullback.gradient))
      }
      let size = PixelSize(of: pullback.input.shape)
      let crop = Operations.Crop(rows: top..<top + size.height, columns: left..<left + size.width)
      return OperandGradients(crop(pullback.gradient))
    }
  }
}
