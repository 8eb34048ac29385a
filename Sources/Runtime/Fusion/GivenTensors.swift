import Kernels
import Tensors

/// The tensors of a graph that are there before it runs: parameters, constants, and what operations make of those alone.
struct GivenTensors: Sendable {
  typealias Value = Computation.Value

  private enum Origin: Sendable {
    case constant(Tensor)
    case parameter(path: String, shape: [Int], value: Tensor?)
    /// Weights that are themselves computed.
    case computed(any Operation, Operands<Value>)
  }

  private var origins: [Value: Origin] = [:]

  /// Of a computation in training what is made of parameters is not there before: they move.
  init(_ computation: Computation, isTraining: Bool = false) {
    for (index, node) in computation.nodes.enumerated() {
      let value = Value(index: index)
      switch node.origin {
      case .input: break
      case .constant(let tensor): origins[value] = .constant(tensor)
      case .parameter(let parameter):
        origins[value] = .parameter(path: parameter.path, shape: parameter.value.shape, value: parameter.value)
      case .operation(let operation, let operands):
        let isGiven = operands.all.allSatisfy { origins[$0] != nil && !(isTraining && path(of: $0) != nil) }
        if isGiven { origins[value] = .computed(operation, operands) }
      }
    }
  }

  func contains(_ value: Value) -> Bool { origins[value] != nil }

  /// A given tensor's numbers.
  func tensor(of value: Value) -> Tensor {
    switch origins[value] {
    case .constant(let tensor): return tensor
    case .parameter(let path, _, let tensor):
      guard let tensor else { preconditionFailure("the plan has let go of the parameter '\(path)'") }
      return tensor
    case .computed(let operation, let operands): return operation.plain(operands.map(tensor))
    case nil: preconditionFailure("value \(value.index) is a weight, and is not there before the network runs")
    }
  }

  /// The name of a given tensor, if it is a parameter.
  func path(of value: Value) -> String? {
    if case .parameter(let path, _, _) = origins[value] { path } else { nil }
  }

  /// The same without the parameters' numbers, so that the memory they are in can go.
  var released: GivenTensors { mapParameters { _, _ in nil } }

  /// The same with other numbers for all parameters, by their paths; others may be among them.
  ///
  /// - Throws: `PlanError` if a parameter is missing or of another shape.
  func replacing(_ parameters: [String: Tensor]) throws(PlanError) -> GivenTensors {
    try mapParameters { path, shape throws(PlanError) in
      guard let tensor = parameters[path] else { throw .missingParameter(path) }
      guard tensor.shape == shape else { throw .parameterShape(path, expected: shape, found: tensor.shape) }
      return tensor
    }
  }

  private func mapParameters<Failure: Error>(
    _ transform: (_ path: String, _ shape: [Int]) throws(Failure) -> Tensor?
  ) throws(Failure) -> GivenTensors {
    var result = self
    for value in origins.keys.sorted(by: { $0.index < $1.index }) {
      guard case .parameter(let path, let shape, _) = origins[value] else { continue }
      result.origins[value] = .parameter(path: path, shape: shape, value: try transform(path, shape))
    }
    return result
  }
}

/// What a step's weights are made from: an operation's weights and the scalings that it took over.
struct StepWeights: Sendable {
  var operation: any Operation
  var operands: Operands<Computation.Value>
  var scalings: [FusedScaling]
  /// The channels of the output.
  var channels: Int

  /// The numbers that the step's kernel packs.
  func numbers(from given: GivenTensors) -> KernelWeights {
    let weights = operands.mapWeights(given.tensor)
    if let operation = operation as? any ChannelScalingOperation {
      let scaling = operation.scaling(weights, channels: channels)
      return KernelWeights(scale: scaling.scale.map { Float($0) }, bias: scaling.shift.map { Float($0) })
    }
    guard let scaling = scaling(from: given) else {
      return KernelWeights(weight: weights.weight, bias: weights.bias?.elements)
    }
    let biases = weights.bias?.doubles ?? Array(repeating: 0, count: channels)
    return KernelWeights(
      weight: weights.weight, scale: scaling.scale.map { Float($0) },
      bias: zip(biases, zip(scaling.scale, scaling.shift)).map { Float($0 * $1.0 + $1.1) })
  }

  /// What the scalings do together.
  private func scaling(from given: GivenTensors) -> ChannelScaling? {
    let all = scalings.map { $0.operation.scaling($0.weights.mapWeights(given.tensor), channels: channels) }
    guard let first = all.first else { return nil }
    return all.dropFirst().reduce(first) { $0.followed(by: $1) }
  }
}
