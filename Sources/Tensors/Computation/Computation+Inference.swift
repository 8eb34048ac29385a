extension Computation {
  /// The computation at inference: what only training does is gone, such as dropout; batch norms take their running
  /// statistics and leave them as they are. Values keep their places; an output that was erased is what it was made of.
  package func forInference() -> Computation {
    var result = self
    // What each value is read as; an operation that is erased is its input.
    var replacements = nodes.indices.map(Value.init)
    for index in nodes.indices {
      guard case .operation(let operation, let operands) = nodes[index].origin else { continue }
      let renamed = operands.map { replacements[$0.index] }
      switch operation.inference {
      case .same: result.nodes[index].origin = .operation(operation, renamed)
      case .operation(let other): result.nodes[index].origin = .operation(other, renamed)
      case .input: replacements[index] = renamed.input
      }
    }
    result.outputs = outputs.map { replacements[$0.index] }
    return result
  }
}
