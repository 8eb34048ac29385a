extension Computation {
  /// A computation in two parts, the first of which training leaves as it is.
  package struct Parts: Sendable {
    /// What neither depends on anything that moves nor is random: its outputs are the inputs of the rest.
    package var frozen: Computation
    /// What remains, with the outputs of the whole.
    package var rest: Computation
  }

  /// The computation in two parts: in the first no parameter moves, norms keep their statistics and nothing is drawn,
  /// so that it is the same in training as at inference, for each image by itself. Nil if there is no such part, or if it
  /// does not lie below all the rest.
  ///
  /// - Parameters:
  ///   - drops: Whether dropout and stochastic depth are in force.
  ///   - moves: Whether training moves a parameter.
  ///   - isFrozen: Whether the norms of a layer, by its path, keep their running statistics.
  package func splitBelowTraining(
    drops: Bool, moves: (Parameter) -> Bool, isFrozen: (String) -> Bool
  ) -> Parts? {
    // What moves or is random, or is made of such; and what is made of an input.
    var isMoving = Array(repeating: false, count: nodes.count)
    var isOfInputs = isMoving
    for (index, node) in nodes.enumerated() {
      switch node.origin {
      case .input: isOfInputs[index] = true
      case .constant: break
      case .parameter(let parameter): isMoving[index] = moves(parameter)
      case .operation(let operation, let operands):
        isOfInputs[index] = operands.all.contains { isOfInputs[$0.index] }
        isMoving[index] =
          operands.all.contains { isMoving[$0.index] } || operation.mixesImages
          || operation.training.moves(drops: drops) { isFrozen(node.label?.path ?? "") }
      }
    }
    func isBelow(_ value: Value) -> Bool { isOfInputs[value.index] && !isMoving[value.index] }
    var isBoundary = Array(repeating: false, count: nodes.count)
    for (index, node) in nodes.enumerated() where isMoving[index] {
      guard case .operation(_, let operands) = node.origin else { continue }
      for value in operands.all where isBelow(value) { isBoundary[value.index] = true }
    }
    for value in outputs where isBelow(value) { isBoundary[value.index] = true }
    let boundary = nodes.indices.filter { isBoundary[$0] }.map(Value.init)
    let isMade = boundary.allSatisfy { if case .operation = self[$0].origin { true } else { false } }
    guard isMade, !boundary.isEmpty else { return nil }
    return Parts(frozen: part(from: inputs, to: boundary), rest: part(from: boundary, to: outputs))
  }

  /// The part between some values, which become inputs, and others, which become outputs.
  private func part(from start: [Value], to end: [Value]) -> Computation {
    var isNeeded = Array(repeating: false, count: nodes.count)
    for value in end { isNeeded[value.index] = true }
    let given = Set(start)
    for index in nodes.indices.reversed() where isNeeded[index] && !given.contains(Value(index: index)) {
      guard case .operation(_, let operands) = nodes[index].origin else { continue }
      for value in operands.all { isNeeded[value.index] = true }
    }
    var places: [Value: Value] = [:]
    var result = Computation(nodes: [], inputs: [], outputs: [])
    func add(_ node: Node, for value: Value) {
      places[value] = Value(index: result.nodes.count)
      result.nodes.append(node)
    }
    for (position, value) in start.enumerated() {
      add(Node(origin: .input(position), shape: self[value].shape, label: self[value].label), for: value)
    }
    result.inputs = result.nodes.indices.map(Value.init)
    for index in nodes.indices where isNeeded[index] && !given.contains(Value(index: index)) {
      var node = nodes[index]
      if case .operation(let operation, let operands) = node.origin {
        node.origin = .operation(operation, operands.map { places[$0] ?? $0 })
      }
      add(node, for: Value(index: index))
    }
    result.outputs = end.map { places[$0] ?? $0 }
    // Between the parts values have the shapes that operations see.
    if end == outputs {
      for (value, form) in forms { if let place = places[value] { result.forms[place] = form } }
    }
    return result
  }
}

extension TrainingForm {
  /// Whether training makes something else of the operation than inference does.
  fileprivate func moves(drops: Bool, isFrozen: () -> Bool) -> Bool {
    switch self {
    case .same: false
    case .mask: drops && isRandom
    case .batchStatistics, .singularVectors: !isFrozen()
    }
  }
}
