extension Operations {
  /// Windows over channels, `[N, C, …]` → `[N, (C − kernel) / stride + 1, …]`. See `Plain.depthPool`.
  package struct DepthPool: Operation {
    package var kernel: Int
    package var stride: Int
    /// The largest value of each window, or else the mean.
    package var isMaximum: Bool

    package init(kernel: Int, stride: Int, isMaximum: Bool) {
      self.kernel = kernel
      self.stride = stride
      self.isMaximum = isMaximum
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] {
      var shape = operands.input
      shape[1] = (shape[1] - kernel) / stride + 1
      return shape
    }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.depthPool(operands.input, kernel: kernel, stride: stride, isMaximum: isMaximum)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Operations.DepthPoolGradient(self)(pullback.gradient, pullback.input))
    }
  }
}
