import Kernels
import Tensors

// Which kernel computes the gradient of a norm over one image's values, of a softmax, or of a resize.
extension StepBuilder {
  /// The kernel of such a gradient; nil for other operations.
  func normStep(of node: FusedNode) -> ChosenKernel? {
    let gradient = maps(of: node.inputs[0])
    func step(_ kernel: any Kernel, _ reads: [Computation.Value]) -> ChosenKernel {
      let weights = (node.operands.weight.map { [$0] } ?? []).map(weight)
      return ChosenKernel(kernel, reads: reads.map { .value($0) } + weights, writes: [node.output])
    }
    switch node.operation {
    case let norm as Operations.GroupNormInputGradient:
      let kernel = GroupNormGradient(
        by: .input(maps(of: node.output), weighting(of: node)), input: maps(of: node.inputs[1]), gradient: gradient,
        groups: norm.groups, epsilon: norm.epsilon, loops: loops)
      return step(kernel, [node.inputs[1], node.inputs[0]])
    case let norm as Operations.GroupNormWeightGradient:
      let isByChannels = norm.shape.saturatingProduct == gradient.channels
      let kernel = GroupNormGradient(
        by: isByChannels ? .weight : .elementWeight, input: maps(of: node.inputs[1]), gradient: gradient,
        groups: norm.groups, epsilon: norm.epsilon, loops: loops)
      return step(kernel, [node.inputs[1], node.inputs[0]])
    case let norm as Operations.ChannelNormInputGradient:
      let kernel = ChannelNormGradient(
        by: .input(maps(of: node.output), hasWeight: node.operands.weight != nil), input: maps(of: node.inputs[1]),
        gradient: gradient, epsilon: norm.epsilon, loops: loops)
      return step(kernel, [node.inputs[1], node.inputs[0]])
    case let norm as Operations.ChannelNormWeightGradient:
      let kernel = ChannelNormGradient(
        by: .weight, input: maps(of: node.inputs[1]), gradient: gradient, epsilon: norm.epsilon, loops: loops)
      return step(kernel, [node.inputs[1], node.inputs[0]])
    case let operation as Operations.LocalResponseNormGradient:
      let kernel = LocalResponseNormGradient(
        operation.norm, input: maps(of: node.inputs[1]), gradient: gradient, output: maps(of: node.output), loops: loops
      )
      return step(kernel, [node.inputs[1], node.inputs[0]])
    case is Operations.SoftmaxGradient, is Operations.LogSoftmaxGradient:
      let kernel = SoftmaxGradient(
        result: maps(of: node.inputs[1]), gradient: gradient, output: maps(of: node.output),
        isLogarithm: node.operation is Operations.LogSoftmaxGradient, loops: loops)
      return step(kernel, [node.inputs[1], node.inputs[0]])
    case let operation as Operations.UpsampleGradient:
      let kernel = ResamplingGradient(
        operation.resize, gradient: gradient, output: maps(of: node.output), loops: loops)
      return step(kernel, [node.inputs[0]])
    case let operation as Operations.PadGradient:
      let kernel = ResamplingGradient(operation.pad, gradient: gradient, output: maps(of: node.output), loops: loops)
      return step(kernel, [node.inputs[0]])
    default: return nil
    }
  }

  /// What the weight of a norm has a number for, if there is one.
  private func weighting(of node: FusedNode) -> GroupNormGradient.Weighting {
    guard let weight = node.operands.weight else { return .none }
    return graph.shape(of: weight).saturatingProduct == maps(of: node.inputs[0]).channels ? .channels : .elements
  }
}
