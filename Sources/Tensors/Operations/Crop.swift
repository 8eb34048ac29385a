extension Operations {
  /// A part of the maps, `[N, C, H, W]` → `[N, C, rows, columns]`.
  package struct Crop: Operation {
    package var rows: Range<Int>
    package var columns: Range<Int>

    package init(rows: Range<Int>, columns: Range<Int>) {
      self.rows = rows
      self.columns = columns
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[0], operands.input[1], rows.count, columns.count]
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.crop(operands.input, rows: rows, columns: columns)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let size = PixelSize(of: pullback.input.shape)
      let pad = Operations.Pad(
        top: rows.lowerBound, bottom: size.height - rows.upperBound, left: columns.lowerBound,
        right: size.width - columns.upperBound, mode: .constant(0))
      return OperandGradients(pad(pullback.gradient))
    }
  }
}
