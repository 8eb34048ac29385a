extension Operations {
  /// The sums of each channel over images and pixels, `[N, C, …]` → `[C]`: the gradient by a bias.
  package struct ChannelSum: GradientOperation {
    package init() {}

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      operands.input.channelSums { gradient, index, _ in gradient[index] }
    }
    package var mixesImages: Bool { true }
  }

  /// The sums over images of each element, `[N, …]` → the shape of an element-wise bias.
  package struct ImageSum: GradientOperation {
    package var shape: [Int]

    package init(_ shape: [Int]) { self.shape = shape }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { shape }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let gradient = operands.input
      return gradient.reshaped(to: [gradient.shape[0], gradient.planes.image]).channelSums { gradient, index, _ in
        gradient[index]
      }.reshaped(to: shape)
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the weight of a channel scale, of the gradient by its result and its input: sums of products over
  /// images and pixels, `[C]`, or over everything, `[1]`.
  package struct ChannelScaleWeightGradient: GradientOperation {
    /// Whether one number scales all channels.
    package var isSingle: Bool

    package init(isSingle: Bool) { self.isSingle = isSingle }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [isSingle ? 1 : operands.input[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let sums = operands.inputs[1].withUnsafeBufferPointer { input in
        operands.input.channelSums { gradient, index, _ in gradient[index] * input[index] }
      }
      return isSingle && sums.count > 1 ? T([sums.elements.reduce(0, +)], shape: [1]) : sums
    }
    package var mixesImages: Bool { true }
  }
}

extension PlainTensor {
  /// Sums over images and pixels of a term of each element, by its index and channel, in double precision: `[C]`.
  func channelSums(_ term: (UnsafeBufferPointer<Scalar>, _ index: Int, _ channel: Int) -> Scalar) -> Self {
    let planes = planes
    return making([planes.channels]) { input, output in
      for channel in 0..<planes.channels {
        var sum = 0.0
        for image in 0..<planes.images {
          let start = (image * planes.channels + channel) * planes.pixels
          for index in start..<start + planes.pixels { sum += Double(term(input, index, channel)) }
        }
        output[channel] = Scalar(sum)
      }
    }
  }
}
