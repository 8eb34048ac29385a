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
  ///   the steps, where it may differ by ten times what rounding comes to in one.
  /// - What is off still is judged by the same step by definition, and from points beside: Winograd's method rounds more, and draws
  ///   of rounding meet few of the relus that turn.
  ///
  /// - Parameter job: What the outcome is of.
  /// - Throws: `PeerError` if the peer fails, or files of its are missing, `InterpreterError`, `TrainedReference.Failure`.
  func judgedDifferences(
    from outcome: PeerOutcome, _ run: PeerRun, _ job: PeerJob, _ scope: NetworkVerification.Scope
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
    if !result.gradients.allSatisfy(\.isWithin) {
      let off = result.gradients.filter { !$0.isWithin && $0.step == nil && $0.error.isFinite }
      let limits = Dictionary(uniqueKeysWithValues: off.map { ("gradient:\($0.name)", $0.limit) })
      let again = try stepAgain(1, limits: limits, outcome.values, run, job)
      for index in result.gradients.indices where result.gradients[index].step == nil {
        result.gradients[index].step = again["gradient:\(result.gradients[index].name)"]
      }
    }
    guard !(result.losses + result.tensors).allSatisfy(\.isWithin) else { return result }
    let steps = try judgedAgain(try steps(outcome, run), outcome, run, job)
    for index in result.losses.indices where index < steps.count {
      result.losses[index].step = steps[index][StepMaker.loss]
    }
    for index in result.tensors.indices {
      let name = "trained:\(result.tensors[index].name)"
      let steps = steps.compactMap { $0[name] }
      result.tensors[index].step = steps.max { $0.share < $1.share }
      result.tensors[index].step?.manner = steps.lazy.compactMap(\.manner).first
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

  /// Makes each step from the peer's tensors and momenta before it: how far the loss is, and the tensors behind the step, by the
  /// names of the peer's values.
  private func steps(_ outcome: PeerOutcome, _ run: PeerRun) throws -> [[String: Difference.Step]] {
    let maker = try StepMaker(self, options)
    var result: [[String: Difference.Step]] = []
    for number in 1...training.steps where number <= outcome.losses.count {
      if number > 1 {
        try maker.load(Self.tensors(before: number, run), Self.momenta(before: number, run), before: number)
      }
      let loss = Self.difference(step: number, Double(try maker.step()), outcome.losses[number - 1])
      var found = [StepMaker.loss: Difference.Step(error: loss.error, limit: loss.limit)]
      let behind = try Self.tensors(before: number + 1, run)
      let own = maker.tensors
      let least = Self.least(own)
      for (name, theirs) in behind {
        guard let tensor = own[name], tensor.shape == theirs.shape else { continue }
        let rounding = outcome.deviations["step \(number):\(name)"] ?? 0
        found["trained:\(name)"] = Difference.Step(
          error: Difference.error(tensor.elements, theirs.elements, least: least),
          limit: min(Difference.mostLimit, max(Difference.trainingLimit, Self.roundingShare * rounding)))
      }
      result.append(found)
    }
    return result
  }

  /// The peer's tensors before a step behind the first.
  static func tensors(before number: Int, _ run: PeerRun) throws(PeerError) -> [String: Tensor] {
    try PeerOutcome.tensors(at: run.path("\(PeerJob.File.tensors)\(number - 1).npz"))
  }

  /// The peer's momenta before a step behind the first.
  static func momenta(before number: Int, _ run: PeerRun) throws(PeerError) -> [String: Tensor] {
    try PeerOutcome.tensors(at: run.path("\(PeerJob.File.momenta)\(number - 1).npz"))
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
