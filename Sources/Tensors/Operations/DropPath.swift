extension Operations {
  /// Stochastic depth: what training does at random, and nothing at inference, which is what the plain path computes. The
  /// shape stays.
  ///
  /// In training an image's whole value is zero with probability `rate`, else divided by `1 − rate`. Huang et al. 2016,
  /// arXiv:1603.09382.
  package struct DropPath: Operation {
    package var rate: Double

    package init(rate: Double) { self.rate = rate }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { operands.input }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(pullback.gradient)
    }

    package var training: TrainingForm { .mask(rate: rate, isPerImage: true) }
    package var inference: InferenceForm { .input }
  }
}
