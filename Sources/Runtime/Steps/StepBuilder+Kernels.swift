import Kernels
import Tensors

// Which kernel computes an operation.
extension StepBuilder {
  func kernel(for node: FusedNode, isPlanar: Bool) -> any Kernel {
    let (input, output, epilogue) = (maps(of: node.inputs[0]), maps(of: node.output), epilogue(of: node))
    if let convolution = convolution(of: node) { return kernel(for: convolution, isPlanar: isPlanar) }
    switch node.operation {
    case .linear:
      return LinearKernel(
        input: input, output: output, weights: node.convolutionWeights, epilogue: epilogue, loops: loops)
    case .batchNorm, .scale, .channelScale:
      let own = ChannelScaling(node.operation, node.weights, channels: output.channels)
      let scaling = node.scaling.flatMap { own?.followed(by: $0) } ?? own
      return AffineKernel(
        input: input, output: output, scale: scaling?.scale.map { Float($0) },
        shift: scaling?.shift.map { Float($0) }, epilogue: epilogue, loops: loops)
    case .add, .maximum, .multiply:
      let second = maps(of: node.inputs[1])
      if node.operation == .multiply, second.pixels != input.pixels || second.channels != input.channels {
        return GateKernel(input: input, gate: second, output: output, epilogue: epilogue, loops: loops)
      }
      return JoinKernel(
        node.operation == .add ? .sum : node.operation == .maximum ? .maximum : .product, input: input,
        second: second, output: output, epilogue: epilogue, loops: loops)
    default: return kernel(for: node.operation, node.weights, input: input, output: output)
    }
  }

  private func epilogue(of node: FusedNode) -> Epilogue {
    Epilogue(activation: node.activation, residualImageStride: node.residual.map { maps(of: $0).imageStride })
  }

  /// What a convolution computes; nil for other operations.
  private func convolution(of node: FusedNode) -> Convolution? {
    guard case .convolution(let window, let groups) = node.operation else { return nil }
    return Convolution(
      input: maps(of: node.inputs[0]), output: maps(of: node.output), window: window, groups: groups,
      weights: node.convolutionWeights, epilogue: epilogue(of: node))
  }

  /// The convolutions between which and their algorithms there is a choice, in their order: all but those that read the
  /// caller's input as it is.
  var convolutions: [Convolution] {
    graph.nodes.filter { planarInput(of: $0) == nil }.compactMap(convolution(of:))
  }

  private func kernel(for convolution: Convolution, isPlanar: Bool) -> any Kernel {
    let isAutomatic = options.algorithm == .automatic
    // Chosen for the whole batch, so that the threads, who say how large a round is, have no influence.
    var whole = convolution
    let batch = graph.inputs.first.map { graph.shape(of: $0)[0] } ?? 1
    if drafts.count < rounds.steps { (whole.input.images, whole.output.images) = (batch, batch) }
    let tuned = isAutomatic ? options.tuning?.algorithm(for: whole, isPlanar: isPlanar) : nil
    let algorithm =
      tuned ?? .rule(for: whole, isPlanar: isPlanar, allowsWinograd: isAutomatic)
    return convolution.kernel(algorithm, loops: loops)
  }

  /// The kernel of an operation that takes nothing over from its neighbours.
  private func kernel(
    for operation: Operation, _ weights: OperationWeights, input: BlockedMaps, output: BlockedMaps
  ) -> any Kernel {
    switch operation {
    case .activation(let activation):
      return ActivationKernel(input: input, output: output, activation: activation, loops: loops)
    case .preLU:
      return PReLUKernel(input: input, output: output, slopes: weights.required.elements, loops: loops)
    case .maxPool(let window): return MaxPoolKernel(input: input, output: output, window: window, loops: loops)
    case .averagePool(let window, let countsPadding):
      return AveragePoolKernel(
        input: input, output: output, window: window, countsPadding: countsPadding, loops: loops)
    case .adaptiveMaxPool:
      return AdaptivePoolKernel(input: input, output: output, isMaximum: true, loops: loops)
    case .adaptiveAveragePool:
      return AdaptivePoolKernel(input: input, output: output, isMaximum: false, loops: loops)
    case .subsample(let window):
      return SubsampleKernel(
        input: input, output: output, window: window, weight: weights.required.elements,
        bias: weights.bias?.elements ?? Array(repeating: 0, count: output.channels), loops: loops)
    case .groupNorm(let groups, let epsilon):
      return GroupNormKernel(
        input: input, output: output, groups: groups, weight: weights.weight?.elements, bias: weights.bias?.elements,
        epsilon: epsilon, loops: loops)
    case .channelNorm(let epsilon):
      return ChannelNormKernel(
        input: input, output: output, weight: weights.weight?.elements, bias: weights.bias?.elements,
        epsilon: epsilon, loops: loops)
    case .localResponseNorm(let size, let alpha, let beta, let k):
      return LocalResponseNormKernel(
        input: input, output: output, size: size, alpha: alpha, beta: beta, k: k, loops: loops)
    case .softmax: return SoftmaxKernel(input: input, output: output, isLogarithm: false, loops: loops)
    case .logSoftmax: return SoftmaxKernel(input: input, output: output, isLogarithm: true, loops: loops)
    case .depthPool(let kernel, let stride, let isMaximum):
      return DepthPoolKernel(
        input: input, output: output, kernel: kernel, stride: stride, isMaximum: isMaximum, loops: loops)
    case .connectedConvolution(let window, let connections):
      return ConnectedConvolution(
        input: input, output: output, window: window, connections: connections, weight: weights.required.elements,
        bias: weights.bias?.elements, loops: loops)
    case .transposedConvolution(let window, let groups, _):
      return TransposedConvolution(
        input: input, output: output, window: window, groups: groups, weight: weights.required,
        bias: weights.bias?.elements, loops: loops)
    case .radialBasis: return RadialBasisKernel(input: input, output: output, centers: weights.required.elements)
    case .reshape, .channelSlice, .channelShuffle, .pad, .padChannels, .crop, .spaceToDepth, .depthToSpace, .upsample:
      return movement(operation, input: input, output: output)
    case .convolution, .linear, .batchNorm, .scale, .channelScale, .add, .maximum, .multiply, .mean, .concat:
      preconditionFailure("\(operation) is planned elsewhere")
    }
  }

  /// The kernel of an operation that brings elements to other places.
  private func movement(_ operation: Operation, input: BlockedMaps, output: BlockedMaps) -> any Kernel {
    switch operation {
    case .channelSlice(let channels):
      return ChannelMapKernel.slice(channels, input: input, output: output, loops: loops)
    case .channelShuffle(let groups):
      return ChannelMapKernel.shuffle(groups: groups, input: input, output: output, loops: loops)
    case .padChannels(let before, let after):
      return ChannelMapKernel.pad(before: before, after: after, input: input, output: output, loops: loops)
    case .pad(let top, _, let left, _, let mode):
      return PixelMapKernel.pad(
        top: top, left: left, mode: mode, input: input, output: output)
    case .crop(let rows, let columns):
      return PixelMapKernel.crop(rows: rows, columns: columns, input: input, output: output)
    case .spaceToDepth(let block):
      return PixelShuffleKernel(input: input, output: output, block: block, packs: true, loops: loops)
    case .depthToSpace(let block):
      return PixelShuffleKernel(input: input, output: output, block: block, packs: false, loops: loops)
    case .upsample(_, let factor, let mode, let alignCorners):
      return UpsampleKernel(
        input: input, output: output, factor: factor, mode: mode, alignCorners: alignCorners, loops: loops)
    default: return ReshapeKernel(input: input, output: output)
    }
  }

  /// The kernel that copies an input of a concatenation to its place along an axis.
  func copyKernel(from input: BlockedMaps, to output: BlockedMaps, axis: Int, position: Int) -> any Kernel {
    switch axis {
    case 0: PixelMapKernel.copy(input: input, output: output, at: (position, 0, 0))
    case 1: ChannelMapKernel.copy(input: input, output: output, at: position, loops: loops)
    case 2: PixelMapKernel.copy(input: input, output: output, at: (0, position, 0))
    default: PixelMapKernel.copy(input: input, output: output, at: (0, 0, position))
    }
  }
}

extension FusedNode {
  /// What a convolution or linear layer multiplies by, with the scaling that follows it folded in.
  fileprivate var convolutionWeights: ConvolutionWeights {
    var bias = weights.bias?.doubles
    if let scaling {
      let biases = bias ?? Array(repeating: 0, count: scaling.shift.count)
      bias = zip(biases, zip(scaling.scale, scaling.shift)).map { $0 * $1.0 + $1.1 }
    }
    return ConvolutionWeights(
      weight: weights.required, scale: scaling?.scale.map { Float($0) }, bias: bias?.map { Float($0) })
  }
}
