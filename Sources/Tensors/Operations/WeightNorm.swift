extension Operations {
  /// A weight of rows with learned directions and lengths; inputs v and g. See `Plain.weightNorm`.
  package struct WeightNorm: Operation {
    package init() {}

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.weightNorm(operands.input, gain: operands.inputs[1])
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let inputs = [pullback.gradient] + pullback.operands.inputs
      return OperandGradients(
        inputs: [false, true].map { isByGain in
          pullback.wanted.inputs[isByGain ? 1 : 0] ? WeightNormGradient(isByGain: isByGain)(inputs) : nil
        })
    }
  }

  /// A weight of rows without mean and of one variance; inputs the weight and perhaps a gain. See `Plain.standardizedWeight`.
  package struct StandardizedWeight: Operation {
    package var factor: Double
    package var epsilon: Double

    package init(factor: Double = 1, epsilon: Double) {
      self.factor = factor
      self.epsilon = epsilon
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.standardizedWeight(
        operands.input, gain: operands.inputs.count > 1 ? operands.inputs[1] : nil, factor: factor, epsilon: epsilon)
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let inputs = [pullback.gradient] + pullback.operands.inputs
      return OperandGradients(
        inputs: pullback.wanted.inputs.enumerated().map { place, isWanted in
          isWanted ? StandardizedWeightGradient(self, isByGain: place == 1)(inputs) : nil
        })
    }
  }

  /// A weight divided by its largest singular value; inputs the weight, u and v. See `Plain.spectralNorm`. In training
  /// an iteration moves the vectors first.
  package struct SpectralNorm: Operation {
    /// The dimension whose elements are the matrix's rows.
    package var dimension: Int

    package init(dimension: Int) { self.dimension = dimension }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.spectralNorm(operands.input, u: operands.inputs[1], v: operands.inputs[2], dimension: dimension)
    }

    package var training: TrainingForm { .singularVectors(self) }

    /// The vectors are statistics, and have no gradient.
    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      let gradient =
        pullback.wantsInput
        ? SpectralNormGradient(dimension: dimension)([pullback.gradient] + pullback.operands.inputs) : nil
      return OperandGradients(inputs: [gradient, nil, nil])
    }
  }
}
