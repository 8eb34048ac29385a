extension Operations {
  /// The softmax over features, or over the channels of each pixel; the shape stays. See `Plain.softmax`.
  package struct Softmax: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain(_ operands: Operands<Tensor>) -> Tensor { Plain.softmax(operands.input) }
  }
}
