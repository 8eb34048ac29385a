extension Computation {
  /// The computation in training, and what it takes beside the network's inputs.
  package struct InTraining: Sendable {
    package var computation: Computation
    /// The input with the number of the step, `StepNumber`, behind the network's own; nil if nothing is random.
    package var step: Value?
    /// The value of each value of the original.
    fileprivate(set) package var values: [Value]
  }

  /// The computation in training: batch norms take the statistics of the batch and move the running ones, as `updates` say;
  /// dropout and stochastic depth draw masks by a seed, or keep everything without one.
  ///
  /// A batch norm without momentum is frozen: it takes its running statistics as they are. `isFrozen` says of which other
  /// layers that is so, by their paths.
  package func forTraining(seed: UInt64?, isFrozen: (String) -> Bool = { _ in false }) -> InTraining {
    let needsStep =
      seed != nil
      && nodes.contains {
        if case .operation(let operation, _) = $0.origin { operation.training.isRandom } else { false }
      }
    let trace = Trace(inputs: inputShapes + (needsStep ? [StepNumber.shape] : []))
    let step = needsStep ? trace.inputs.last : nil
    var tensors: [Tensor] = []
    var updates: [(parameter: Tensor, value: Tensor)] = []
    for node in nodes {
      trace.label = node.label
      let path = node.label?.path ?? ""
      switch node.origin {
      case .input(let index): tensors.append(trace.inputs[index])
      case .constant(let tensor): tensors.append(trace.constant(tensor))
      case .parameter(let parameter):
        tensors.append(trace.parameter(parameter.path, parameter.role, parameter.value))
      case .operation(let operation, let operands):
        let operands = operands.map { tensors[$0.index] }
        switch operation.training {
        case .same: tensors.append(operation(operands))
        case .mask(let rate, let isPerImage):
          guard let step, let seed, rate > 0 else { tensors.append(operands.input); continue }
          // Where a layer is shared, or a name missing, the place in the trace tells masks apart.
          let name = "\(path) \(tensors.count)"
          let mask = Operations.RandomMask(rate: rate, seed: seed, name: name, isPerImage: isPerImage)
          tensors.append(mask(operands.input, step))
        case .batchStatistics(let norm, let momentum):
          guard !isFrozen(path) else { tensors.append(operation(operands)); continue }
          let (result, moved) = norm.inTraining(operands, momentum: momentum)
          tensors.append(result)
          updates += moved
        }
      }
    }
    trace.label = nil
    var result = trace.computation(outputs: zip(outputs, outputShapes).map { tensors[$0.index].reshaped(to: $1) })
    let values = tensors.map(trace.value)
    result.updates = updates.map { Update(parameter: trace.value(of: $0.parameter), value: trace.value(of: $0.value)) }
    return InTraining(computation: result, step: step.map(trace.value), values: values)
  }
}

extension Computation {
  /// The weights and biases, which training moves, with their names.
  package var trainedParameters: [(path: String, value: Value)] {
    nodes.indices.compactMap { index in
      guard case .parameter(let parameter) = nodes[index].origin, [.weight, .bias].contains(parameter.role) else {
        return nil
      }
      return (parameter.path, Value(index: index))
    }
  }

  /// The name of a value, if it is a parameter.
  package func path(of value: Value) -> String? {
    if case .parameter(let parameter) = self[value].origin { parameter.path } else { nil }
  }
}

/// What an operation is in training.
package enum TrainingForm: Sendable {
  /// The operation as it is.
  case same
  /// A random mask, of elements or of whole images.
  case mask(rate: Double, isPerImage: Bool)
  /// A batch norm with its batch's statistics, which move the running ones.
  case batchStatistics(Operations.BatchNorm, momentum: Double)

  var isRandom: Bool {
    if case .mask(let rate, _) = self { rate > 0 } else { false }
  }
}

extension Operations.BatchNorm {
  /// The batch norm with its batch's statistics, and what its running ones become.
  fileprivate func inTraining(
    _ operands: Operands<Tensor>, momentum: Double
  ) -> (result: Tensor, moved: [(parameter: Tensor, value: Tensor)]) {
    let input = operands.input
    let mean = Operations.BatchMean()(input)
    let variance = Operations.BatchVariance()(input, mean: mean)
    var norm = self
    (norm.momentum, norm.isOfBatch) = (nil, true)
    let result = norm(input, weight: operands.weight, bias: operands.bias, mean: mean, variance: variance)
    var moved: [(parameter: Tensor, value: Tensor)] = []
    if let running = operands.mean {
      moved.append((running, Operations.RunningAverage(momentum: momentum)(running, mean)))
    }
    if let running = operands.variance {
      let count = Double(input.shape.saturatingProduct / max(1, input.shape[1]))
      let average = Operations.RunningAverage(momentum: momentum, factor: count / max(1, count - 1))
      moved.append((running, average(running, variance)))
    }
    return (result, moved)
  }
}
