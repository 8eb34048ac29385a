extension Operations {
  /// Maps with their axes in another order; dimension i of the result, behind the batch, is the input's dimension
  /// `axes[i - 1]`. See `Plain.permute`.
  package struct Permute: Operation {
    /// The dimensions 1, 2 and 3 in some order.
    package var axes: [Int]

    package init(_ axes: [Int]) { self.axes = axes }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      [operands.input[0]] + axes.map { operands.input[$0] }
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { Plain.permute(operands.input, axes: axes) }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let back = (1...3).map { axis in (axes.firstIndex(of: axis) ?? 0) + 1 }
      return OperandGradients(Permute(back)(pullback.gradient))
    }
  }
}

extension Plain {
  /// Maps `[N, C, H, W]` with their axes in another order: dimension i of the result, behind the batch, is the input's
  /// dimension `axes[i - 1]`.
  package static func permute<T: PlainTensor>(_ input: T, axes: [Int]) -> T {
    let shape = [input.shape[0]] + axes.map { input.shape[$0] }
    let steps = axes.map { axis in input.shape.dropFirst(axis + 1).reduce(1, *) }
    let image = input.shape.dropFirst().reduce(1, *)
    return input.making(shape) { input, output in
      var index = 0
      for n in 0..<shape[0] {
        for first in 0..<shape[1] {
          for second in 0..<shape[2] {
            let start = n * image + first * steps[0] + second * steps[1]
            for third in 0..<shape[3] {
              output[index] = input[start + third * steps[2]]
              index += 1
            }
          }
        }
      }
    }
  }
}
