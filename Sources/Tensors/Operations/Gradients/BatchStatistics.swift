extension Operations {
  /// The mean of each channel over a batch's images and pixels, `[N, C, …]` → `[C]`: what a batch norm subtracts in
  /// training. No gradient flows through it; that of the batch norm accounts for it.
  package struct BatchMean: GradientOperation {
    package init() {}

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let planes = operands.input.planes
      return operands.input.making([planes.channels]) { input, output in
        for channel in 0..<planes.channels {
          var sum = 0.0
          for image in 0..<planes.images {
            let start = (image * planes.channels + channel) * planes.pixels
            for index in start..<start + planes.pixels { sum += Double(input[index]) }
          }
          output[channel] = T.Scalar(sum / Double(planes.images * planes.pixels))
        }
      }
    }
    package var mixesImages: Bool { true }
  }

  /// The variance of each channel around a mean over a batch's images and pixels, the biased one, `[N, C, …]` → `[C]`.
  package struct BatchVariance: GradientOperation {
    package init() {}

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let planes = operands.input.planes
      let means = operands.mean?.elements ?? Array(repeating: 0, count: planes.channels)
      return operands.input.making([planes.channels]) { input, output in
        for channel in 0..<planes.channels {
          let mean = Double(means[channel])
          var sum = 0.0
          for image in 0..<planes.images {
            let start = (image * planes.channels + channel) * planes.pixels
            for index in start..<start + planes.pixels {
              sum += (Double(input[index]) - mean) * (Double(input[index]) - mean)
            }
          }
          output[channel] = T.Scalar(sum / Double(planes.images * planes.pixels))
        }
      }
    }
    package var mixesImages: Bool { true }
  }

  /// A running statistic moved towards a batch's, `[C]`: `(1 − momentum)·running + momentum·factor·batch`.
  ///
  /// The factor makes of a batch's variance that of what it was drawn from, n / (n − 1).
  package struct RunningAverage: GradientOperation {
    package var momentum: Double
    package var factor: Double

    package init(momentum: Double, factor: Double = 1) {
      self.momentum = momentum
      self.factor = factor
    }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      Plain.combine(operands.inputs[0], operands.inputs[1]) { running, batch in
        T.Scalar((1 - momentum) * Double(running) + momentum * factor * Double(batch))
      }
    }
  }
}
