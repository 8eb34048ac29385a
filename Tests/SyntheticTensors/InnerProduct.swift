import Tensors

/// The sum of two tensors' products, `[1]`: a scalar whose gradient by the first is the second. It is the last of a
/// computation, so its own gradient is 1.
package struct InnerProduct: Operation {
  package init() {}

  package func outputShape(of operands: Operands<[Int]>) -> [Int] { [1] }

  package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
    T([zip(operands.inputs[0].elements, operands.inputs[1].elements).reduce(0) { $0 + $1.0 * $1.1 }], shape: [1])
  }

  package func pullback(_ pullback: Pullback) -> OperandGradients? {
    OperandGradients(inputs: [pullback.operands.inputs[1], nil])
  }
}
