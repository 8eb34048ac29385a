extension Operations {
  /// The same numbers, laid out in row-major order whatever they are: as steps that move parameters read a gradient.
  package struct RowMajor: GradientOperation {
    package init() {}

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { operands.input }
  }
}
