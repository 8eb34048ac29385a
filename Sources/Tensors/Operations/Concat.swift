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

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      var start = 0
      let parts = zip(pullback.operands.inputs, pullback.wanted.inputs).map { input, isWanted -> Tensor? in
        let range = start..<start + input.shape[axis]
        start = range.upperBound
        guard isWanted else { return nil }
        let gradient = pullback.gradient
        return switch axis {
        case 0: Operations.ImageSlice(range)(gradient)
        case 1: Operations.ChannelSlice(range)(gradient)
        case 2: Operations.Crop(rows: range, columns: 0..<gradient.width)(gradient)
        default: Operations.Crop(rows: 0..<gradient.height, columns: range)(gradient)
        }
      }
      return OperandGradients(inputs: parts)
    }

    package var mixesImages: Bool { axis == 0 }
    package var concatenationAxis: Int? { axis }
  }
}
