extension Operations {
  /// Batch normalization of each channel; mean, variance, and perhaps weight and bias, all `[C]`. The shape stays.
  ///
  /// With the running statistics, as at inference; see `Plain.batchNorm`. Ioffe and Szegedy 2015, arXiv:1502.03167.
  package struct BatchNorm: ChannelScalingOperation {
    package var epsilon: Double
    /// The weight of the newest batch in the running statistics while the network trains; nil where they stay as they
    /// are, and are what is normalized with: at inference, or in a layer that is frozen.
    package var momentum: Double?

    /// Whether mean and variance are those of the input itself, so that the gradient flows through them; `forTraining` says so.
    package var isOfBatch = false

    package init(epsilon: Double, momentum: Double? = nil) {
      self.epsilon = epsilon
      self.momentum = momentum
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let channels = [operands.input.channels]
      return Plain.batchNorm(
        operands.input, mean: operands.mean ?? T(zeros: channels),
        variance: operands.variance ?? T(repeating: 1, shape: channels), weight: operands.weight,
        bias: operands.bias, epsilon: epsilon)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let (gradient, input, operands) = (pullback.gradient, pullback.input, pullback.operands)
      let needsSums = isOfBatch && pullback.wantsInput
      let sum = pullback.wantsBias || needsSums ? Operations.ChannelSum()(gradient) : nil
      let product =
        pullback.wantsWeight || needsSums
        ? Operations.BatchNormWeightGradient(epsilon: epsilon)(
          gradient, input, mean: operands.mean, variance: operands.variance) : nil
      var result: Tensor?
      if let sum, let product, needsSums {
        result = Operations.BatchNormInputGradient(epsilon: epsilon)(
          [gradient, input, sum, product], weight: operands.weight, mean: operands.mean, variance: operands.variance)
      } else if pullback.wantsInput {
        // With statistics that do not depend on the input the gradient is scaled as the input was.
        result = BatchNorm(epsilon: epsilon)(gradient, weight: operands.weight, variance: operands.variance)
      }
      return OperandGradients(result, weight: product, bias: sum)
    }

    package func scaling(
      weight: Double?, bias: Double?, mean: Double?, variance: Double?
    ) -> (scale: Double, shift: Double) {
      let scale = (weight ?? 1) / ((variance ?? 1) + epsilon).squareRoot()
      return (scale, (bias ?? 0) - (mean ?? 0) * scale)
    }

    package var readsWeights: Bool { isOfBatch }
    package var training: TrainingForm { momentum.map { .batchStatistics(self, momentum: $0) } ?? .same }

    package var inference: InferenceForm {
      momentum == nil ? .same : .operation(BatchNorm(epsilon: epsilon))
    }

    package var fusesActivation: Bool { !isOfBatch }
    package var fusesResidual: Bool { !isOfBatch }
  }
}
