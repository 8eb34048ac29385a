extension Operations {
  /// The gradient by a batch norm's weight, of the gradient by its result and its input: sums over images and pixels of
  /// the gradient times the normalized input, `[C]`. Mean and variance are those that were normalized with.
  package struct BatchNormWeightGradient: GradientOperation {
    package var epsilon: Double

    package init(epsilon: Double) { self.epsilon = epsilon }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let normalization = ChannelNormalization(operands, epsilon: epsilon)
      return operands.inputs[1].withUnsafeBufferPointer { input in
        operands.input.channelSums { gradient, index, channel in
          T.Scalar(Double(gradient[index]) * normalization(Double(input[index]), channel))
        }
      }
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the input of a batch norm with its batch's statistics; the shape stays.
  ///
  /// `dx = weight / √(variance + epsilon) · (g − Σg / n − x̂ · Σ(g·x̂) / n)`, sums over the n elements of a channel. Inputs are
  /// the gradient by the result, the batch norm's input, and the two sums, which are the gradients by bias and weight.
  /// Ioffe and Szegedy 2015, arXiv:1502.03167, section 3.
  package struct BatchNormInputGradient: GradientOperation {
    package var epsilon: Double

    package init(epsilon: Double) { self.epsilon = epsilon }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let planes = operands.input.planes
      let normalization = ChannelNormalization(operands, epsilon: epsilon)
      let weights = operands.weight?.elements ?? Array(repeating: 1, count: planes.channels)
      let (sums, products) = (operands.inputs[2].elements, operands.inputs[3].elements)
      let count = Double(planes.images * planes.pixels)
      return operands.inputs[1].withUnsafeBufferPointer { input in
        operands.input.making(operands.input.shape) { gradient, output in
          for plane in 0..<planes.images * planes.channels {
            let channel = plane % planes.channels
            let scale = Double(weights[channel]) * normalization.scale[channel]
            let (mean, slope) = (Double(sums[channel]) / count, Double(products[channel]) / count)
            for index in plane * planes.pixels..<(plane + 1) * planes.pixels {
              let normalized = normalization(Double(input[index]), channel)
              output[index] = T.Scalar(scale * (Double(gradient[index]) - mean - normalized * slope))
            }
          }
        }
      }
    }
    package var mixesImages: Bool { true }
  }
}

/// What a batch norm does to an element before weight and bias: `(x − mean) / √(variance + epsilon)`.
private struct ChannelNormalization {
  let mean: [Double]
  let scale: [Double]

  init<T: PlainTensor>(_ operands: Operands<T>, epsilon: Double) {
    let channels = operands.input.channels
    mean = operands.mean?.elements.map { Double($0) } ?? Array(repeating: 0, count: channels)
    let variance = operands.variance?.elements.map { Double($0) } ?? Array(repeating: 1, count: channels)
    scale = variance.map { 1 / ($0 + epsilon).squareRoot() }
  }

  func callAsFunction(_ x: Double, _ channel: Int) -> Double { (x - mean[channel]) * scale[channel] }
}
