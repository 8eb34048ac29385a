import Tensors

extension FusedGraph {
  /// A rewriting of the graph.
  struct Pass: Sendable {
    /// What it does, in a few words.
    let name: String
    /// Whether the graph is afterwards in the form that kernels exist for.
    var leavesLowered = true
    let run: @Sendable (inout FusedGraph) -> Void
  }

  /// The passes that bring any computation into the form that kernels exist for.
  static let lowering = [
    Pass(name: "joins of two", leavesLowered: false) { $0.splitJoins() },
    Pass(name: "shortcuts") { $0.takeShortcuts() },
  ]

  /// The passes that save work and memory traffic; without them every operation is a step of its own.
  static let fusion = [
    Pass(name: "fold scalings") { $0.foldScalings() },
    Pass(name: "fuse flattening") { $0.fuseFlattening() },
    Pass(name: "fuse activations") { $0.fuseActivations() },
    Pass(name: "fuse residuals") { $0.fuseResiduals() },
    Pass(name: "fuse activations behind residuals") { $0.fuseActivations() },
  ]

  /// The passes of a plan in their order. Weights that move take in no scaling.
  static func passes(fuses: Bool, isTraining: Bool = false) -> [Pass] {
    lowering + (fuses ? fusion.dropFirst(isTraining ? 1 : 0) : [])
  }

  /// Joins of many inputs become joins of two, one after the other.
  private mutating func splitJoins() {
    var result: [FusedNode] = []
    for var node in nodes {
      defer { result.append(node) }
      guard let pairwise = node.operation.pairwise(node.inputs.count), let first = node.inputs.first else { continue }
      var (value, rest) = (first, node.inputs.dropFirst())
      // A join of one is a copy, which a scaling by 1 is.
      let end = pairwise.then ?? (rest.isEmpty ? Operations.Scale(1) : nil)
      while rest.count > (end == nil ? 1 : 0), let next = rest.popFirst() {
        let part = FusedNode(
          operation: pairwise.join, operands: Operands([value, next]), output: makeValue(shape(of: first)),
          labels: node.labels)
        result.append(part)
        value = part.output
      }
      node.operation = end ?? pairwise.join
      node.operands = Operands([value] + rest)
    }
    nodes = result
  }

  /// Operations become others that do the same to what they are given, and faster.
  private mutating func takeShortcuts() {
    for index in nodes.indices {
      guard let shortcut = nodes[index].operation.shortcut(for: operandShapes(of: nodes[index])) else { continue }
      nodes[index].operation = shortcut
    }
  }

  /// Batch norms and other scalings go into the weights of the convolution or linear layer before them, or join the
  /// scaling before them.
  private mutating func foldScalings() {
    rewrite { _, node, producer, result in
      guard let operation = node.operation as? any ChannelScalingOperation, !operation.readsWeights, let producer,
        result[producer].residual == nil, result[producer].activation == nil,
        !result[producer].scalings.isEmpty || result[producer].operation.foldsScaling
      else { return false }
      result[producer].scalings.append(FusedScaling(operation: operation, weights: node.operands.mapWeights { $0 }))
      result[producer].takeOver(node)
      return true
    }
  }

  /// A linear layer reads flattened maps as they lie; its weights are packed in their order.
  private mutating func fuseFlattening() {
    rewrite { graph, node, producer, result in
      guard node.operation.readsFlattened, let producer, result[producer].operation.keepsOrder,
        graph.shape(of: result[producer].inputs[0]).count == 4
      else { return false }
      var fused = node
      fused.operands.inputs = result[producer].inputs
      fused.labels = result[producer].labels + node.labels
      result[producer] = fused
      return true
    }
  }

  /// Activations go into the step that makes their input.
  private mutating func fuseActivations() {
    rewrite { _, node, producer, result in
      guard let activation = node.operation.activation, let producer, result[producer].activation == nil,
        result[producer].operation.fusesActivation
      else { return false }
      result[producer].activation = activation
      result[producer].takeOver(node)
      return true
    }
  }

  /// A sum of two goes into the step that makes one of them, which then runs where the sum would have.
  private mutating func fuseResiduals() {
    let uses = useCounts
    var makers: [Value: Int] = [:]
    var result: [FusedNode?] = []
    for node in nodes {
      defer {
        makers[node.output] = result.count - 1
      }
      guard node.operation.isSum, node.inputs.count == 2, node.inputs[0] != node.inputs[1],
        shape(of: node.inputs[0]) == shape(of: node.inputs[1])
      else {
        result.append(node)
        continue
      }
      let candidates = node.inputs.compactMap { value -> Int? in
        guard uses[value.index] == 1, let maker = makers[value], let made = result[maker], made.fusesResidual else {
          return nil
        }
        return maker
      }
      guard let maker = candidates.max(), var fused = result[maker] else {
        result.append(node)
        continue
      }
      fused.residual = node.inputs.first { $0 != fused.output }
      fused.takeOver(node)
      fused.activation = node.activation
      result[maker] = nil
      result.append(fused)
    }
    nodes = result.compactMap { $0 }
  }

  /// Offers each node, with the place of the one that makes its first input if nobody else reads that, to a closure,
  /// which fuses the two and returns true, or leaves them.
  private mutating func rewrite(_ fuse: (FusedGraph, FusedNode, Int?, inout [FusedNode]) -> Bool) {
    let uses = useCounts
    var makers: [Value: Int] = [:]
    var result: [FusedNode] = []
    for node in nodes {
      let maker = node.inputs.first.flatMap { uses[$0.index] == 1 ? makers[$0] : nil }
      if fuse(self, node, maker, &result), let maker {
        makers[node.output] = maker
      } else {
        makers[node.output] = result.count
        result.append(node)
      }
    }
    nodes = result
  }
}

extension FusedNode {
  /// Makes the output of a node that was fused into this one.
  fileprivate mutating func takeOver(_ node: FusedNode) {
    output = node.output
    labels += node.labels
  }

  /// Whether a residual can be added before the activation.
  fileprivate var fusesResidual: Bool {
    residual == nil && activation == nil && operation.fusesResidual
  }
}
