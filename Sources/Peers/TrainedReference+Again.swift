import Runtime
import Tensors
import Training

/// Steps that are judged anew where they are off: by definition, for other algorithms round more, and from points beside those that
/// a peer came to. Where a relu turns by rounding at one, others may at the next, and a fault is one at all of them.
extension TrainedReference {
  /// As many are tried.
  private static let points = 4

  /// Judges what is off in steps of the peer's anew.
  func judgedAgain(
    _ steps: [[String: Difference.Step]], _ outcome: PeerOutcome, _ run: PeerRun, _ job: PeerJob
  ) throws -> [[String: Difference.Step]] {
    var result = steps
    for index in steps.indices {
      let off = steps[index].filter { $0.value.share > 1 && $0.value.error.isFinite }
      if off.isEmpty { continue }
      let behind = try Self.tensors(before: index + 2, run).map { ("trained:\($0.key)", $0.value) }
      let theirs = [StepMaker.loss: Tensor([Float(outcome.losses[index])])]
        .merging(behind) { own, _ in own }
      let again = try stepAgain(index + 1, limits: off.mapValues(\.limit), theirs, run, job)
      result[index].merge(again) { $1 }
      // A fault is one whatever the other steps make.
      if result[index].values.contains(where: { $0.share > 1 }) { return result }
    }
    return result
  }

  /// Makes a step by definition, first from the peer's tensors before it, then from points beside, here and at the peer, until each
  /// of the gradients, tensors and the loss that are asked for was within its limit; by the names of the peer's values.
  ///
  /// - Parameter theirs: What the step came to at the peer, by the same names.
  func stepAgain(
    _ number: Int, limits: [String: Double], _ theirs: [String: Tensor], _ run: PeerRun, _ job: PeerJob
  ) throws -> [String: Difference.Step] {
    var left = limits
    var result: [String: Difference.Step] = [:]
    func compare(_ theirs: [String: Tensor], from point: [String: Tensor], _ manner: Difference.Step.Manner) throws {
      let gradients = left.keys.contains { $0.hasPrefix("gradient:") }
      for own in try values(from: point, before: number, gradients: gradients, run) {
        let least = Self.least(own)
        for (key, tensor) in own {
          guard let limit = left[key], let other = theirs[key], other.shape == tensor.shape else { continue }
          var step = Difference.Step(
            error: Difference.error(tensor.elements, other.elements, least: least), limit: limit)
          step.manner = manner
          if step.error < result[key]?.error ?? .infinity { result[key] = step }
          if step.error <= limit { left[key] = nil }
        }
      }
    }
    try compare(theirs, from: number > 1 ? Self.tensors(before: number, run) : [:], .direct)
    for seed in 0..<Self.points where !left.isEmpty {
      var job = job
      job.training?.point = PeerJob.Training.Point(step: number, seed: seed)
      let outcome = try run(job)
      var theirs = outcome.values
      theirs[StepMaker.loss] = outcome.losses.first.map { Tensor([Float($0)]) }
      try compare(theirs, from: PeerOutcome.tensors(at: run.path("\(PeerJob.File.point).npz")), .beside)
    }
    return result
  }

  /// What a step by definition makes of tensors and of the peer's momenta, what belongs together in one: the tensors behind it, the
  /// loss, and the gradients in it if they are asked for; by the names of the peer's values.
  private func values(
    from point: [String: Tensor], before number: Int, gradients: Bool, _ run: PeerRun
  ) throws -> [[String: Tensor]] {
    var options = options
    options.algorithm = .direct
    let maker = try StepMaker(self, options)
    try maker.load(point, number > 1 ? try Self.momenta(before: number, run) : [:], before: number)
    let loss = Tensor([try maker.step()])
    var result = [[StepMaker.loss: loss], Self.named("trained:", maker.tensors)]
    if gradients {
      let step = try step(images: inputs[0].shape[0], from: point).step
      result.append(
        Self.named("gradient:", try Self.translating { try step.plannedGradients(inputs, labels: labels, options) }))
    }
    return result
  }

  private static func named(_ kind: String, _ tensors: [String: Tensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: tensors.map { (kind + $0.key, $0.value) })
  }

  /// Makes steps from tensors and momenta that it is given.
  struct StepMaker {
    /// What the loss of a step is called among tensors.
    static let loss = "loss"

    private let reference: TrainedReference
    private let state: TrainingState
    private let plan: TrainingPlan
    private let first: [String: Tensor]
    private let still: [String: Tensor]

    /// - Throws: `InterpreterError`, `TrainedReference.Failure` if the network cannot be trained.
    init(_ reference: TrainedReference, _ options: PlanOptions) throws {
      self.reference = reference
      let (network, step) = try reference.step(images: reference.inputs[0].shape[0])
      (state, plan) = try translating {
        let state = try TrainingState(network, settings: reference.settings)
        return (state, try TrainingPlan(step, on: state, options))
      }
      first = state.parameters
      still = state.kept.mapValues { Tensor(zeros: $0.shape) }
    }

    /// The tensors behind the last step.
    var tensors: [String: Tensor] { state.parameters }

    /// Begins before a step from tensors and momenta by the tensors' names; those that are missing are the first, and 0.
    func load(_ tensors: [String: Tensor], _ momenta: [String: Tensor], before number: Int) throws {
      let kept = Dictionary(uniqueKeysWithValues: momenta.map { ("\($0.key).momentum", $0.value) })
      try translating {
        try state.load(parameters: first.merging(tensors) { $1 }, kept: still.merging(kept) { $1 })
      }
      // Before the first there are no momenta.
      state.step = number - 1
    }

    /// Makes a step; the loss before it.
    @discardableResult func step() throws -> Float {
      try translating { try plan.step(reference.inputs, labels: reference.labels) }
    }
  }
}
