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
  }
}
