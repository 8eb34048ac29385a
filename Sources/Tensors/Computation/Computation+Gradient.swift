/// A computation with the operations that make a gradient behind its own.
package struct ComputationWithGradients: Sendable {
  package var computation: Computation
  /// The gradient by each value asked for, in the value's shape; nil where the scalar does not depend on the value.
  package var gradients: [Computation.Value?]
}

/// Why a computation has no gradient.
public enum GradientError: Error, Hashable, Sendable {
  /// The value is no scalar.
  case notScalar(shape: [Int])
  /// An operation on the way has no rule, as those that gradients are made of.
  case noRule(operation: String, path: String?)
}

extension GradientError: CustomStringConvertible {
  /// What has no gradient, and why.
  public var description: String {
    switch self {
    case .notScalar(let shape): "only a scalar has a gradient, and this value is \(shape)"
    case .noRule(let operation, let path): "there is no gradient of \(operation)" + (path.map { " in '\($0)'" } ?? "")
    }
  }
}

extension Computation {
  /// The computation, and behind its operations those that make the gradient of a scalar by values: inputs, parameters,
  /// or whatever it is made of. Existing values keep their places, and outputs stay what they are.
  ///
  /// Only what somebody wants is made: nothing below the lowest of the values. Where a value is read several times, the
  /// sum is made of all gradients at once. Each operation belongs to the layer whose gradient it makes.
  ///
  /// - Throws: `GradientError` if the value is no scalar, or depends on one of the values by way of an operation without
  ///   a rule.
  package func gradient(
    of scalar: Value, withRespectTo values: [Value]
  ) throws(GradientError) -> ComputationWithGradients {
    guard self[scalar].shape.saturatingProduct == 1 else { throw .notScalar(shape: self[scalar].shape) }
    let isWanted = dependents(of: values)
    let trace = Trace(continuing: self)
    let tensors = nodes.indices.map(trace.tensor)
    var parts: [Int: [Tensor]] = [:]
    // A value of the trace: what operations make of numbers would be made at once, in single precision.
    if isWanted[scalar.index] {
      parts[scalar.index] = [trace.constant(Tensor(repeating: 1, shape: self[scalar].shape))]
    }
    var gradients: [Int: Tensor] = [:]
    for index in stride(from: scalar.index, through: 0, by: -1) {
      guard let sum = parts.removeValue(forKey: index) else { continue }
      trace.label = nodes[index].label?.in(.backward)
      let gradient = sum.count == 1 ? sum[0] : trace.record(Operations.Add(), Operands(sum))
      gradients[index] = gradient
      guard case .operation(let operation, let operands) = nodes[index].origin else { continue }
      let wanted = operands.map { isWanted[$0.index] }
      guard wanted.all.contains(true) else { continue }
      let pullback = Pullback(
        gradient: gradient, result: tensors[index], operands: operands.map { tensors[$0.index] }, wanted: wanted)
      guard let made = operation.pullback(pullback) else {
        throw .noRule(operation: operation.name, path: nodes[index].label?.path)
      }
      func add(_ gradient: Tensor?, _ value: Value?) {
        guard let gradient, let value, isWanted[value.index] else { return }
        precondition(
          gradient.shape == self[value].shape,
          "\(operation.name) has a gradient of \(gradient.shape) by an operand of \(self[value].shape)")
        parts[value.index, default: []].append(gradient)
      }
      for (gradient, value) in zip(made.inputs, operands.inputs) { add(gradient, value) }
      add(made.weight, operands.weight)
      add(made.bias, operands.bias)
    }
    trace.label = nil
    let found = values.map { gradients[$0.index] }
    var result = trace.computation(outputs: found.compactMap { $0 })
    var made = result.outputs[...]
    (result.inputs, result.outputs, result.updates) = (inputs, outputs, updates)
    return ComputationWithGradients(
      computation: result, gradients: found.map { $0 == nil ? nil : made.popFirst() })
  }

  /// Which values are among the given ones or are made of one, directly or not.
  private func dependents(of values: [Value]) -> [Bool] {
    var result = Array(repeating: false, count: nodes.count)
    for value in values { result[value.index] = true }
    for (index, node) in nodes.enumerated() {
      if case .operation(_, let operands) = node.origin, operands.all.contains(where: { result[$0.index] }) {
        result[index] = true
      }
    }
    return result
  }
}
