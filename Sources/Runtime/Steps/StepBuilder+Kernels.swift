import Kernels
import Tensors

// Which kernel computes an operation: the one that it says, or for a convolution an algorithm of several.
extension StepBuilder {
  func kernel(for node: FusedNode, isPlanar: Bool) -> any Kernel {
    if let convolution = convolution(of: node) { return kernel(for: convolution, isPlanar: isPlanar) }
    let place = KernelPlace(
      inputs: node.inputs.map(maps), output: maps(of: node.output), shapes: graph.operandShapes(of: node),
      epilogue: epilogue(of: node), loops: loops)
    return (node.operation as? any KernelOperation)?.kernel(at: place) ?? definition(of: node)
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
      tuned
      // Weights that move are packed in each run, and Strassen's are the more.
      ?? .rule(
        for: whole, isPlanar: isPlanar, allowsWinograd: isAutomatic, allowsStrassen: isAutomatic && moves == nil)
    return convolution.kernel(algorithm, loops: loops)
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
