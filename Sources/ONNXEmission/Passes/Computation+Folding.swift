import Tensors

extension Computation {
  /// The computation with batch norms and other scalings of channels in the weights of the convolution or linear layer before
  /// them, where nothing else reads what that makes. The numbers are computed in double precision.
  func foldingScalings() -> Computation {
    var folding = Folding(self)
    for index in nodes.indices { folding.take(index) }
    return folding.result
  }

  /// How often each value is read, or given back.
  fileprivate var uses: [Int] {
    var uses = [Int](repeating: 0, count: nodes.count)
    for index in written {
      if case .operation(_, let operands) = nodes[index].origin { for value in operands.all { uses[value.index] += 1 } }
    }
    for output in outputs { uses[output.index] += 1 }
    return uses
  }
}

/// A computation that is put together anew, node by node, with tensors among them that take the place of others.
private struct Folding {
  typealias Value = Computation.Value

  private let source: Computation
  private let given: Set<Int>
  private let uses: [Int]
  private var nodes: [Computation.Node] = []
  /// Where the values of the source are now.
  private var places: [Value] = []

  init(_ source: Computation) {
    self.source = source
    given = source.givenValues
    uses = source.uses
  }

  /// The computation, when all nodes were taken.
  var result: Computation {
    var result = source
    result.nodes = nodes
    result.inputs = source.inputs.map { places[$0.index] }
    result.outputs = source.outputs.map { places[$0.index] }
    result.forms = Dictionary(source.forms.map { (places[$0.key.index], $0.value) }) { first, _ in first }
    return result
  }

  mutating func take(_ index: Int) {
    var node = source.nodes[index]
    if case .operation(let operation, let operands) = node.origin {
      let moved = operands.map { places[$0.index] }
      if !given.contains(index), fold(operation, moved, of: node, reading: operands) { return }
      node.origin = .operation(operation, moved)
    }
    append(node)
    places.append(Value(index: nodes.count - 1))
  }

  /// Puts a scaling into the weights of what makes its input; false if it is none, or cannot go there.
  private mutating func fold(
    _ operation: any Operation, _ scaled: Operands<Value>, of node: Computation.Node, reading: Operands<Value>
  ) -> Bool {
    guard let operation = operation as? any ChannelScalingOperation, uses[reading.input.index] == 1,
      reading.weights.allSatisfy({ given.contains($0.index) }),
      case .operation(let producer, let operands) = nodes[scaled.input.index].origin, producer.foldsScaling,
      let weight = operands.weight, case let kernels = unshaped(weight), !isMade(kernels),
      operands.bias.map(isMade) != true
    else { return false }
    let channels = node.shape[1]
    let scaling = operation.scaling(scaled.mapWeights { nodes.given($0) }, channels: channels)
    let biases = operands.bias.map { nodes.given($0).doubles } ?? Array(repeating: 0, count: channels)
    let shift = zip(biases, zip(scaling.scale, scaling.shift)).map { Float($0 * $1.0 + $1.1) }
    let rows = nodes.given(kernels).scalingRows(by: scaling.scale)
    var folded = Operands([operands.input])
    folded.weight = reshaped(append(rows, "weight", of: scaled.input, before: kernels), as: weight)
    folded.bias = append(Tensor(shift), "bias", of: scaled.input, before: operands.bias)
    var result = node
    result.origin = .operation(producer, folded)
    result.label = nodes[scaled.input.index].label
    append(result)
    places.append(Value(index: nodes.count - 1))
    return true
  }

  private mutating func append(_ node: Computation.Node) { nodes.append(node) }

  /// Whether a value follows from what flows in.
  private func isMade(_ value: Value) -> Bool {
    switch nodes[value.index].origin {
    case .input: true
    case .constant, .parameter: false
    case .operation(_, let operands): operands.all.contains(where: isMade)
    }
  }

  /// A tensor reshaped as the one was that it takes the place of.
  private mutating func reshaped(_ value: Value, as other: Value) -> Value {
    var node = nodes[value.index]
    if node.shape == nodes[other.index].shape { return value }
    node.shape = nodes[other.index].shape
    node.origin = .operation(Operations.Reshape(Array(node.shape.dropFirst())), Operands([value]))
    append(node)
    return Value(index: nodes.count - 1)
  }

  /// The tensor that is reshaped to a value.
  private func unshaped(_ value: Value) -> Value {
    var value = value
    while case .operation(_ as Operations.Reshape, let operands) = nodes[value.index].origin { value = operands.input }
    return value
  }

  /// Appends a tensor under the name of the one that it takes the place of.
  private mutating func append(_ tensor: Tensor, _ name: String, of value: Value, before: Value?) -> Value {
    var source = before
    while let current = source, case .operation(_, let operands) = nodes[current.index].origin {
      source = operands.inputs.first
    }
    var node = nodes[value.index]
    let layer = node.label?.path ?? ""
    var path = layer.isEmpty ? name : "\(layer).\(name)"
    if let source, case .parameter(let parameter) = nodes[source.index].origin { path = parameter.path }
    node.origin = .parameter(Computation.Parameter(path: path, role: .fixed, value: tensor))
    node.shape = tensor.shape
    append(node)
    return Value(index: nodes.count - 1)
  }
}

extension Tensor {
  /// The tensor with each row of the first dimension times a number.
  fileprivate func scalingRows(by factors: [Double]) -> Tensor {
    var result = self
    let length = count / max(1, factors.count)
    result.withUnsafeMutableBufferPointer { elements in
      for index in elements.indices {
        elements[index] = Float(Double(elements[index]) * factors[index / max(1, length)])
      }
    }
    return result
  }
}
