import Testing

@testable import Tensors

/// Gradients of whole computations: what is summed, what is left out, and what training makes of a trace.
@Suite("Gradients of computations")
struct ComputationGradientTests {
  private static let labels = Tensor([1, 0])

  /// Two linear layers that share their weight, `x + W·relu(W·x)`, behind a cross entropy.
  private static func shared() -> Computation {
    Computation.tracing([[2, 3]]) { inputs, trace in
      let weight = trace.parameter("weight", .weight, Tensor([0.5, -1, 2, 1, 0.25, -0.5, 3, 1, 1], shape: [3, 3]))
      let hidden = Operations.Activate(.relu)(Operations.Linear()(inputs[0], weight: weight))
      let sum = Operations.Add()(inputs[0], Operations.Linear()(hidden, weight: weight))
      return [Operations.CrossEntropy()(sum, labels)]
    }
  }

  private func value(ofParameter path: String, in computation: Computation) -> Computation.Value? {
    computation.nodes.indices.map(Computation.Value.init).first {
      if case .parameter(let parameter) = computation[$0].origin { parameter.path == path } else { false }
    }
  }

  @Test func whatIsReadTwiceGetsTheSum() throws {
    let computation = Self.shared()
    let weight = try #require(value(ofParameter: "weight", in: computation))
    let made = try computation.gradient(of: computation.outputs[0], withRespectTo: [weight, computation.inputs[0]])
    let gradients = try made.gradients.map { try #require($0) }
    var complete = made.computation
    complete.outputs += gradients
    let input = DoubleTensor([0.3, -0.2, 1, 0.7, 0.1, -0.4], shape: [2, 3])
    guard case .parameter(let parameter) = computation[weight].origin else { return }
    let tensor = DoubleTensor(converting: parameter.value)
    let values = complete.plain([input], parameters: ["weight": tensor])
    for index in 0..<9 {
      func loss(_ distance: Double) -> Double {
        var moved = tensor
        moved.withUnsafeMutableBufferPointer { $0[index] += distance }
        return computation.plain([input], parameters: ["weight": moved])[0].elements[0]
      }
      #expect(abs((loss(1e-6) - loss(-1e-6)) / 2e-6 - values[1].elements[index]) < 1e-8)
    }
    #expect(values[2].shape == [2, 3])
    // In single precision the gradient is the same but for rounding.
    let single = complete.plain([Tensor(input.elements.map { Float($0) }, shape: [2, 3])])
    for (found, expected) in zip(single[1].elements, values[1].elements) {
      #expect(abs(Double(found) - expected) < 1e-5)
    }
  }

  @Test func onlyWhatIsWantedIsMade() throws {
    let computation = Computation.tracing([[2, 3]]) { inputs, trace in
      let first = trace.parameter("first", .weight, Tensor(repeating: 0.5, shape: [4, 3]))
      let second = trace.parameter("second", .weight, Tensor(repeating: 0.5, shape: [2, 4]))
      let hidden = trace.labelled(.init(path: "first")) { Operations.Linear()(inputs[0], weight: first) }
      let scores = trace.labelled(.init(path: "second")) { Operations.Linear()(hidden, weight: second) }
      return [Operations.CrossEntropy()(scores, Self.labels), trace.parameter("unused", .weight, Tensor([1, 2]))]
    }
    let second = try #require(value(ofParameter: "second", in: computation))
    let made = try computation.gradient(
      of: computation.outputs[0], withRespectTo: [second, computation.outputs[1]])
    #expect(made.gradients[0] != nil && made.gradients[1] == nil)
    let added = made.computation.nodes.dropFirst(computation.nodes.count)
    // The loss's gradient and the weight's; none by what the second layer reads.
    let names = added.compactMap { if case .operation(let operation, _) = $0.origin { operation.name } else { nil } }
    #expect(names == ["CrossEntropyGradient", "LinearWeightGradient"])
    #expect(added.last?.label?.path == "second")
    #expect(made.computation.outputs == computation.outputs && made.computation.inputs == computation.inputs)
  }

  @Test func whatHasNoGradientIsAnError() throws {
    let vector = Computation.tracing([[2, 3]]) { inputs, _ in inputs }
    #expect(throws: GradientError.notScalar(shape: [2, 3])) {
      try vector.gradient(of: vector.outputs[0], withRespectTo: vector.inputs)
    }
    let computation = Self.shared()
    let made = try computation.gradient(of: computation.outputs[0], withRespectTo: computation.inputs)
    var second = made.computation
    let gradient = try #require(made.gradients[0])
    second = Computation(nodes: second.nodes, inputs: second.inputs, outputs: [gradient])
    let trace = Trace(continuing: second)
    let scalar = Operations.MeanSquaredError()(trace.tensor(gradient.index), trace.inputs[0])
    second = trace.computation(outputs: [scalar])
    #expect(throws: GradientError.noRule(operation: "LinearInputGradient", path: nil)) {
      try second.gradient(of: second.outputs[0], withRespectTo: second.inputs)
    }
  }

  @Test func trainingMovesStatistics() throws {
    let channels = [2]
    let computation = Computation.tracing([[2, 2, 1, 2]]) { inputs, trace in
      let mean = trace.parameter("running_mean", .runningMean, Tensor([1, -1]))
      let variance = trace.parameter("running_var", .runningVariance, Tensor(repeating: 2, shape: channels))
      return [
        trace.labelled(.init(path: "bn")) {
          Operations.BatchNorm(epsilon: 0, momentum: 0.1)(inputs[0], mean: mean, variance: variance)
        }
      ]
    }
    let input = DoubleTensor([1, 3, 0, 0, 5, 7, 2, 2], shape: [2, 2, 1, 2])
    let training = computation.forTraining(seed: 0)
    #expect(training.step == nil && training.computation.updates.count == 2)
    var complete = training.computation
    complete.outputs += training.computation.updates.map(\.value)
    let values = complete.plain([input])
    // Channel means are 4 and 1, biased variances 5 and 1, unbiased ones 20/3 and 4/3.
    let root = 5.0.squareRoot()
    for (found, expected) in zip(
      values[0].elements, [-3 / root, -1 / root, -1, -1, 1 / root, 3 / root, 1, 1])
    {
      #expect(abs(found - expected) < 1e-12)
    }
    for (found, expected) in zip(values[1].elements + values[2].elements, [1.3, -0.8, 1.8 + 2.0 / 3, 1.8 + 2 / 15.0]) {
      #expect(abs(found - expected) < 1e-12)
    }
    // Frozen, it is what it is at inference.
    let frozen = computation.forTraining(seed: 0) { $0 == "bn" }
    #expect(frozen.computation.updates.isEmpty)
    #expect(frozen.computation.plain([input]) == computation.forInference().plain([input]))
  }

  /// A spectral norm iterates once in each use of its weight, on from the last, unless it is frozen.
  @Test func trainingMovesSingularVectors() throws {
    let computation = Computation.tracing([[1, 2]]) { inputs, trace in
      let weight = trace.parameter("weight_orig", .weight, Tensor([3, 0, 0, 1], shape: [2, 2]))
      let u = trace.parameter("weight_u", .singularVector, Tensor([0.6, 0.8]))
      let v = trace.parameter("weight_v", .singularVector, Tensor([0, 1]))
      return ["a", "b"].reduce(inputs) { values, path in
        trace.labelled(.init(path: path)) {
          [Operations.Linear()(values[0], weight: Operations.SpectralNorm(dimension: 0)(weight, u, v))]
        }
      }
    }
    let training = computation.forTraining(seed: nil).computation
    #expect(training.updates.map { training.path(of: $0.parameter) } == ["weight_u", "weight_v"])
    var complete = training
    complete.outputs += training.updates.map(\.value)
    let found = complete.plain([DoubleTensor([1, 1], shape: [1, 2])])
    // Each half of an iteration triples the first element beside the second.
    func unit(_ x: Double, _ y: Double) -> [Double] { [x, y].map { $0 / (x * x + y * y).squareRoot() } }
    func sigma(_ u: [Double], _ v: [Double]) -> Double { 3 * u[0] * v[0] + u[1] * v[1] }
    let start = [Double(Float(0.6)), Double(Float(0.8))]
    let vectors = [1, 3, 9, 27, 81].map { unit($0 * start[0], start[1]) }
    let scale = 1 / (sigma(vectors[2], vectors[1]) * sigma(vectors[4], vectors[3]))
    let expected = [9 * scale, scale] + vectors[4] + vectors[3]
    for (found, expected) in zip(found.flatMap(\.elements), expected) { #expect(abs(found - expected) < 1e-14) }
    // A use that is frozen takes the vectors as they are.
    let frozen = computation.forTraining(seed: nil) { _ in true }.computation
    #expect(frozen.updates.isEmpty)
    let input = Tensor([1, 1], shape: [1, 2])
    #expect(frozen.plain([input]) == computation.plain([input]))
  }

  @Test func masksFollowFromTheStep() throws {
    let shape = [50, 20]
    let computation = Computation.tracing([shape]) { inputs, _ in
      [Operations.Dropout(rate: 0.3)(inputs[0]), Operations.DropPath(rate: 0.3)(inputs[0])]
    }
    let training = computation.forTraining(seed: 3).computation
    #expect(training.inputs.count == 2)
    let ones = Tensor(repeating: 1, shape: shape)
    func values(_ step: Int) -> [[Float]] { training.plain([ones, StepNumber.tensor(step)]).map(\.elements) }
    let first = values(7)
    #expect(first == values(7) && first != values(8) && first != values(7 + 1 << 24))
    let kept: Float = 1 / 0.7
    for elements in first {
      #expect(Set(elements) == [0, kept])
      let share = Double(elements.filter { $0 == 0 }.count) / 1000
      #expect(abs(share - 0.3) < (elements == first[0] ? 0.05 : 0.2))
    }
    // An image is dropped as a whole.
    for image in 0..<50 { #expect(Set(first[1][image * 20..<(image + 1) * 20]).count == 1) }
    // Nothing is left of what drops nothing.
    let none = Computation.tracing([shape]) { inputs, _ in [Operations.Dropout(rate: 0)(inputs[0])] }
    #expect(none.forTraining(seed: 3).computation.inputs.count == 1)
  }
}
