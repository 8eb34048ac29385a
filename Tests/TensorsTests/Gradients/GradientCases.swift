@testable import Tensors

extension GradientCase {
  /// Every operation that has a gradient; in sizes that end within a vector, and of one image and seven.
  static let all = windows + layers + movements + activations + losses + weights

  private static func axis(_ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int, _ after: Int, over size: Int)
    -> SlidingWindow.Axis
  {
    SlidingWindow.Axis(kernel: kernel, stride: stride, dilation: dilation, before: before, after: after, over: size)
  }

  /// A window of different numbers in both directions.
  private static func window(
    _ kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Int = 0, _ height: Int, _ width: Int
  ) -> SlidingWindow {
    SlidingWindow(
      vertical: axis(kernel, stride, dilation, padding, padding, over: height),
      horizontal: axis(max(1, kernel - 1), stride, 1, padding, max(0, padding - 1), over: width))
  }

  /// Kernels, strides, dilations and paddings for maps of 7×9.
  private static let windowsOf7x9 = [
    window(1, 7, 9), window(3, padding: 1, 7, 9), window(3, stride: 2, padding: 1, 7, 9),
    window(2, stride: 2, 7, 9), window(3, dilation: 2, padding: 2, 7, 9), window(5, stride: 3, padding: 2, 7, 9),
    window(1, stride: 2, 7, 9),
  ]

  private static let windows: [GradientCase] =
    windowsOf7x9.enumerated().flatMap { index, window -> [GradientCase] in
      let images = index.isMultiple(of: 2) ? 1 : 2
      let (maps, kernel) = ([images, 4, 7, 9], [window.vertical.kernel, window.horizontal.kernel])
      var cases = [1, 2, 4].map { groups in
        GradientCase(
          Operations.Convolution(window, groups: groups), maps, weight: [groups == 4 ? 8 : 6, 4 / groups] + kernel,
          bias: [groups == 4 ? 8 : 6])
      }
      cases.append(
        GradientCase(Operations.Convolution(window), maps, weight: [3, 4] + kernel, isLinear: true))
      let small = [images, 4, window.vertical.outputs, window.horizontal.outputs]
      cases += [1, 2].map { groups in
        GradientCase(
          Operations.TransposedConvolution(window, groups: groups, outputs: PixelSize(height: 7, width: 9)), small,
          weight: [4, 6 / groups] + kernel, bias: [6])
      }
      // No window of a pool may lie in the padding alone.
      guard window.horizontal.before < window.horizontal.kernel else { return cases }
      let pooled = [images, 2, 7, 9]
      cases.append(GradientCase(Operations.MaxPool(window), pooled))
      cases += [false, true].map {
        GradientCase(Operations.AveragePool(window, countsPadding: $0), pooled, isLinear: true)
      }
      cases.append(GradientCase(Operations.Subsample(window), pooled, weight: [2], bias: [2]))
      return cases
    } + [
      GradientCase(
        Operations.Convolution(window(3, padding: 1, 3, 4)), [7, 17, 3, 4], weight: [5, 17, 3, 2], bias: [5])
    ]

  private static let layers: [GradientCase] = [
    GradientCase(Operations.Linear(), [1, 9], weight: [5, 9], bias: [5]),
    GradientCase(Operations.Linear(), [7, 17], weight: [3, 17], isLinear: true),
    GradientCase(Operations.RadialBasis(), [7, 5], weight: [3, 5]),
    GradientCase(
      Operations.BatchNorm(epsilon: 1e-5), [7, 3, 2, 3], weight: [3], bias: [3], mean: [3], variance: [3]),
    GradientCase(Operations.BatchNorm(epsilon: 1e-3), [2, 3, 2, 3], mean: [3], variance: [3]),
    GradientCase(Operations.BatchNorm(epsilon: 1e-5), [7, 3], weight: [3], bias: [3], mean: [3], variance: [3]),
    batchNorm([7, 3, 2, 3], weight: [3], bias: [3]), batchNorm([2, 5, 3, 3]),
    batchNorm([7, 4], weight: [4], bias: [4]),
    GradientCase(Operations.GroupNorm(groups: 2, epsilon: 1e-5), [2, 4, 3, 2], weight: [4], bias: [4]),
    GradientCase(Operations.GroupNorm(groups: 4, epsilon: 1e-5), [1, 4, 3, 3], weight: [4], bias: [4]),
    GradientCase(Operations.GroupNorm(groups: 4, epsilon: 1e-5), [1, 4, 3, 3]),
    GradientCase(Operations.GroupNorm(groups: 1, epsilon: 1e-3), [7, 3, 2, 2], weight: [3, 2, 2], bias: [3, 2, 2]),
    GradientCase(Operations.GroupNorm(groups: 1, epsilon: 1e-3), [7, 9], weight: [9], bias: [9]),
    GradientCase(Operations.ChannelNorm(epsilon: 1e-5), [2, 5, 2, 3], weight: [5], bias: [5]),
    GradientCase(Operations.ChannelNorm(epsilon: 1e-6), [7, 5]),
    GradientCase(Operations.LocalResponseNorm(size: 5, alpha: 0.5, beta: 0.75, k: 2), [2, 7, 2, 2]),
    GradientCase(Operations.LocalResponseNorm(size: 2, alpha: 1e-2, beta: 0.5, k: 1), [1, 3, 2, 2]),
    GradientCase(Operations.ChannelScale(), [2, 3, 2, 2], weight: [3]),
    GradientCase(Operations.ChannelScale(), [2, 3, 2, 2], weight: [1]),
    GradientCase(Operations.Scale(-2.5), [2, 3, 2, 2], isLinear: true),
    GradientCase(Operations.PReLU(), [2, 3, 2, 2], weight: [3]),
    GradientCase(Operations.PReLU(), [7, 3], weight: [1]),
    GradientCase(Operations.Softmax(), [7, 5]), GradientCase(Operations.Softmax(), [2, 3, 2, 2]),
    GradientCase(Operations.LogSoftmax(), [7, 5]), GradientCase(Operations.LogSoftmax(), [2, 3, 2, 2]),
    GradientCase(Operations.AdaptiveAveragePool(PixelSize(height: 1, width: 1)), [2, 3, 5, 7], isLinear: true),
    GradientCase(Operations.AdaptiveAveragePool(PixelSize(height: 3, width: 4)), [2, 3, 5, 7], isLinear: true),
    GradientCase(Operations.AdaptiveAveragePool(PixelSize(height: 7, width: 2)), [1, 2, 3, 3], isLinear: true),
    GradientCase(Operations.AdaptiveMaxPool(PixelSize(height: 3, width: 4)), [2, 3, 5, 7]),
    GradientCase(Operations.DepthPool(kernel: 3, stride: 2, isMaximum: true), [2, 7, 2, 2]),
    GradientCase(Operations.DepthPool(kernel: 3, stride: 1, isMaximum: false), [2, 7, 2, 2], isLinear: true),
    GradientCase(Operations.Add(), [2, 3, 2, 2], [2, 3, 2, 2], [2, 3, 2, 2], isLinear: true),
    GradientCase(Operations.Mean(), [7, 3], [7, 3], [7, 3], isLinear: true),
    GradientCase(Operations.Maximum(), [7, 3], [7, 3], [7, 3]),
    GradientCase(Operations.Multiply(), [2, 3, 2, 2], [2, 3, 2, 2], [2, 3, 2, 2]),
    GradientCase(Operations.Multiply(), [2, 3, 2, 2], [2, 3]),
    GradientCase(Operations.Multiply(), [2, 3, 2, 2], [2, 3, 1, 1], [2, 1, 2, 2]),
  ]

  /// A batch norm with the statistics of its batch.
  private static func batchNorm(_ input: [Int], weight: [Int]? = nil, bias: [Int]? = nil) -> GradientCase {
    var norm = Operations.BatchNorm(epsilon: 1e-5)
    norm.isOfBatch = true
    return GradientCase(norm, input, weight: weight, bias: bias) { [norm] operands in
      let mean = Operations.BatchMean()(operands.input)
      let variance = Operations.BatchVariance()(operands.input, mean: mean)
      return norm(operands.input, weight: operands.weight, bias: operands.bias, mean: mean, variance: variance)
    }
  }

  private static let movements: [GradientCase] =
    [
      GradientCase(Operations.ChannelShuffle(groups: 3), [2, 6, 2, 2], isLinear: true),
      GradientCase(Operations.ChannelSlice(1..<3), [2, 5, 2, 2], isLinear: true),
      GradientCase(Operations.ChannelSlice(1..<3), [7, 5], isLinear: true),
      GradientCase(Operations.PadChannels(before: 1, after: 2), [2, 3, 2, 2], isLinear: true),
      GradientCase(Operations.Crop(rows: 1..<3, columns: 0..<4), [2, 3, 5, 6], isLinear: true),
      GradientCase(Operations.SpaceToDepth(block: 2), [2, 3, 4, 6], isLinear: true),
      GradientCase(
        Operations.DepthUnfold(depth: 4, window: axis(3, 2, 1, 1, 1, over: 4)), [2, 3, 8, 2], isLinear: true),
      GradientCase(
        Operations.DepthSum(depth: 4, window: axis(3, 2, 1, 1, 1, over: 4)), [4, 6, 2, 2], isLinear: true),
      GradientCase(Operations.DepthSum(depth: 3, window: axis(2, 1, 1, 0, 0, over: 3)), [4, 4, 2, 2], bias: [2]),
      GradientCase(Operations.DepthToSpace(block: 2), [2, 8, 2, 3], isLinear: true),
      GradientCase(Operations.Reshape([12]), [2, 3, 2, 2], isLinear: true),
      GradientCase(Operations.Permute([2, 3, 1]), [2, 3, 2, 4], isLinear: true),
      GradientCase(Operations.Dropout(rate: 0.5), [2, 3, 2, 2], isLinear: true),
      GradientCase(Operations.DropPath(rate: 0.5), [2, 3, 2, 2], isLinear: true),
      GradientCase(
        Operations.RandomMask(rate: 0.4, seed: 1, name: "a", isPerImage: false), [2, 3, 2, 2], StepNumber.shape,
        isLinear: true, fixed: [1: [5, 0]]),
      GradientCase(
        Operations.RandomMask(rate: 0.4, seed: 1, name: "a", isPerImage: true), [7, 3], StepNumber.shape,
        isLinear: true, fixed: [1: [5, 1]]),
    ]
    + (0...3).map { axis in
      var (second, third) = ([2, 3, 4, 3], [2, 3, 4, 3])
      (second[axis], third[axis]) = (1, 5)
      return GradientCase(Operations.Concat(axis: axis), [2, 3, 4, 3], second, third, isLinear: true)
    }
    + [PadMode.constant(0), .reflect, .replicate, .circular].map {
      GradientCase(
        Operations.Pad(top: 1, bottom: 2, left: 0, right: 3, mode: $0), [2, 2, 4, 5], isLinear: true)
    }
    + [GradientCase(Operations.Pad(top: 1, bottom: 0, left: 2, right: 1, mode: .constant(1.5)), [1, 2, 3, 3])]
    + [Interpolation.nearest, .bilinear, .bicubic].flatMap { mode in
      [(5, 9, nil), (6, 8, 2.0), (2, 3, nil)].flatMap { height, width, factor -> [GradientCase] in
        (mode == .nearest ? [false] : [false, true]).map { alignCorners in
          GradientCase(
            Operations.Upsample(
              PixelSize(height: height, width: width), factor: factor, mode: mode, alignCorners: alignCorners),
            [2, 2, 3, 4], isLinear: true)
        }
      }
    }

  private static let activations: [GradientCase] = [
    Activation.relu, .relu6, .leakyReLU(slope: 0.1), .leakyReLU(slope: -0.5), .elu(alpha: 0.7), .elu(alpha: -0.7),
    .selu,
    .gelu, .approximateGELU, .silu, .hardSwish, .mish, .sigmoid, .hardSigmoid, .tanh(),
    .tanh(gain: 1.7159, slope: 2 / 3),
    .softplus(beta: 1, threshold: 20), .softplus(beta: 8, threshold: 4),
  ].map { GradientCase(Operations.Activate($0), [7, 2, 3, 3]) }

  private static let losses: [GradientCase] = [
    GradientCase(Operations.CrossEntropy(), [3, 5], [3], fixed: [1: [4, 0, 2]]),
    GradientCase(Operations.CrossEntropy(smoothing: 0.1), [3, 5], [3], fixed: [1: [4, 0, 2]]),
    GradientCase(
      Operations.CrossEntropy(smoothing: 0.1), [2, 3, 2, 2], [2, 2, 2], fixed: [1: [0, 2, 1, 1, 2, 2, 0, 1]]),
    GradientCase(
      Operations.CrossEntropy(smoothing: 0.2), [2, 3], [2, 3], fixed: [1: [0.2, 0.8, 0, 1, 0, 0]]),
    GradientCase(Operations.BinaryCrossEntropy(), [2, 3], [2, 3], fixed: [1: [0, 1, 1, 0, 0.3, 1]]),
    GradientCase(Operations.MeanSquaredError(), [2, 3], [2, 3]),
    GradientCase(Operations.RadialBasisCriterion(j: 1.5), [3, 4], [3], fixed: [1: [3, 0, 1]]),
  ]

  /// Weights that are computed from other tensors.
  private static let weights: [GradientCase] =
    [
      GradientCase(Operations.WeightNorm(), [3, 2, 2, 2], [3, 1, 1, 1]),
      GradientCase(
        Operations.TableWeight([[0], [0, 2, 3], [1, 3], [3, 1, 2, 0]], channels: 4, kernel: [3, 2]), [10, 3, 2],
        isLinear: true),
      GradientCase(Operations.StandardizedWeight(epsilon: 0.01), [3, 2, 2, 2]),
      GradientCase(Operations.StandardizedWeight(factor: 0.7, epsilon: 0.01), [3, 7], [3, 1]),
      GradientCase(
        Operations.SpectralNorm(dimension: 0), [3, 2, 2], [3], [4], fixed: [1: [1, -2, 1], 2: [0.5, 2, -1, 1]]),
      GradientCase(
        Operations.SpectralNorm(dimension: 1), [3, 2, 2], [2], [6], fixed: [1: [1, -2], 2: [0.5, 2, -1, 1, 1, 2]]),
    ]
    + [.none, .softmax, .relu(epsilon: 0.5)].map { GradientCase(Operations.FusionWeight(1, $0), [4]) }
}
