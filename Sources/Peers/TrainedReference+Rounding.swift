import Interpreter
import Runtime
import Tensors
import Training

extension TrainedReference {
  /// Gradients may differ by this many times what rounding comes to at the peer itself, in a few draws of it.
  private static let roundingShare = 10.0

  /// How far a peer is from cnnc where rounding does not count: a relu has numbers on either side of 0, here or there, by
  /// rounding alone, and some steps later everything is another.
  ///
  /// - A gradient that is further off is judged in double precision, if rounding at the peer comes to a tenth of that.
  /// - A loss is judged by a step of cnnc's from the peer's own tensors and momenta before it, and so is a tensor by all of
  ///   the steps, where it may differ by ten times what rounding comes to in one: draws meet few of the relus that turn.
  ///
  /// - Throws: `PeerError` if files of the peer are missing, `InterpreterError`, `TrainedReference.Failure`.
  func judgedDifferences(
    from outcome: PeerOutcome, _ run: PeerRun, _ scope: NetworkVerification.Scope
  ) throws -> TrainingDifferences {
    var result = differences(from: outcome, scope)
    for index in result.gradients.indices {
      result.gradients[index].rounding = outcome.deviations["gradient:\(result.gradients[index].name)"]
    }
    let rounded = result.gradients.indices.filter { result.gradients[$0].isThroughRounding(Self.roundingShare) }
    if !rounded.isEmpty {
      let errors = try exactErrors(outcome)
      for index in rounded {
        guard let error = errors[result.gradients[index].name] else { continue }
        result.gradients[index].step = Difference.Step(error: error, limit: Difference.exactLimit)
      }
    }
    guard !(result.losses + result.tensors).allSatisfy(\.isWithin) else { return result }
    let steps = try steps(outcome, run)
    for index in result.losses.indices where index < steps.losses.count {
      result.losses[index].step = Difference.Step(error: steps.losses[index], limit: Difference.trainingLimit)
    }
    for index in result.tensors.indices {
      result.tensors[index].step = steps.tensors[result.tensors[index].name]
    }
    return result
  }

  /// How far gradients by their definitions are from the peer's, both in double precision.
  private func exactErrors(_ outcome: PeerOutcome) throws -> [String: Double] {
    let count = training.exactImages
    let (_, step) = try step(images: count)
    let exact = step.definedGradients(inputs.map { $0.first(count) }, labels: labels.first(count))
    let prefix = "exact:"
    let theirs = outcome.values.filter { $0.key.hasPrefix(prefix) }
    let least = Self.least(theirs)
    var result: [String: Double] = [:]
    for (name, tensor) in theirs {
      guard let own = exact[String(name.dropFirst(prefix.count))], own.shape == tensor.shape else { continue }
      result[String(name.dropFirst(prefix.count))] = Difference.error(tensor.elements, from: own.elements, least: least)
    }
    return result
  }

  /// Makes each step from the peer's tensors and momenta before it: how far the losses are, relative, and the tensors behind
  /// the step that is worst for them.
  private func steps(
    _ outcome: PeerOutcome, _ run: PeerRun
  ) throws -> (losses: [Double], tensors: [String: Difference.Step]) {
    let (network, step) = try step(images: inputs[0].shape[0])
    let state = try Self.translating { try TrainingState(network, settings: settings) }
    let plan = try Self.translating { try TrainingPlan(step, on: state, options) }
    let first = state.parameters
    let still = state.kept.mapValues { Tensor(zeros: $0.shape) }
    var losses: [Double] = []
    var tensors: [String: Difference.Step] = [:]
    for number in 1...training.steps where number <= outcome.losses.count {
      if number > 1 {
        let before = try PeerOutcome.tensors(at: run.path("\(PeerJob.File.tensors)\(number - 1).npz"))
        let momenta = try PeerOutcome.tensors(at: run.path("\(PeerJob.File.momenta)\(number - 1).npz"))
        let kept = Dictionary(uniqueKeysWithValues: momenta.map { ("\($0.key).momentum", $0.value) })
        try Self.translating {
          try state.load(
            parameters: first.merging(before) { $1 }, kept: still.merging(kept) { $1 })
        }
      }
      let loss = try Self.translating { try plan.step(inputs, labels: labels) }
      losses.append(Self.relative(Double(loss), outcome.losses[number - 1]))
      let behind = try PeerOutcome.tensors(at: run.path("\(PeerJob.File.tensors)\(number).npz"))
      let own = state.parameters
      let least = Self.least(own)
      for (name, theirs) in behind {
        guard let tensor = own[name], tensor.shape == theirs.shape else { continue }
        let rounding = outcome.deviations["step \(number):\(name)"] ?? 0
        let found = Difference.Step(
          error: Difference.error(tensor.elements, theirs.elements, least: least),
          limit: min(Difference.mostLimit, max(Difference.trainingLimit, Self.roundingShare * rounding)))
        if let known = tensors[name], known.error / known.limit >= found.error / found.limit { continue }
        tensors[name] = found
      }
    }
    return (losses, tensors)
  }
}

extension Difference {
  /// Whether more differs than is allowed, and not more than some times what rounding comes to.
  fileprivate func isThroughRounding(_ share: Double) -> Bool {
    !isWithin && shapes == nil && error <= share * (rounding ?? 0)
  }
}

extension Tensor {
  /// The first images of a batch.
  fileprivate func first(_ count: Int) -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    return Tensor(elements.prefix(count * size), shape: [count] + shape.dropFirst())
  }
}
