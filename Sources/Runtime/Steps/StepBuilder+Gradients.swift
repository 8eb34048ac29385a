import Kernels
import Tensors

// Which kernel computes a gradient.

/// A kernel with what it reads and writes, in its order.
struct ChosenKernel {
  var kernel: any Kernel
  var reads: [StepDraft.Operand]
  var writes: [Computation.Value]

  init(_ kernel: any Kernel, reads: [StepDraft.Operand], writes: [Computation.Value]) {
    self.kernel = kernel
    self.reads = reads
    self.writes = writes
  }
}

extension StepBuilder {
  /// The kernel of a gradient; nil for operations that are none.
  func gradientStep(of node: FusedNode) -> ChosenKernel? {
    if let step = batchNormStep(of: node) { return step }
    switch node.operation {
    case let operation as Operations.ActivationGradient:
      let (gradient, value) = (node.inputs[0], node.inputs[1])
      let kernel = ActivationGradient(
        value: maps(of: value), gradient: maps(of: gradient), output: maps(of: node.output),
        activation: operation.function, isResult: operation.function.differentiatesResult, loops: loops)
      return ChosenKernel(kernel, reads: [.value(value), .value(gradient)], writes: [node.output])
    case is Operations.PReLUInputGradient:
      guard let weight = node.operands.weight else { return nil }
      let (gradient, input) = (node.inputs[0], node.inputs[1])
      let kernel = PReLUGradient(
        input: maps(of: input), gradient: maps(of: gradient), output: maps(of: node.output),
        isSingle: graph.shape(of: weight).saturatingProduct == 1, loops: loops)
      return ChosenKernel(
        kernel, reads: [.value(input), .value(gradient), self.weight(weight)], writes: [node.output])
    case let operation as Operations.MaximumGradient:
      let kernel = MaximumGradient(
        position: operation.position, gradient: maps(of: node.inputs[0]), inputs: node.inputs.dropFirst().map(maps),
        output: maps(of: node.output))
      return ChosenKernel(kernel, reads: node.inputs.map { .value($0) }, writes: [node.output])
    default:
      return poolStep(of: node) ?? productStep(of: node) ?? sumStep(of: node) ?? lossStep(of: node)
        ?? normStep(of: node) ?? historicalStep(of: node)
    }
  }

  /// The kernel of a convolution's or linear layer's gradient.
  private func productStep(of node: FusedNode) -> ChosenKernel? {
    let gradient = node.inputs[0]
    switch node.operation {
    case let operation as Operations.ConvolutionInputGradient:
      let convolution = Convolution(
        input: maps(of: node.output), output: maps(of: gradient), window: operation.window, groups: operation.groups)
      return inputGradient(of: convolution, node)
    case is Operations.LinearInputGradient:
      let output = maps(of: node.output)
      if LinearInputGradient.supports(gradient: maps(of: gradient), output: output) {
        let kernel = LinearInputGradient(gradient: maps(of: gradient), output: output, loops: loops)
        return readingWeight(of: node, kernel)
      }
      // A linear layer is a convolution of one pixel.
      let axis = SlidingWindow.Axis(kernel: 1, outputs: 1)
      let convolution = Convolution(
        input: maps(of: node.output), output: maps(of: gradient),
        window: SlidingWindow(vertical: axis, horizontal: axis))
      return inputGradient(of: convolution, node)
    case let operation as Operations.ConvolutionWeightGradient:
      let input = node.inputs[1]
      let convolution = Convolution(
        input: maps(of: input), output: maps(of: gradient), window: operation.window, groups: operation.groups)
      let (inputs, outputs) = (convolution.input.channels, convolution.output.channels)
      let isDepthwise = operation.groups == inputs && operation.groups == outputs
      let kernel: any Kernel
      if isDepthwise {
        kernel = DepthwiseWeightGradient(convolution, loops: loops)
      } else if options.algorithm == .automatic, let winograd = WinogradWeightGradient(convolution, loops: loops) {
        kernel = winograd
      } else {
        kernel = ConvolutionWeightGradient(convolution, loops: loops)
      }
      return ChosenKernel(kernel, reads: [.value(input), .value(gradient)], writes: [node.output])
    case is Operations.LinearWeightGradient:
      let input = node.inputs[1]
      let kernel = LinearWeightGradient(input: maps(of: input), gradient: maps(of: gradient), loops: loops)
      return ChosenKernel(kernel, reads: [.value(input), .value(gradient)], writes: [node.output])
    default: return nil
    }
  }

  private func inputGradient(of convolution: Convolution, _ node: FusedNode) -> ChosenKernel? {
    readingWeight(
      of: node,
      ConvolutionInputGradient(convolution, allowsWinograd: options.algorithm == .automatic, loops: loops))
  }

  /// A kernel of an input gradient, which reads the weight from the state, as it is.
  private func readingWeight(of node: FusedNode, _ kernel: @autoclosure () -> any Kernel) -> ChosenKernel? {
    guard let weight = node.operands.weight, isReadInPlace(weight, by: node) || madeWeights.contains(weight) else {
      return nil
    }
    return ChosenKernel(kernel(), reads: [.value(node.inputs[0]), self.weight(weight)], writes: [node.output])
  }
}
