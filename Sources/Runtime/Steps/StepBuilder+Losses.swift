import Kernels
import Tensors

// Which kernel computes a loss, or sums a gradient.
extension StepBuilder {
  /// The kernel of a gradient that is sums: by what was added to channels, multiplied them, or gated maps.
  func sumStep(of node: FusedNode) -> ChosenKernel? {
    let inputs = node.inputs
    func sums(_ term: ChannelSums.Term, _ others: [Computation.Value] = []) -> ChosenKernel {
      let value = term == .gradient ? nil : maps(of: inputs[1])
      let kernel = ChannelSums(term, gradient: maps(of: inputs[0]), value: value, loops: loops)
      return ChosenKernel(kernel, reads: (inputs + others).map { .value($0) }, writes: [node.output])
    }
    switch node.operation {
    case is Operations.ChannelSum: return sums(.gradient)
    case is Operations.ImageSum:
      return ChosenKernel(ImageSums(gradient: maps(of: inputs[0])), reads: [.value(inputs[0])], writes: [node.output])
    case let operation as Operations.PReLUWeightGradient:
      return sums(.negativeProduct(isSingle: operation.isSingle))
    case let operation as Operations.ChannelScaleWeightGradient:
      return sums(.product(isSingle: operation.isSingle))
    case let operation as Operations.BatchNormWeightGradient:
      guard let mean = node.operands.mean, let variance = node.operands.variance else { return nil }
      return sums(.normalized(epsilon: operation.epsilon), [mean, variance])
    case is Operations.GateGradient: return gateStep(of: node)
    default: return nil
    }
  }

  private func gateStep(of node: FusedNode) -> ChosenKernel? {
    let (gradient, input, gate) = (maps(of: node.inputs[0]), maps(of: node.inputs[1]), maps(of: node.output))
    let kernel: any Kernel
    if gate.hasShape(of: input) {
      kernel = JoinKernel(.product, input: gradient, second: input, output: gate, loops: loops)
    } else if GateGradient.supports(input: input, gate: gate) {
      kernel = GateGradient(gradient: gradient, input: input, output: gate, loops: loops)
    } else {
      return nil
    }
    return ChosenKernel(kernel, reads: node.inputs.map { .value($0) }, writes: [node.output])
  }

  /// The kernel of a loss or of its gradient, and that of a random mask.
  func lossStep(of node: FusedNode) -> ChosenKernel? {
    switch node.operation {
    case let mask as Operations.RandomMask:
      let kernel = RandomMaskKernel(
        mask, input: maps(of: node.inputs[0]), output: maps(of: node.output), loops: loops)
      return ChosenKernel(kernel, reads: node.inputs.map { .value($0) }, writes: [node.output])
    case let loss as Operations.CrossEntropy:
      return crossEntropy(node, smoothing: loss.smoothing, gradient: nil)
    case let loss as Operations.CrossEntropyGradient:
      return crossEntropy(node, smoothing: loss.smoothing, gradient: maps(of: node.output))
    case is Operations.MeanSquaredError: return elementLoss(.squaredDifference, node)
    case is Operations.BinaryCrossEntropy: return elementLoss(.binaryCrossEntropy, node)
    case is Operations.MeanSquaredErrorGradient: return elementLoss(.squaredDifference, node, isGradient: true)
    case is Operations.BinaryCrossEntropyGradient: return elementLoss(.binaryCrossEntropy, node, isGradient: true)
    case let loss as Operations.RadialBasisCriterion: return radialBasisCriterion(node, j: loss.j, gradient: nil)
    case let loss as Operations.RadialBasisCriterionGradient:
      return radialBasisCriterion(node, j: loss.j, gradient: maps(of: node.output))
    default: return nil
    }
  }

  private func elementLoss(
    _ term: ElementLossKernel.Term, _ node: FusedNode, isGradient: Bool = false
  ) -> ChosenKernel? {
    let (values, labels) = (maps(of: node.inputs[0]), maps(of: node.inputs[1]))
    guard labels.hasShape(of: values) else { return nil }
    let kernel = ElementLossKernel(
      term, values: values, labels: labels, gradient: isGradient ? maps(of: node.output) : nil)
    return ChosenKernel(kernel, reads: node.inputs.map { .value($0) }, writes: [node.output])
  }

  private func radialBasisCriterion(_ node: FusedNode, j: Double, gradient: BlockedMaps?) -> ChosenKernel? {
    let kernel = RadialBasisCriterionKernel(distances: maps(of: node.inputs[0]), gradient: gradient, j: j)
    return ChosenKernel(kernel, reads: node.inputs.map { .value($0) }, writes: [node.output])
  }

  private func crossEntropy(_ node: FusedNode, smoothing: Double, gradient: BlockedMaps?) -> ChosenKernel? {
    let (logits, labels) = (maps(of: node.inputs[0]), maps(of: node.inputs[1]))
    let areShares = Operations.CrossEntropy.areShares(
      graph.shape(of: node.inputs[1]), of: graph.shape(of: node.inputs[0]))
    guard areShares || CrossEntropyKernel.supports(classes: labels, of: logits) else { return nil }
    let kernel = CrossEntropyKernel(
      logits: logits, labels: labels, areShares: areShares, gradient: gradient,
      hasWeights: node.operands.weight != nil, smoothing: smoothing, loops: loops)
    return ChosenKernel(kernel, reads: node.operands.all.map { .value($0) }, writes: [node.output])
  }
}
