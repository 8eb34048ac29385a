import Tensors

extension FusedGraph {
  /// The passes that bring any computation into the form that kernels exist for.
  mutating func lower() {
    splitJoins()
    turnPixelsIntoVectors()
  }

  /// The passes that save work and memory traffic; without them every operation is a step of its own.
  mutating func fuse() {
    foldScalings()
    fuseFlattening()
    fuseActivations()
    fuseResiduals()
    fuseActivations()
  }

  /// Joins of many inputs become joins of two, one after the other, and means a sum and a scaling.
  private mutating func splitJoins() {
    var result: [FusedNode] = []
    for var node in nodes {
      let factor = 1 / Double(node.inputs.count)
      let isMean = node.operation == .mean
      if isMean { node.operation = .add }
      switch node.operation {
      case .add, .maximum, .multiply:
        guard let first = node.inputs.first else { break }
        var (sum, rest) = (first, Array(node.inputs.dropFirst()))
        if rest.isEmpty { (node.operation, node.inputs, rest) = (.scale(1), [sum], []) }
        while rest.count > (isMean ? 0 : 1) {
          var part = node
          part.inputs = [sum, rest.removeFirst()]
          part.output = makeValue(shape(of: first))
          result.append(part)
          sum = part.output
        }
        if isMean {
          node.operation = .scale(factor)
          node.inputs = [sum]
        } else if let last = rest.first {
          node.inputs = [sum, last]
        }
      default: break
      }
      result.append(node)
    }
    nodes = result
  }

  /// A 1×1 convolution of maps of one pixel is a linear layer, which reads its weights faster.
  private mutating func turnPixelsIntoVectors() {
    for index in nodes.indices {
      guard case .convolution(_, groups: 1) = nodes[index].operation else { continue }
      let (input, output) = (shape(of: nodes[index].inputs[0]), shape(of: nodes[index].output))
      let weight = nodes[index].weights.required
      guard input[2...].allSatisfy({ $0 == 1 }), output[2...].allSatisfy({ $0 == 1 }),
        weight.shape[2...].allSatisfy({ $0 == 1 })
      else { continue }
      nodes[index].operation = .linear
      nodes[index].weights.weight = weight.reshaped(to: [weight.shape[0], weight.shape[1]])
    }
  }

  /// Batch norms and other scalings go into the weights of the convolution or linear layer before them, or join the
  /// scaling before them.
  private mutating func foldScalings() {
    rewrite { graph, node, producer, result in
      guard let scaling = ChannelScaling(node.operation, node.weights, channels: graph.shape(of: node.output)[1]),
        let producer, result[producer].residual == nil, result[producer].activation == nil
      else { return false }
      if let first = result[producer].scaling {
        result[producer].scaling = first.followed(by: scaling)
      } else if result[producer].operation.foldsScaling {
        result[producer].scaling = scaling
      } else {
        return false
      }
      result[producer].takeOver(node)
      return true
    }
  }

  /// A linear layer reads flattened maps as they lie; its weights are packed in their order.
  private mutating func fuseFlattening() {
    rewrite { graph, node, producer, result in
      guard node.operation == .linear, let producer, case .reshape = result[producer].operation,
        graph.shape(of: result[producer].inputs[0]).count == 4
      else { return false }
      var linear = node
      linear.inputs = result[producer].inputs
      linear.labels = result[producer].labels + node.labels
      result[producer] = linear
      return true
    }
  }

  /// Activations go into the step that makes their input.
  private mutating func fuseActivations() {
    rewrite { _, node, producer, result in
      guard case .activation(let activation) = node.operation, let producer, result[producer].activation == nil,
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
      guard node.operation == .add, node.inputs[0] != node.inputs[1],
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

extension Operation {
  /// Whether a scaling of the output's channels can go into the weights.
  fileprivate var foldsScaling: Bool {
    switch self {
    case .convolution, .linear: true
    default: false
    }
  }

  /// Whether the operation's kernel applies an activation before it stores.
  fileprivate var fusesActivation: Bool {
    switch self {
    case .convolution, .linear, .batchNorm, .scale, .channelScale, .add, .maximum, .multiply: true
    default: false
    }
  }

  /// Whether the operation's kernel adds a residual before it stores.
  fileprivate var fusesResidual: Bool {
    switch self {
    case .convolution, .batchNorm, .scale, .channelScale, .multiply: true
    default: false
    }
  }
}
