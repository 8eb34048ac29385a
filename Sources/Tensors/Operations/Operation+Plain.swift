extension Operation {
  /// The result by the plain path: by definition, on one thread.
  package func plain(_ inputs: [Tensor], _ weights: OperationWeights) -> Tensor {
    let x = inputs[0]
    switch self {
    case .convolution(let window, let groups):
      return Plain.conv2D(x, weight: weights.required, bias: weights.bias, window: window, groups: groups)
    case .connectedConvolution(let window, let connections):
      return Plain.conv2D(x, weight: weights.required, bias: weights.bias, window: window, connections: connections)
    case .transposedConvolution(let window, let groups, let outputs):
      return Plain.transposedConv2D(
        x, weight: weights.required, bias: weights.bias, window: window, groups: groups,
        outputs: (outputs.height, outputs.width))
    case .linear: return Plain.linear(x, weight: weights.required, bias: weights.bias)
    case .radialBasis: return Plain.radialBasis(x, centers: weights.required)
    case .maxPool(let window): return Plain.maxPool(x, window: window)
    case .averagePool(let window, let countsPadding):
      return Plain.averagePool(x, window: window, countsPadding: countsPadding)
    case .adaptiveMaxPool(let size): return Plain.adaptiveMaxPool(x, height: size.height, width: size.width)
    case .adaptiveAveragePool(let size): return Plain.adaptiveAveragePool(x, height: size.height, width: size.width)
    case .depthPool(let kernel, let stride, let isMaximum):
      return Plain.depthPool(x, kernel: kernel, stride: stride, isMaximum: isMaximum)
    case .subsample(let window):
      return Plain.subsample(
        x, weight: weights.required, bias: weights.bias ?? Tensor(zeros: [x.channels]), window: window)
    case .batchNorm, .groupNorm, .channelNorm, .localResponseNorm: return normalized(x, weights)
    case .activation(let activation): return Plain.activate(x, activation)
    case .preLU: return Plain.preLU(x, weight: weights.required)
    case .softmax: return Plain.softmax(x)
    case .logSoftmax: return Plain.logSoftmax(x)
    case .scale(let factor): return Plain.scale(x, by: factor)
    case .channelScale: return Plain.scale(x, by: weights.required)
    case .add: return Plain.add(inputs)
    case .mean: return Plain.mean(inputs)
    case .maximum: return Plain.maximum(inputs)
    case .multiply: return inputs.dropFirst().reduce(x) { Plain.multiply($0, by: $1) }
    case .concat(let axis): return Plain.concat(inputs, axis: axis)
    case .reshape, .channelSlice, .channelShuffle, .pad, .padChannels, .crop, .spaceToDepth, .depthToSpace, .upsample:
      return rearranged(x)
    }
  }

  private func normalized(_ x: Tensor, _ weights: OperationWeights) -> Tensor {
    switch self {
    case .batchNorm(let epsilon):
      return Plain.batchNorm(
        x, mean: weights.mean ?? Tensor(zeros: [x.channels]),
        variance: weights.variance ?? Tensor(repeating: 1, shape: [x.channels]), weight: weights.weight,
        bias: weights.bias, epsilon: epsilon)
    case .groupNorm(let groups, let epsilon):
      return Plain.groupNorm(x, groups: groups, weight: weights.weight, bias: weights.bias, epsilon: epsilon)
    case .channelNorm(let epsilon):
      return Plain.channelNorm(x, weight: weights.weight, bias: weights.bias, epsilon: epsilon)
    case .localResponseNorm(let size, let alpha, let beta, let k):
      return Plain.localResponseNorm(x, size: size, alpha: alpha, beta: beta, k: k)
    default: preconditionFailure("\(self) is no normalization")
    }
  }

  private func rearranged(_ x: Tensor) -> Tensor {
    switch self {
    case .reshape(let shape): return x.reshaped(to: [x.shape[0]] + shape)
    case .channelSlice(let channels): return Plain.channelSlice(x, channels: channels)
    case .channelShuffle(let groups): return Plain.channelShuffle(x, groups: groups)
    case .pad(let top, let bottom, let left, let right, let mode):
      return Plain.pad(x, top: top, bottom: bottom, left: left, right: right, mode: mode)
    case .padChannels(let before, let after): return Plain.padChannels(x, before: before, after: after)
    case .crop(let rows, let columns): return Plain.crop(x, rows: rows, columns: columns)
    case .spaceToDepth(let block): return Plain.spaceToDepth(x, block: block)
    case .depthToSpace(let block): return Plain.depthToSpace(x, block: block)
    case .upsample(let size, let factor, let mode, let alignCorners):
      return Plain.upsample(
        x, height: size.height, width: size.width, factor: factor, mode: mode, alignCorners: alignCorners)
    default: preconditionFailure("\(self) does more than to rearrange")
    }
  }
}

extension OperationWeights {
  /// The weight of an operation that always has one.
  package var required: Tensor {
    guard let weight else { preconditionFailure("the operation was applied without its weight") }
    return weight
  }
}
