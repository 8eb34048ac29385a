import Kernels
import Tensors

// Batch norms in training: kernels that make several values at once.
extension StepBuilder {
  /// The values that the step of another value makes too: a batch's variance that of the mean, the gradients by a batch
  /// norm's weight and bias that of the gradient by its input.
  var valuesMadeWithOthers: Set<Computation.Value> {
    var result: Set<Computation.Value> = []
    for node in graph.nodes {
      if let variance = variance(besides: node) { result.insert(variance) }
      if let sums = sums(besides: node) { result.formUnion([sums.bias, sums.weight]) }
    }
    return result
  }

  /// The kernel of a batch norm with its batch's statistics, of those, or of its gradient; nil for other operations.
  func batchNormStep(of node: FusedNode) -> ChosenKernel? {
    switch node.operation {
    case is Operations.BatchMean:
      guard let variance = variance(besides: node) else { return nil }
      return ChosenKernel(
        BatchStatistics(input: maps(of: node.inputs[0]), loops: loops), reads: [.value(node.inputs[0])],
        writes: [node.output, variance])
    case let norm as Operations.BatchNorm where norm.isOfBatch:
      guard hasVectors(node) else { return nil }
      let kernel = BatchNormKernel(
        input: maps(of: node.inputs[0]), output: maps(of: node.output), epsilon: norm.epsilon,
        hasWeight: node.operands.weight != nil, hasBias: node.operands.bias != nil, loops: loops)
      return ChosenKernel(kernel, reads: [.value(node.inputs[0])] + vectors(of: node), writes: [node.output])
    case let gradient as Operations.BatchNormInputGradient:
      guard let sums = sums(besides: node) else { return nil }
      let kernel = BatchNormGradient(
        input: maps(of: node.inputs[1]), gradient: maps(of: node.inputs[0]), output: maps(of: node.output),
        epsilon: gradient.epsilon, hasWeight: node.operands.weight != nil, loops: loops)
      return ChosenKernel(
        kernel, reads: [.value(node.inputs[1]), .value(node.inputs[0])] + vectors(of: node),
        writes: [node.output, sums.weight, sums.bias])
    default: return nil
    }
  }

  /// Whether a batch norm's statistics are results of steps, and its weight and bias are there before: what its kernels read.
  func hasVectors(_ node: FusedNode) -> Bool {
    guard let mean = node.operands.mean, let variance = node.operands.variance else { return false }
    let others = [node.operands.weight, node.operands.bias].compactMap { $0 }
    return ![mean, variance].contains(where: graph.given.contains)
      && others.allSatisfy { graph.given.contains($0) && !node.inputs.contains($0) }
  }

  /// Where a batch norm's statistics lie, and its weight and bias in the state.
  private func vectors(of node: FusedNode) -> [StepDraft.Operand] {
    let statistics = [node.operands.mean, node.operands.variance].compactMap { $0 }
    let others = [node.operands.weight, node.operands.bias].compactMap { $0 }
    return statistics.map { .value($0) } + others.map { .state($0) }
  }

  /// The variance of a batch around a mean that a node makes.
  private func variance(besides node: FusedNode) -> Computation.Value? {
    guard node.operation is Operations.BatchMean else { return nil }
    return graph.nodes.first {
      $0.operation is Operations.BatchVariance && $0.inputs == node.inputs && $0.operands.mean == node.output
    }?.output
  }

  /// The gradients by weight and bias that the gradient by a batch norm's input is made of, if nothing before it reads them.
  func sums(besides node: FusedNode) -> (bias: Computation.Value, weight: Computation.Value)? {
    guard node.operation is Operations.BatchNormInputGradient, hasVectors(node) else { return nil }
    let (bias, weight) = (node.inputs[2], node.inputs[3])
    for other in graph.nodes {
      if other.output == node.output { return (bias, weight) }
      if other.reads.contains(bias) || other.reads.contains(weight) { return nil }
    }
    return nil
  }
}
