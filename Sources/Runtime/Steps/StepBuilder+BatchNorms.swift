import Kernels
import Tensors

// Batch norms in training: kernels that make several values at once.
extension StepBuilder {
  /// The kernel of a batch norm with its batch's statistics, of those, or of its gradient; nil for other operations.
  func batchNormStep(of node: FusedNode) -> ChosenKernel? {
    switch node.operation {
    case is Operations.BatchMean:
      let variance = batchNorms.variances[node.output].map { [$0] } ?? []
      return ChosenKernel(
        BatchStatistics(input: maps(of: node.inputs[0]), loops: loops), reads: [.value(node.inputs[0])],
        writes: [node.output] + variance)
    case let norm as Operations.BatchNorm where norm.isOfBatch:
      guard node.hasVectors(in: graph) else { return nil }
      let kernel = BatchNormKernel(
        input: maps(of: node.inputs[0]), output: maps(of: node.output), epsilon: norm.epsilon,
        hasWeight: node.operands.weight != nil, hasBias: node.operands.bias != nil, loops: loops)
      return ChosenKernel(kernel, reads: [.value(node.inputs[0])] + vectors(of: node), writes: [node.output])
    case let gradient as Operations.BatchNormInputGradient:
      guard let sums = batchNorms.sums[node.output] else { return nil }
      let kernel = BatchNormGradient(
        input: maps(of: node.inputs[1]), gradient: maps(of: node.inputs[0]), output: maps(of: node.output),
        epsilon: gradient.epsilon, hasWeight: node.operands.weight != nil, loops: loops)
      return ChosenKernel(
        kernel, reads: [.value(node.inputs[1]), .value(node.inputs[0])] + vectors(of: node),
        writes: [node.output, sums.weight, sums.bias])
    default: return nil
    }
  }

  /// Where a batch norm's statistics lie, and its weight and bias in the state.
  private func vectors(of node: FusedNode) -> [StepDraft.Operand] {
    let statistics = [node.operands.mean, node.operands.variance].compactMap { $0 }
    let others = [node.operands.weight, node.operands.bias].compactMap { $0 }
    return statistics.map { .value($0) } + others.map(given)
  }
}

/// The values of batch norms in training that are made by the steps of others.
struct BatchNormSteps: Sendable {
  /// The variance of a batch, by the mean that it is around.
  private(set) var variances: [Computation.Value: Computation.Value] = [:]
  /// The gradients by weight and bias that a gradient by a batch norm's input is made of, by that, if nothing before it
  /// reads them.
  private(set) var sums: [Computation.Value: (bias: Computation.Value, weight: Computation.Value)] = [:]

  init(_ graph: FusedGraph) {
    var means: [Computation.Value: [Computation.Value]] = [:]
    var isRead: Set<Computation.Value> = []
    for node in graph.nodes {
      if node.operation is Operations.BatchMean { means[node.output] = node.inputs }
      if node.operation is Operations.BatchVariance, let mean = node.operands.mean, means[mean] == node.inputs {
        variances[mean] = variances[mean] ?? node.output
      }
      if node.operation is Operations.BatchNormInputGradient, node.hasVectors(in: graph),
        !isRead.contains(node.inputs[2]), !isRead.contains(node.inputs[3])
      {
        sums[node.output] = (node.inputs[2], node.inputs[3])
      }
      isRead.formUnion(node.reads)
    }
  }

  /// The values that the step of another value makes too: a batch's variance that of the mean, the gradients by a batch
  /// norm's weight and bias that of the gradient by its input.
  var valuesMadeWithOthers: Set<Computation.Value> {
    Set(variances.values).union(sums.values.flatMap { [$0.bias, $0.weight] })
  }
}

extension FusedNode {
  /// Whether a batch norm's statistics are results of steps, and its weight and bias are there before: what its kernels read.
  func hasVectors(in graph: FusedGraph) -> Bool {
    guard let mean = operands.mean, let variance = operands.variance else { return false }
    let others = [operands.weight, operands.bias].compactMap { $0 }
    return ![mean, variance].contains(where: graph.given.contains)
      && others.allSatisfy { graph.given.contains($0) && !inputs.contains($0) }
  }
}
