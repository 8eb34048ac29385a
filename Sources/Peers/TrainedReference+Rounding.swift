import Interpreter
import Runtime
import Tensors
import Training

extension TrainedReference {
  /// Values may differ by this many times what rounding comes to at the peer itself, in a few draws of it.
  private static let roundingShare = 10.0

  /// How far a peer is from cnnc where rounding does not count: a relu has numbers on either side of 0, here or there, by
  /// rounding alone, and some steps later everything is another. What is off is judged by steps of cnnc's from the peer's own
  /// tensors and momenta before each, and what is off still in those, one after the other
  ///
  /// - by the same step by definition: Winograd's method rounds more, and so turns more relus;
  /// - by what rounding comes to at the peer in that step, a tensor within ten times of that, a gradient in double precision;
  /// - by the step from points beside, for draws of rounding meet few of the relus that turn.
  ///
  /// - Parameters:
  ///   - differences: How far the peer is.
  ///   - job: What the outcome is of.
  /// - Throws: `PeerError` if the peer fails, or files of its are missing, `InterpreterError`, `TrainedReference.Failure`.
  func judged(
    _ differences: TrainingDifferences, of outcome: PeerOutcome, _ run: PeerRun, _ job: PeerJob
  ) throws -> TrainingDifferences {
    var steps = try plannedSteps(differences, outcome, run)
    for index in steps.indices where !steps[index].left.isEmpty {
      try repeatDirectly(&steps[index], outcome, run)
    }
    var result = differences
    let roundings = try roundings(in: steps.filter(\.isOffByTensors), run, job)
    if let roundings { try judgeByRounding(&steps, &result.gradients, roundings) }
    for index in steps.indices where !steps[index].left.isEmpty {
      try repeatBeside(&steps[index], run, job)
      // A fault is one whatever the other steps make.
      if !steps[index].left.isEmpty { break }
    }
    for index in result.losses.indices { result.losses[index].step = steps.step(index + 1)?.closest[StepAgain.loss] }
    for index in result.gradients.indices {
      result.gradients[index].step = steps.step(1)?.closest["gradient:\(result.gradients[index].name)"]
    }
    for index in result.tensors.indices {
      let found = steps.compactMap { $0.closest["trained:\(result.tensors[index].name)"] }
      result.tensors[index].step = found.max { $0.share < $1.share }
      result.tensors[index].step?.manner = found.lazy.compactMap(\.manner).first
    }
    return result
  }

  /// Makes the steps that something is off in or behind from the peer's tensors and momenta before each, as they are planned.
  private func plannedSteps(
    _ differences: TrainingDifferences, _ outcome: PeerOutcome, _ run: PeerRun
  ) throws -> [StepAgain] {
    let gradients = differences.gradients.filter(\.isOff).map { "gradient:\($0.name)" }
    let tensors = differences.tensors.filter(\.isOff).map { "trained:\($0.name)" }
    let losses = differences.losses.map(\.isOff)
    let maker = tensors.isEmpty && !losses.contains(true) ? nil : try StepMaker(self, options)
    var result: [StepAgain] = []
    for number in 1...training.steps where number <= outcome.losses.count {
      let loss = number <= losses.count && losses[number - 1] ? [StepAgain.loss] : []
      var again = StepAgain(number, off: tensors + loss + (number == 1 ? gradients : []))
      if let maker, !(tensors + loss).isEmpty {
        try maker.load(before: number, run)
        let made = [[StepAgain.loss: Tensor([try maker.step()])], Self.named("trained:", maker.tensors)]
        try again.compare(made, with: theirs(in: number, outcome, run), nil)
      }
      result.append(again)
    }
    return result
  }

  /// What rounding comes to at the peer in steps; nil if there are none.
  private func roundings(in steps: [StepAgain], _ run: PeerRun, _ job: PeerJob) throws -> PeerOutcome? {
    if steps.isEmpty { return nil }
    var job = job
    job.training?.roundedSteps = steps.map(\.number)
    job.training?.exactImages = steps.contains(where: \.asksForGradients) ? exactImages : 0
    return try run(job)
  }

  /// Judges tensors and gradients that are off by what rounding comes to.
  private func judgeByRounding(
    _ steps: inout [StepAgain], _ gradients: inout [Difference], _ roundings: PeerOutcome
  ) throws {
    for index in steps.indices {
      for name in steps[index].left.keys where name.hasPrefix("trained:") {
        let rounding = roundings.deviations["step \(steps[index].number):\(name.dropFirst("trained:".count))"] ?? 0
        steps[index].allow(min(Difference.mostLimit, Self.roundingShare * rounding), of: name)
      }
    }
    var rounded: Set<String> = []
    for index in gradients.indices where steps[0].left["gradient:\(gradients[index].name)"] != nil {
      gradients[index].rounding = roundings.deviations["gradient:\(gradients[index].name)"]
      if gradients[index].error <= Self.roundingShare * (gradients[index].rounding ?? 0) {
        rounded.insert(gradients[index].name)
      }
    }
    if rounded.isEmpty { return }
    for (name, error) in try exactErrors(roundings) where rounded.contains(name) {
      steps[0].decide(Difference.Step(error: error, limit: Difference.exactLimit), of: "gradient:\(name)")
    }
  }

  /// How far gradients by their definitions are from the peer's, both in double precision.
  private func exactErrors(_ outcome: PeerOutcome) throws -> [String: Double] {
    let (_, step) = try step(images: exactImages)
    let exact = step.definedGradients(inputs.map { $0.first(exactImages) }, labels: labels.first(exactImages))
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
}

extension Difference {
  /// Whether something is off that is compared by numbers.
  fileprivate var isOff: Bool { !isWithin && shapes == nil && error.isFinite }
}

extension [StepAgain] {
  fileprivate func step(_ number: Int) -> StepAgain? { first { $0.number == number } }
}

extension Tensor {
  /// The first images of the batch.
  fileprivate func first(_ count: Int) -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    return Tensor(elements.prefix(count * size), shape: [count] + shape.dropFirst())
  }
}
