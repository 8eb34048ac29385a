extension Operations {
  /// The gradient by the input of a group norm, of the gradient by its result and its input; the shape stays. Weight as
  /// there.
  ///
  /// With g the gradient times the weight, `dx = (g − mean(g) − x̂ · mean(g·x̂)) / √(variance + epsilon)`, means over a group
  /// of channels of one image. Wu and He 2018, arXiv:1803.08494.
  package struct GroupNormInputGradient: GradientOperation {
    package var groups: Int
    package var epsilon: Double

    package init(groups: Int, epsilon: Double) {
      self.groups = groups
      self.epsilon = epsilon
    }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let planes = operands.input.planes
      let size = planes.image / groups
      let weights = operands.weight?.elements ?? [1]
      let each = weights.count == planes.channels ? planes.pixels : weights.count == 1 ? planes.image : 1
      return operands.inputs[1].withUnsafeBufferPointer { input in
        operands.input.making(operands.input.shape) { gradient, output in
          for start in stride(from: 0, to: gradient.count, by: max(1, size)) {
            let indices = start..<start + size
            let normalization = Normalization(indices.lazy.map { Double(input[$0]) }, epsilon: epsilon)
            func weighted(_ index: Int) -> Double {
              Double(gradient[index]) * Double(weights[index % planes.image / each])
            }
            let (mean, slope) = normalization.means(indices.lazy.map { (weighted($0), Double(input[$0])) })
            for index in indices {
              let difference = weighted(index) - mean - normalization(Double(input[index])) * slope
              output[index] = T.Scalar(difference * normalization.scale)
            }
          }
        }
      }
    }
  }

  /// The gradient by the weight of a group norm, of the gradient by its result and its input: sums of the gradient times
  /// the normalized input, for each channel or for each element of an image.
  package struct GroupNormWeightGradient: GradientOperation {
    package var groups: Int
    package var epsilon: Double
    /// The shape of the weight.
    package var shape: [Int]

    package init(groups: Int, epsilon: Double, shape: [Int]) {
      self.groups = groups
      self.epsilon = epsilon
      self.shape = shape
    }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { shape }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      // A norm without weight, times the gradient.
      let normalized = Plain.groupNorm(
        operands.inputs[1], groups: groups, weight: nil, bias: nil, epsilon: epsilon)
      let products = Plain.combine(operands.input, normalized, *)
      let summed = Operands([products])
      return shape.saturatingProduct == products.channels
        ? ChannelSum().plain(summed).reshaped(to: shape) : ImageSum(shape).plain(summed)
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the input of a norm over the channels of each pixel, of the gradient by its result and its input; the
  /// shape stays, weight as there. As a group norm's, with means over a pixel's channels.
  package struct ChannelNormInputGradient: GradientOperation {
    package var epsilon: Double

    package init(epsilon: Double) { self.epsilon = epsilon }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let planes = operands.input.planes
      let weights = operands.weight?.elements ?? Array(repeating: 1, count: planes.channels)
      return operands.inputs[1].withUnsafeBufferPointer { input in
        operands.input.making(operands.input.shape) { gradient, output in
          for n in 0..<planes.images {
            for pixel in 0..<planes.pixels {
              let indices = (0..<planes.channels).lazy.map { (n * planes.channels + $0) * planes.pixels + pixel }
              let normalization = Normalization(indices.map { Double(input[$0]) }, epsilon: epsilon)
              func weighted(_ index: Int) -> Double {
                Double(gradient[index]) * Double(weights[index / planes.pixels % planes.channels])
              }
              let (mean, slope) = normalization.means(indices.map { (weighted($0), Double(input[$0])) })
              for index in indices {
                let difference = weighted(index) - mean - normalization(Double(input[index])) * slope
                output[index] = T.Scalar(difference * normalization.scale)
              }
            }
          }
        }
      }
    }
  }

  /// The gradient by the weight of a norm over the channels of each pixel, `[C]`, of the gradient by its result and its
  /// input.
  package struct ChannelNormWeightGradient: GradientOperation {
    package var epsilon: Double

    package init(epsilon: Double) { self.epsilon = epsilon }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [operands.input[1]] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let normalized = Plain.channelNorm(operands.inputs[1], weight: nil, bias: nil, epsilon: epsilon)
      return ChannelSum().plain(Operands([Plain.combine(operands.input, normalized, *)]))
    }
    package var mixesImages: Bool { true }
  }

  /// The gradient by the input of local response normalization, of the gradient by its result and its input; the shape
  /// stays.
  ///
  /// With `s = k + alpha / size · Σ x²`: `dxᵢ = gᵢ·sᵢ^−beta − 2·alpha·beta / size · xᵢ · Σⱼ gⱼ·xⱼ·sⱼ^(−beta − 1)`, the sum over
  /// the channels whose windows hold i. Krizhevsky et al. 2012.
  package struct LocalResponseNormGradient: GradientOperation {
    package var norm: LocalResponseNorm

    package init(_ norm: LocalResponseNorm) { self.norm = norm }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let planes = operands.input.planes
      let slope = norm.alpha / Double(norm.size)
      return operands.inputs[1].withUnsafeBufferPointer { input in
        operands.input.making(operands.input.shape) { gradient, output in
          var sums = Array(repeating: 0.0, count: planes.channels)
          var terms = sums
          for n in 0..<planes.images {
            for pixel in 0..<planes.pixels {
              func index(_ channel: Int) -> Int { (n * planes.channels + channel) * planes.pixels + pixel }
              func window(_ channel: Int) -> ClosedRange<Int> {
                max(0, channel - norm.size / 2)...min(planes.channels - 1, channel + (norm.size - 1) / 2)
              }
              for c in 0..<planes.channels {
                let squares = window(c).reduce(0.0) { $0 + Double(input[index($1)]) * Double(input[index($1)]) }
                let sum = norm.k + slope * squares
                sums[c] = .power(sum, -norm.beta)
                terms[c] = Double(gradient[index(c)]) * Double(input[index(c)]) * sums[c] / sum
              }
              for c in 0..<planes.channels {
                var sum = 0.0
                for near in 0..<planes.channels where window(near).contains(c) { sum += terms[near] }
                let own = Double(gradient[index(c)]) * sums[c]
                output[index(c)] = T.Scalar(own - 2 * slope * norm.beta * Double(input[index(c)]) * sum)
              }
            }
          }
        }
      }
    }
  }
}

/// The mean of some numbers and what their differences to it are multiplied by.
private struct Normalization {
  let mean: Double
  /// `1 / √(variance + epsilon)`.
  let scale: Double

  init(_ numbers: some Collection<Double>, epsilon: Double) {
    let mean = numbers.reduce(0, +) / Double(numbers.count)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
    self.mean = mean
    scale = 1 / (variance + epsilon).squareRoot()
  }

  func callAsFunction(_ x: Double) -> Double { (x - mean) * scale }

  /// The mean of gradients, and of gradients times normalized numbers.
  func means(_ pairs: some Collection<(gradient: Double, number: Double)>) -> (Double, Double) {
    let sums = pairs.reduce((0.0, 0.0)) { ($0.0 + $1.gradient, $0.1 + $1.gradient * self($1.number)) }
    return (sums.0 / Double(pairs.count), sums.1 / Double(pairs.count))
  }
}
