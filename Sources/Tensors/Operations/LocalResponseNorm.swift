extension Operations {
  /// Local response normalization across channels; the shape stays. See `Plain.localResponseNorm`.
  package struct LocalResponseNorm: Operation {
    /// The channels of a window.
    package var size: Int
    package var alpha: Double
    package var beta: Double
    package var k: Double

    package init(size: Int, alpha: Double, beta: Double, k: Double) {
      self.size = size
      self.alpha = alpha
      self.beta = beta
      self.k = k
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.localResponseNorm(operands.input, size: size, alpha: alpha, beta: beta, k: k)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(Operations.LocalResponseNormGradient(self)(pullback.gradient, pullback.input))
    }
  }
}
