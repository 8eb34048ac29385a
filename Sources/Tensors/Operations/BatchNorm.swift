extension Operations {
  /// Batch normalization of each channel; mean, variance, and perhaps weight and bias, all `[C]`. The shape stays.
  ///
  /// With the running statistics, as at inference; see `Plain.batchNorm`. Ioffe and Szegedy 2015, arXiv:1502.03167.
  package struct BatchNorm: ChannelScalingOperation {
    package var epsilon: Double
    /// The weight of the newest batch in the running statistics while the network trains; nil where they stay as they
    /// are, and are what is normalized with: at inference, or in a layer that is frozen.
    package var momentum: Double?

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

    package func scaling(_ weights: Operands<Tensor>, channels: Int) -> ChannelScaling {
      let ones = Array(repeating: 1.0, count: channels)
      let zeros = Array(repeating: 0.0, count: channels)
      let variances = weights.variance?.doubles ?? ones
      let weight = weights.weight?.doubles ?? ones
      let scale = zip(weight, variances).map { $0 / ($1 + epsilon).squareRoot() }
      let means = weights.mean?.doubles ?? zeros
      let bias = weights.bias?.doubles ?? zeros
      return ChannelScaling(scale: scale, shift: zip(bias, zip(means, scale)).map { $0 - $1.0 * $1.1 })
    }

    package var inference: InferenceForm {
      momentum == nil ? .same : .operation(BatchNorm(epsilon: epsilon))
    }

    package var fusesActivation: Bool { true }
    package var fusesResidual: Bool { true }
  }
}
