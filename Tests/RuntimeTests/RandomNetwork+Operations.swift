import Tensors

// Operations beyond convolutions and joins.
extension RandomNetwork {
  /// The operations that networks are drawn of.
  static let sorts: Set<String> = [
    "Convolution", "TransposedConvolution", "Linear", "MaxPool", "AveragePool", "AdaptiveMaxPool",
    "AdaptiveAveragePool", "DepthPool", "BatchNorm", "GroupNorm", "ChannelNorm", "LocalResponseNorm", "Activate",
    "PReLU", "Softmax", "LogSoftmax", "Scale", "ChannelScale", "Add", "Mean", "Maximum", "Multiply", "Concat",
    "Reshape", "ChannelSlice", "ChannelShuffle", "Pad", "PadChannels", "Crop", "SpaceToDepth", "DepthToSpace",
    "Upsample", "Permute", "Dropout", "DropPath", "DepthUnfold", "DepthSum",
  ]

  mutating func linear(_ x: Tensor) -> Tensor {
    let out = pick([1, 10, 16, 33])
    return Operations.Linear()(x, weight: weight([out, x.shape[1]]), bias: perhaps([out]))
  }

  /// Maps as a vector, which a linear layer mostly reads at once.
  mutating func flattened(_ x: Tensor) -> Tensor {
    let vector = Operations.Reshape([x.shape.dropFirst().reduce(1, *)])(x)
    return number(0...3) == 0 ? vector : linear(vector)
  }

  /// A vector as maps of one pixel, perhaps by way of other maps.
  mutating func asMaps(_ x: Tensor) -> Tensor {
    let features = x.shape[1]
    switch number(0...3) {
    case 0 where features.isMultiple(of: 4): return Operations.Reshape([features / 4, 2, 2])(x)
    case 1 where features.isMultiple(of: 6): return Operations.Reshape([2, features / 6, 3])(x)
    case 2: return Operations.Reshape([features, 1, 1])(Operations.Reshape([1, 1, features])(x))
    default: return Operations.Reshape([features, 1, 1])(x)
    }
  }

  /// Joins with a tensor that is there before the network runs, on either side.
  mutating func withConstant(_ x: Tensor) -> Tensor {
    let isGate = x.rank == 4 && number(0...2) == 0
    let shape = isGate ? [x.shape[0], x.shape[1], 1, 1] : x.shape
    let constant = number(0...1) == 0 ? numbers(shape, 3) : weight(shape, 3)
    if isGate { return Operations.Multiply()(x, constant) }
    switch number(0...3) {
    case 0: return Operations.Add()(constant, x)
    case 1: return Operations.Multiply()(x, constant)
    case 2: return Operations.Concat(axis: 1)(constant, x)
    default: return Operations.Add()(x, constant)
    }
  }

  /// Norms with an epsilon so large that they do not blow up what rounding left of a constant.
  mutating func normalized(_ x: Tensor) -> Tensor {
    let channels = x.shape[1]
    let (scale, shift) = (weight([channels]), weight([channels]))
    switch number(0...5) {
    case 0:
      let groups = channels.isMultiple(of: 4) ? 4 : 1
      return Operations.GroupNorm(groups: groups, epsilon: 0.5)(x, weight: scale, bias: shift)
    case 1: return Operations.ChannelNorm(epsilon: 0.5)(x, weight: scale, bias: shift)
    case 2: return Operations.LocalResponseNorm(size: 5, alpha: 0.1, beta: 0.75, k: 2)(x)
    case 3: return Operations.Softmax()(x)
    case 4: return Operations.PReLU()(x, weight: weight([channels]))
    default: return Operations.LogSoftmax()(x)
    }
  }

  /// Operations that bring elements to other places or scale them.
  mutating func moved(_ x: Tensor) -> Tensor {
    let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
    switch number(0...16) {
    case 0: return Operations.Pad(top: 1, bottom: 0, left: 0, right: 2, mode: .constant(0.5))(x)
    case 1: return Operations.PadChannels(before: number(0...17), after: number(0...17))(x)
    case 2: return Operations.Crop(rows: height / 2..<height, columns: 0..<(width + 1) / 2)(x)
    case 3: return Operations.ChannelShuffle(groups: channels.isMultiple(of: 4) ? 4 : channels)(x)
    case 4: return channels.isMultiple(of: 4) ? Operations.DepthToSpace(block: 2)(x) : Operations.Scale(0.5)(x)
    case 5:
      let (rows, columns) = (0..<height / 2 * 2, 0..<width / 2 * 2)
      if rows.isEmpty || columns.isEmpty { return Operations.Scale(-1.5)(x) }
      return Operations.SpaceToDepth(block: 2)(Operations.Crop(rows: rows, columns: columns)(x))
    case 6:
      let size = PixelSize(height: height + 3, width: max(1, width - 2))
      return Operations.Upsample(size, factor: nil, mode: .bilinear, alignCorners: false)(x)
    case 7: return Operations.Concat(axis: number(2...3))(x, x)
    case 8: return Operations.ChannelScale()(x, weight: weight([number(0...1) == 0 ? 1 : channels], 2))
    case 9: return transposed(x)
    case 10: return Operations.DepthPool(kernel: min(2, channels), stride: min(2, channels), isMaximum: true)(x)
    case 11:
      // A view of a view, where lanes allow it.
      let half = Operations.ChannelSlice(0..<min(32, channels))(x)
      let start = half.shape[1] > 16 ? 16 : 0
      return Operations.ChannelSlice(start..<half.shape[1])(half)
    case 12: return Operations.Dropout(rate: 0.5)(x)
    case 13: return Operations.DropPath(rate: 0.2)(x)
    case 14: return Operations.Permute(pick([[1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]))(x)
    case 15: return volumes(x)
    default: return Operations.AdaptiveMaxPool(PixelSize(height: 2, width: 3))(x)
    }
  }

  /// Maps taken as volumes, their rows as slices of one row each, through a convolution along the depth.
  private mutating func volumes(_ x: Tensor) -> Tensor {
    let depth = x.shape[2]
    let window = SlidingWindow.Axis(kernel: 3, before: 1, after: 1, outputs: depth)
    let slices = Operations.DepthUnfold(depth: depth, window: window)(x)
    let pixel = SlidingWindow(
      vertical: SlidingWindow.Axis(kernel: 1, outputs: 1),
      horizontal: SlidingWindow.Axis(kernel: 1, outputs: x.shape[3]))
    let maps = Operations.Convolution(pixel)(slices, weight: weight([pick([3, 16, 18]), 3 * x.shape[1], 1, 1]))
    let single = SlidingWindow.Axis(kernel: 1, outputs: depth)
    return Operations.DepthSum(depth: depth, window: single)(maps, bias: perhaps([maps.shape[1]]))
  }

  private mutating func transposed(_ x: Tensor) -> Tensor {
    func axis(_ size: Int) -> SlidingWindow.Axis {
      SlidingWindow.Axis(kernel: 3, stride: 2, before: 1, after: 1, outputs: size)
    }
    let (size, out) = (PixelSize(height: 2 * x.shape[2] - 1, width: 2 * x.shape[3] - 1), pick([2, 16, 19]))
    let window = SlidingWindow(vertical: axis(size.height), horizontal: axis(size.width))
    return Operations.TransposedConvolution(window, groups: 1, outputs: size)(
      x, weight: weight([x.shape[1], out, 3, 3]))
  }
}
