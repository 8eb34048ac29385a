extension Operations {
  /// The cross entropy of the softmax of logits, `[N, C, …]`, with labels: the mean over images, or over images and pixels, of
  /// the logarithm of the sum of exponentials minus the logit, `[1]`.
  ///
  /// Labels are classes, `[N, …]`, or shares of all classes in the logits' shape, as mixing images makes them. Label smoothing
  /// takes `smoothing` of the label and gives it to all classes in equal parts. A weight `[C]` multiplies each class's part;
  /// of labels that are classes the mean is then by their weights, of shares by the number of images: PyTorch's
  /// `cross_entropy`.
  package struct CrossEntropy: Operation {
    package var smoothing: Double

    package init(smoothing: Double = 0) { self.smoothing = smoothing }

    /// Whether labels of a shape are shares of all classes, not numbers of classes. Logits of volumes are maps here, of which
    /// those numbers, `[N, D, H, W]`, have the rank.
    package static func areShares(_ labels: [Int], of logits: [Int]) -> Bool { labels.withRows == logits.withRows }

    package var yieldsVector: Bool { true }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { [1] }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let targets = ClassTargets(operands, smoothing: smoothing)
      let logarithms = Plain.logSoftmax(operands.input)
      let sum = logarithms.withUnsafeBufferPointer { logarithms in
        logarithms.indices.reduce(0.0) { $0 - Double(logarithms[$1]) * targets.share(of: $1) }
      }
      return T([T.Scalar(sum / targets.divisor)], shape: [1])
    }

    package func pullback(_ pullback: Pullback) -> OperandGradients? {
      // Labels are given: their gradient is nobody's business, and that of a class's number does not exist.
      OperandGradients(inputs: [
        pullback.wantsInput
          ? CrossEntropyGradient(smoothing: smoothing)(
            [pullback.input, pullback.operands.inputs[1], pullback.gradient], weight: pullback.operands.weight) : nil,
        nil,
      ])
    }
    package var mixesImages: Bool { true }
    package var readsWeights: Bool { true }
  }

  /// The gradient by the logits of a cross entropy, in their shape, of the logits, the labels and the gradient by the loss:
  /// the softmax times what a pixel's labels add up to, minus the labels, over the number of images. Weight as there.
  package struct CrossEntropyGradient: GradientOperation {
    package var smoothing: Double

    package init(smoothing: Double) { self.smoothing = smoothing }

    package func outputShape(of operands: Operands<[Int]>) -> [Int] { operands.input }

    package func plain<T: PlainTensor>(_ operands: Operands<T>) -> T {
      let targets = ClassTargets(operands, smoothing: smoothing)
      let planes = operands.input.planes
      let factor = Double(operands.inputs[2].elements[0]) / targets.divisor
      return Plain.softmax(operands.input).making(operands.input.shape) { softmax, output in
        for n in 0..<planes.images {
          for pixel in 0..<planes.pixels {
            let indices = (0..<planes.channels).lazy.map { (n * planes.channels + $0) * planes.pixels + pixel }
            let shares = indices.reduce(0.0) { $0 + targets.share(of: $1) }
            for index in indices {
              output[index] = T.Scalar(factor * (Double(softmax[index]) * shares - targets.share(of: index)))
            }
          }
        }
      }
    }
    package var mixesImages: Bool { true }
  }
}

/// What a cross entropy wants of each logit: the label's share, smoothed and weighted.
private struct ClassTargets {
  private let planes: Planes
  private let labels: [Double]
  private let weights: [Double]?
  private let smoothing: Double
  private let areShares: Bool
  /// What the sum over all images and pixels is divided by.
  private(set) var divisor: Double

  init<T: PlainTensor>(_ operands: Operands<T>, smoothing: Double) {
    planes = operands.input.planes
    labels = operands.inputs[1].elements.map { Double($0) }
    weights = operands.weight?.elements.map { Double($0) }
    self.smoothing = smoothing
    areShares = Operations.CrossEntropy.areShares(operands.inputs[1].shape, of: operands.input.shape)
    divisor = Double(planes.images * planes.pixels)
    if !areShares, let weights { divisor = labels.reduce(0) { $0 + weights[Int($1)] } }
  }

  /// The share of the logit at an index.
  func share(of index: Int) -> Double {
    let (plane, pixel) = index.quotientAndRemainder(dividingBy: max(1, planes.pixels))
    let (n, channel) = plane.quotientAndRemainder(dividingBy: planes.channels)
    let label = areShares ? labels[index] : labels[n * planes.pixels + pixel] == Double(channel) ? 1 : 0
    let smoothed = (1 - smoothing) * label + smoothing / Double(planes.channels)
    return smoothed * (weights?[channel] ?? 1)
  }
}
