extension Operation {
  /// The shape of the result, with the batch, for inputs of the given shapes that suit the operation.
  package func outputShape(of inputs: [[Int]], _ weights: OperationWeights) -> [Int] {
    var shape = inputs[0]
    switch self {
    case .convolution(let window, _):
      return [shape[0], weights.required.shape[0], window.vertical.outputs, window.horizontal.outputs]
    case .connectedConvolution(let window, let connections):
      return [shape[0], connections.count, window.vertical.outputs, window.horizontal.outputs]
    case .transposedConvolution(_, let groups, let size):
      return [shape[0], weights.required.shape[1] * groups, size.height, size.width]
    case .linear, .radialBasis: return [shape[0], weights.required.shape[0]]
    case .maxPool(let window), .averagePool(let window, _), .subsample(let window):
      return [shape[0], shape[1], window.vertical.outputs, window.horizontal.outputs]
    case .adaptiveMaxPool(let size), .adaptiveAveragePool(let size), .upsample(let size, _, _, _):
      return [shape[0], shape[1], size.height, size.width]
    case .depthPool(let kernel, let stride, _):
      shape[1] = (shape[1] - kernel) / stride + 1
      return shape
    case .batchNorm, .groupNorm, .channelNorm, .localResponseNorm, .activation, .preLU, .softmax, .logSoftmax, .scale,
      .channelScale, .add, .mean, .maximum, .multiply, .channelShuffle:
      return shape
    case .concat(let axis):
      shape[axis] = inputs.reduce(0) { $0 + $1[axis] }
      return shape
    case .reshape(let image): return [shape[0]] + image
    case .channelSlice(let channels):
      shape[1] = channels.count
      return shape
    case .pad(let top, let bottom, let left, let right, _):
      return [shape[0], shape[1], top + shape[2] + bottom, left + shape[3] + right]
    case .padChannels(let before, let after):
      shape[1] += before + after
      return shape
    case .crop(let rows, let columns): return [shape[0], shape[1], rows.count, columns.count]
    case .spaceToDepth(let block): return [shape[0], shape[1] * block * block, shape[2] / block, shape[3] / block]
    case .depthToSpace(let block): return [shape[0], shape[1] / (block * block), shape[2] * block, shape[3] * block]
    }
  }
}
