extension Computation {
  /// The computation in training, and what it takes beside the network's inputs.
  package struct InTraining: Sendable {
    package var computation: Computation
    /// The input with the number of the step, `StepNumber`, behind the network's own; nil if nothing is random.
    package var step: Value?
    /// The value of each value of the original.
    fileprivate(set) package var values: [Value]
  }

  /// The computation in training: batch norms take the statistics of the batch and move the running ones, spectral norms
  /// their singular vectors, as `updates` say; dropout and stochastic depth draw masks by a seed, or keep everything without
  /// one. A layer that is used several times moves what it has in each use, on from where the last left it.
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
    var movements = Movements()
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
          tensors.append(norm.inTraining(operands, momentum: momentum, &movements))
        case .singularVectors(let norm):
          tensors.append(isFrozen(path) ? operation(operands) : norm.inTraining(operands, &movements))
        }
      }
    }
    trace.label = nil
    var result = trace.computation(outputs: zip(outputs, outputShapes).map { tensors[$0.index].reshaped(to: $1) })
    let values = tensors.map(trace.value)
    result.updates = movements.all.map {
      Update(parameter: trace.value(of: $0.parameter), value: trace.value(of: $0.value))
    }
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
  /// A spectral norm whose vectors an iteration brings nearer to the weight's own first.
  case singularVectors(Operations.SpectralNorm)

  var isRandom: Bool {
    if case .mask(let rate, _) = self { rate > 0 } else { false }
  }
}

/// What has become so far of the parameters that a forward pass moves.
private struct Movements {
  /// A parameter once each, and what is to take its place.
  private(set) var all: [(parameter: Tensor, value: Tensor)] = []
  /// The places in the list, by the parameters' indices in the trace.
  private var places: [Int: Int] = [:]

  /// What a parameter is by now.
  func now(_ parameter: Tensor) -> Tensor {
    parameter.traced.flatMap { places[$0.index] }.map { all[$0].value } ?? parameter
  }

  mutating func move(_ parameter: Tensor, to value: Tensor) {
    guard let index = parameter.traced?.index else { return }
    if let place = places[index] {
      all[place].value = value
    } else {
      places[index] = all.count
      all.append((parameter, value))
    }
  }
}

extension Operations.BatchNorm {
  /// The batch norm with its batch's statistics, towards which the running ones move.
  fileprivate func inTraining(
    _ operands: Operands<Tensor>, momentum: Double, _ movements: inout Movements
  ) -> Tensor {
    let input = operands.input
    let mean = Operations.BatchMean()(input)
    let variance = Operations.BatchVariance()(input, mean: mean)
    var norm = self
    (norm.momentum, norm.isOfBatch) = (nil, true)
    if let running = operands.mean {
      movements.move(running, to: Operations.RunningAverage(momentum: momentum)(movements.now(running), mean))
    }
    if let running = operands.variance {
      let count = Double(input.shape.saturatingProduct / max(1, input.shape[1]))
      let average = Operations.RunningAverage(momentum: momentum, factor: count / max(1, count - 1))
      movements.move(running, to: average(movements.now(running), variance))
    }
    return norm(input, weight: operands.weight, bias: operands.bias, mean: mean, variance: variance)
  }
}

extension Operations.SpectralNorm {
  /// The norm with singular vectors that a power iteration has moved.
  fileprivate func inTraining(_ operands: Operands<Tensor>, _ movements: inout Movements) -> Tensor {
    let weight = operands.inputs[0]
    let v = Operations.SingularVector(.right, dimension: dimension)(weight, movements.now(operands.inputs[1]))
    let u = Operations.SingularVector(.left, dimension: dimension)(weight, v)
    movements.move(operands.inputs[1], to: u)
    movements.move(operands.inputs[2], to: v)
    return self(weight, u, v)
  }
}
