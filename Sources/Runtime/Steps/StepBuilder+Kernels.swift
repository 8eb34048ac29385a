import Kernels
import Tensors

// Which kernel computes an operation.
extension StepBuilder {
  func kernel(for node: FusedNode, isPlanar: Bool) -> any Kernel {
    let (input, output, epilogue) = (maps(of: node.inputs[0]), maps(of: node.output), epilogue(of: node))
    if node.operation is Operations.RowMajor { return UnpackKernel(input: input, loops: loops) }
    if let convolution = convolution(of: node) { return kernel(for: convolution, isPlanar: isPlanar) }
    switch node.operation {
    // Without its own kernel, its statistics are no results of steps.
    case let norm as Operations.BatchNorm where norm.isOfBatch: return definition(of: node)
    case is Operations.Linear:
      return LinearKernel(input: input, output: output, epilogue: epilogue, loops: loops)
    case is any ChannelScalingOperation:
      return AffineKernel(input: input, output: output, epilogue: epilogue, loops: loops)
    case is Operations.Add, is Operations.Maximum, is Operations.Multiply:
      let second = maps(of: node.inputs[1])
      if node.operation is Operations.Multiply, second.pixels != input.pixels || second.channels != input.channels {
        return GateKernel(input: input, gate: second, output: output, epilogue: epilogue, loops: loops)
      }
      return JoinKernel(
        node.operation is Operations.Add ? .sum : node.operation is Operations.Maximum ? .maximum : .product,
        input: input,
        second: second, output: output, epilogue: epilogue, loops: loops)
    default:
      return kernel(for: node.operation, graph.operandShapes(of: node), input: input, output: output)
        ?? definition(of: node)
    }
  }

  /// The kernel of what has none of its own: weights that a program makes of parameters as no layer kind does.
  func definition(of node: FusedNode) -> DefinitionKernel {
    DefinitionKernel(
      node.operation, shapes: graph.operandShapes(of: node), reads: node.operands.all.map(maps),
      output: maps(of: node.output), residual: node.residual.map(maps), activation: node.activation)
  }

  private func epilogue(of node: FusedNode) -> Epilogue {
    Epilogue(activation: node.activation, residualImageStride: node.residual.map { maps(of: $0).imageStride })
  }

  /// What a convolution computes; nil for other operations.
  func convolution(of node: FusedNode) -> Convolution? {
    guard let operation = node.operation as? Operations.Convolution else { return nil }
    return Convolution(
      input: maps(of: node.inputs[0]), output: maps(of: node.output), window: operation.window,
      groups: operation.groups, epilogue: epilogue(of: node))
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
    for operation: any Operation, _ shapes: Operands<[Int]>, input: BlockedMaps, output: BlockedMaps
  ) -> (any Kernel)? {
    switch operation {
    case let operation as Operations.Activate:
      return ActivationKernel(input: input, output: output, activation: operation.function, loops: loops)
    case is Operations.PReLU:
      return PReLUKernel(input: input, output: output, loops: loops)
    case let operation as Operations.MaxPool:
      return MaxPoolKernel(input: input, output: output, window: operation.window, loops: loops)
    case let operation as Operations.AveragePool:
      return AveragePoolKernel(
        input: input, output: output, window: operation.window, countsPadding: operation.countsPadding, loops: loops)
    case is Operations.AdaptiveMaxPool:
      return AdaptivePoolKernel(input: input, output: output, isMaximum: true, loops: loops)
    case is Operations.AdaptiveAveragePool:
      return AdaptivePoolKernel(input: input, output: output, isMaximum: false, loops: loops)
    case let operation as Operations.Subsample:
      return SubsampleKernel(input: input, output: output, window: operation.window, loops: loops)
    case let operation as Operations.GroupNorm:
      return GroupNormKernel(
        input: input, output: output, groups: operation.groups,
        isElementwise: (shapes.weight ?? shapes.bias).map { $0.reduce(1, *) != input.channels } ?? false,
        epsilon: operation.epsilon, loops: loops)
    case let operation as Operations.ChannelNorm:
      return ChannelNormKernel(input: input, output: output, epsilon: operation.epsilon, loops: loops)
    case let operation as Operations.LocalResponseNorm:
      return LocalResponseNormKernel(
        input: input, output: output, size: operation.size, alpha: operation.alpha, beta: operation.beta,
        k: operation.k, loops: loops)
    case is Operations.Softmax: return SoftmaxKernel(input: input, output: output, isLogarithm: false, loops: loops)
    case is Operations.LogSoftmax: return SoftmaxKernel(input: input, output: output, isLogarithm: true, loops: loops)
    case let operation as Operations.DepthPool:
      return DepthPoolKernel(
        input: input, output: output, kernel: operation.kernel, stride: operation.stride,
        isMaximum: operation.isMaximum, loops: loops)
    case let operation as Operations.TransposedConvolution:
      return TransposedConvolution(
        input: input, output: output, window: operation.window, groups: operation.groups, loops: loops)
    case is Operations.RadialBasis:
      return RadialBasisKernel(input: input, output: output)
    default: return movement(operation, input: input, output: output)
    }
  }

  /// The kernel of an operation that brings elements to other places.
  private func movement(_ operation: any Operation, input: BlockedMaps, output: BlockedMaps) -> (any Kernel)? {
    switch operation {
    case let operation as Operations.ChannelSlice:
      return ChannelMapKernel.slice(operation.channels, input: input, output: output, loops: loops)
    case let operation as Operations.ChannelShuffle:
      return ChannelMapKernel.shuffle(groups: operation.groups, input: input, output: output, loops: loops)
    case let operation as Operations.PadChannels:
      return ChannelMapKernel.pad(
        before: operation.before, after: operation.after, input: input, output: output, loops: loops)
    case let operation as Operations.Pad:
      return PixelMapKernel.pad(
        top: operation.top, left: operation.left, mode: operation.mode, input: input, output: output)
    case let operation as Operations.Crop:
      return PixelMapKernel.crop(rows: operation.rows, columns: operation.columns, input: input, output: output)
    case let operation as Operations.SpaceToDepth:
      return PixelShuffleKernel(input: input, output: output, block: operation.block, packs: true, loops: loops)
    case let operation as Operations.DepthToSpace:
      return PixelShuffleKernel(input: input, output: output, block: operation.block, packs: false, loops: loops)
    case let operation as Operations.Upsample:
      return UpsampleKernel(
        input: input, output: output, factor: operation.factor, mode: operation.mode,
        alignCorners: operation.alignCorners, loops: loops)
    case let operation as Operations.DepthUnfold:
      return DepthUnfoldKernel(input: input, output: output, depth: operation.depth, window: operation.window)
    case let operation as Operations.DepthSum:
      return DepthSumKernel(input: input, output: output, depth: operation.depth, window: operation.window)
    case is Operations.Reshape: return ReshapeKernel(input: input, output: output)
    case let operation as Operations.Permute: return PermuteKernel(axes: operation.axes, input: input, output: output)
    case let operation as Operations.ImageSlice:
      return PixelMapKernel.slice(images: operation.images, input: input, output: output)
    default: return nil
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
