extension Operations {
  /// Dropout: what training does at random, and nothing at inference, which is what the plain path computes. The shape stays.
  ///
  /// In training each element is zero with probability `rate`, the others are divided by `1 − rate`. Hinton et al. 2012,
  /// arXiv:1207.0580.
  package struct Dropout: Operation {
    package var rate: Double

    package init(rate: Double) { self.rate = rate }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T { operands.input }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      OperandGradients(pullback.gradient)
    }

    package var training: TrainingForm { .mask(rate: rate, isPerImage: false) }
    package var inference: InferenceForm { .input }
  }
}
