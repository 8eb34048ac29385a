extension Operations {
  /// Inputs one behind the other along an axis, 0 the batch: the sizes along it add up, all others agree.
  package struct Concat: Operation {
    package var axis: Int

    package init(axis: Int) { self.axis = axis }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      var shape = operands.input
      shape[axis] = operands.inputs.reduce(0) { $0 + $1[axis] }
      return shape
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.concat(operands.inputs, axis: axis) }

    package var mixesImages: Bool { axis == 0 }
    package var concatenationAxis: Int? { axis }
  }
}
