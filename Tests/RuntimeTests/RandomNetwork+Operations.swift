import Tensors

// Operations beyond convolutions and joins.
extension RandomNetwork {
  mutating func linear(_ x: Tensor) -> Tensor {
    let out = pick([1, 10, 16, 33])
    let weights = OperationWeights(
      weight: weight([out, x.shape[1]]), bias: Bool.random(using: &generator) ? weight([out]) : nil)
    return Operation.linear(x, weights: weights)
  }

  /// Maps as a vector, which a linear layer mostly reads at once.
  mutating func flattened(_ x: Tensor) -> Tensor {
    let vector = Operation.reshape([x.shape.dropFirst().reduce(1, *)])(x)
    return number(0...3) == 0 ? vector : linear(vector)
  }

  /// A vector as maps of one pixel, perhaps by way of other maps.
  mutating func asMaps(_ x: Tensor) -> Tensor {
    let features = x.shape[1]
    switch number(0...3) {
    case 0 where features.isMultiple(of: 4): return Operation.reshape([features / 4, 2, 2])(x)
    case 1 where features.isMultiple(of: 6): return Operation.reshape([2, features / 6, 3])(x)
    case 2: return Operation.reshape([features, 1, 1])(Operation.reshape([1, 1, features])(x))
    default: return Operation.reshape([features, 1, 1])(x)
    }
  }

  /// Joins with a tensor that is there before the network runs, on either side.
  mutating func withConstant(_ x: Tensor) -> Tensor {
    let isGate = x.rank == 4 && number(0...2) == 0
    let constant = weight(isGate ? [x.shape[0], x.shape[1], 1, 1] : x.shape, 3)
    if isGate { return Operation.multiply(x, constant) }
    switch number(0...3) {
    case 0: return Operation.add(constant, x)
    case 1: return Operation.multiply(x, constant)
    case 2: return Operation.concat(axis: 1)(constant, x)
    default: return Operation.add(x, constant)
    }
  }

  /// Norms with an epsilon so large that they do not blow up what rounding left of a constant.
  mutating func normalized(_ x: Tensor) -> Tensor {
    let channels = x.shape[1]
    let affine = OperationWeights(weight: weight([channels]), bias: weight([channels]))
    switch number(0...5) {
    case 0: return Operation.groupNorm(groups: channels.isMultiple(of: 4) ? 4 : 1, epsilon: 0.5)(x, weights: affine)
    case 1: return Operation.channelNorm(epsilon: 0.5)(x, weights: affine)
    case 2: return Operation.localResponseNorm(size: 5, alpha: 0.1, beta: 0.75, k: 2)(x)
    case 3: return Operation.softmax(x)
    case 4: return Operation.preLU(x, weights: OperationWeights(weight: weight([channels])))
    default: return Operation.logSoftmax(x)
    }
  }

  /// Operations that bring elements to other places or scale them.
  mutating func moved(_ x: Tensor) -> Tensor {
    let (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3])
    switch number(0...12) {
    case 0: return Operation.pad(top: 1, bottom: 0, left: 0, right: 2, mode: .constant(0.5))(x)
    case 1: return Operation.padChannels(before: number(0...17), after: number(0...17))(x)
    case 2: return Operation.crop(rows: height / 2..<height, columns: 0..<(width + 1) / 2)(x)
    case 3: return Operation.channelShuffle(groups: channels.isMultiple(of: 4) ? 4 : channels)(x)
    case 4: return channels.isMultiple(of: 4) ? Operation.depthToSpace(block: 2)(x) : Operation.scale(0.5)(x)
    case 5:
      let (rows, columns) = (0..<height / 2 * 2, 0..<width / 2 * 2)
      if rows.isEmpty || columns.isEmpty { return Operation.scale(-1.5)(x) }
      return Operation.spaceToDepth(block: 2)(Operation.crop(rows: rows, columns: columns)(x))
    case 6:
      let size = PixelSize(height: height + 3, width: max(1, width - 2))
      return Operation.upsample(size, factor: nil, mode: .bilinear, alignCorners: false)(x)
    case 7: return Operation.concat(axis: number(2...3))(x, x)
    case 8: return Operation.channelScale(x, weights: OperationWeights(weight: weight([channels], 2)))
    case 9: return transposed(x)
    case 10: return Operation.depthPool(kernel: min(2, channels), stride: min(2, channels), isMaximum: true)(x)
    case 11:
      // A view of a view, where lanes allow it.
      let half = Operation.channelSlice(0..<min(32, channels))(x)
      let start = half.shape[1] > 16 ? 16 : 0
      return Operation.channelSlice(start..<half.shape[1])(half)
    default: return Operation.adaptiveMaxPool(PixelSize(height: 2, width: 3))(x)
    }
  }

  private mutating func transposed(_ x: Tensor) -> Tensor {
    func axis(_ size: Int) -> SlidingWindow.Axis {
      SlidingWindow.Axis(kernel: 3, stride: 2, before: 1, after: 1, outputs: size)
    }
    let (size, out) = (PixelSize(height: 2 * x.shape[2] - 1, width: 2 * x.shape[3] - 1), pick([2, 16, 19]))
    let window = SlidingWindow(vertical: axis(size.height), horizontal: axis(size.width))
    return Operation.transposedConvolution(window, groups: 1, outputs: size)(
      x, weights: OperationWeights(weight: weight([x.shape[1], out, 3, 3])))
  }
}
