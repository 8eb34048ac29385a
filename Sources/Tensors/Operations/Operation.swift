/// What a layer does to tensors, with everything but their elements decided: windows resolved, sizes known.
///
/// Layers say what they compute in these. An operation is computed at once, or becomes a step of a computation that is
/// planned as a whole, as the tensors it is applied to are numbers or traced.
package enum Operation: Hashable, Sendable {
  /// `[N, C, H, W]` → `[N, out, H', W']`; weight `[out, C / groups, kernel, kernel]`, bias `[out]`.
  case convolution(SlidingWindow, groups: Int = 1)
  /// LeNet-5's, whose outputs see the channels of a table; weight `[Σ connections, kernel, kernel]`, bias `[out]`.
  case connectedConvolution(SlidingWindow, connections: [[Int]])
  /// `[N, C, H, W]` → `[N, out, outputs]`; weight `[C, out / groups, kernel, kernel]`, bias `[out]`.
  case transposedConvolution(SlidingWindow, groups: Int, outputs: PixelSize)
  /// `[N, features]` → `[N, out]`; weight `[out, features]`, bias `[out]`.
  case linear
  /// Squared distances to centers: `[N, features]` → `[N, out]`; weight `[out, features]`.
  case radialBasis

  case maxPool(SlidingWindow)
  case averagePool(SlidingWindow, countsPadding: Bool)
  case adaptiveMaxPool(PixelSize)
  case adaptiveAveragePool(PixelSize)
  /// Windows over channels: `[N, C, …]` → `[N, (C − kernel) / stride + 1, …]`.
  case depthPool(kernel: Int, stride: Int, isMaximum: Bool)
  /// A window's sum times a channel's weight, plus its bias.
  case subsample(SlidingWindow)

  /// With running statistics: mean, variance, perhaps weight and bias, all `[C]`.
  case batchNorm(epsilon: Double)
  /// Weight and bias `[C]`, or with an element for each of an image.
  case groupNorm(groups: Int, epsilon: Double)
  /// Over the channels of each pixel.
  case channelNorm(epsilon: Double)
  case localResponseNorm(size: Int, alpha: Double, beta: Double, k: Double)

  case activation(Activation)
  /// `x` for x > 0, else `weight·x`; weight `[1]` or `[C]`.
  case preLU
  case softmax
  case logSoftmax
  /// Times a number.
  case scale(Double)
  /// Times a weight `[C]`.
  case channelScale

  case add
  case mean
  case maximum
  /// Maps times a gate: of the same shape, `[N, C]`, `[N, C, 1, 1]` or `[N, 1, H, W]`.
  case multiply
  /// Along an axis, 0 the batch.
  case concat(axis: Int)

  /// The same elements in the same order; without the batch.
  case reshape([Int])
  case channelSlice(Range<Int>)
  case channelShuffle(groups: Int)
  case pad(top: Int, bottom: Int, left: Int, right: Int, mode: PadMode)
  case padChannels(before: Int, after: Int)
  case crop(rows: Range<Int>, columns: Range<Int>)
  case spaceToDepth(block: Int)
  case depthToSpace(block: Int)
  /// `factor` is what the size was computed by, if it was.
  case upsample(PixelSize, factor: Double?, mode: Interpolation, alignCorners: Bool)
}

/// A height and a width in pixels.
package struct PixelSize: Hashable, Sendable {
  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }
}

/// The tensors that an operation has beside its inputs.
package struct OperationWeights: Sendable {
  package var weight: Tensor?
  package var bias: Tensor?
  /// The running statistics of a batch norm.
  package var mean: Tensor?
  package var variance: Tensor?

  package init(weight: Tensor? = nil, bias: Tensor? = nil, mean: Tensor? = nil, variance: Tensor? = nil) {
    self.weight = weight
    self.bias = bias
    self.mean = mean
    self.variance = variance
  }

  package static let none = OperationWeights()
}

extension Operation {
  /// The result for inputs with their batch: numbers if all of them are, else a traced value.
  ///
  /// The inputs' shapes suit the operation, which the compiler's shape rules or a layer's preconditions have checked.
  package func callAsFunction(_ inputs: Tensor..., weights: OperationWeights = .none) -> Tensor {
    self(inputs, weights: weights)
  }

  /// The result for a list of inputs.
  package func callAsFunction(_ inputs: [Tensor], weights: OperationWeights = .none) -> Tensor {
    guard let trace = inputs.lazy.compactMap(\.traced?.trace).first else { return plain(inputs, weights) }
    return trace.record(self, inputs, weights)
  }
}
