import Runtime
import Tensors
import Training

/// Steps that are made anew where they are off: by definition, for other algorithms round more, and from points beside those that
/// a peer came to. Where a relu turns by rounding at one, others may at the next, and a fault is one at all of them.
extension TrainedReference {
  /// As many are tried.
  private static let points = 4

  /// Makes a step by definition, from the peer's tensors and momenta before it.
  func repeatDirectly(_ again: inout StepAgain, _ outcome: PeerOutcome, _ run: PeerRun) throws {
    let before = again.number > 1 ? try Self.tensors(before: again.number, run) : [:]
    try again.compare(
      values(from: before, in: again, run), with: theirs(in: again.number, outcome, run), .direct)
  }

  /// Makes a step by definition from points beside, here and at the peer, until each value was within its limit.
  func repeatBeside(_ again: inout StepAgain, _ run: PeerRun, _ job: PeerJob) throws {
    for seed in 0..<Self.points where !again.left.isEmpty {
      var job = job
      job.training?.point = PeerJob.Training.Point(step: again.number, seed: seed)
      let outcome = try run(job)
      var theirs = outcome.values
      theirs[StepAgain.loss] = outcome.losses.first.map { Tensor([Float($0)]) }
      let point = try PeerOutcome.tensors(at: run.path("\(PeerJob.File.point).npz"))
      try again.compare(values(from: point, in: again, run), with: theirs, .beside)
    }
  }

  /// What a step came to at the peer: the gradients of the first, the tensors behind it, the loss before it.
  func theirs(in number: Int, _ outcome: PeerOutcome, _ run: PeerRun) throws(PeerError) -> [String: Tensor] {
    var result = number == 1 ? outcome.values.filter { $0.key.hasPrefix("gradient:") } : [:]
    result.merge(Self.named("trained:", try Self.tensors(before: number + 1, run))) { $1 }
    result[StepAgain.loss] = Tensor([Float(outcome.losses[number - 1])])
    return result
  }

  /// What a step by definition makes of tensors and of the peer's momenta, what belongs together in one: the tensors behind it, the
  /// loss, and the gradients in it if they are asked for; by the names of the peer's values.
  private func values(from point: [String: Tensor], in again: StepAgain, _ run: PeerRun) throws -> [[String: Tensor]] {
    var options = options
    options.algorithm = .direct
    let maker = try StepMaker(self, options)
    try maker.load(point, again.number > 1 ? Self.momenta(before: again.number, run) : [:], before: again.number)
    let loss = Tensor([try maker.step()])
    var result = [[StepAgain.loss: loss], Self.named("trained:", maker.tensors)]
    if again.asksForGradients {
      let step = try step(images: inputs[0].shape[0], from: point).step
      result.append(
        Self.named("gradient:", try Self.translating { try step.plannedGradients(inputs, labels: labels, options) }))
    }
    return result
  }

  static func named(_ kind: String, _ tensors: [String: Tensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: tensors.map { (kind + $0.key, $0.value) })
  }

  /// The peer's tensors before a step behind the first.
  private static func tensors(before number: Int, _ run: PeerRun) throws(PeerError) -> [String: Tensor] {
    try PeerOutcome.tensors(at: run.path("\(PeerJob.File.tensors)\(number - 1).npz"))
  }

  /// The peer's momenta before a step behind the first.
  private static func momenta(before number: Int, _ run: PeerRun) throws(PeerError) -> [String: Tensor] {
    try PeerOutcome.tensors(at: run.path("\(PeerJob.File.momenta)\(number - 1).npz"))
  }

  /// Makes steps from tensors and momenta that it is given.
  struct StepMaker {
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

    /// Begins before a step from what the peer has there.
    func load(before number: Int, _ run: PeerRun) throws {
      let isFirst = number == 1
      try load(
        isFirst ? [:] : TrainedReference.tensors(before: number, run),
        isFirst ? [:] : TrainedReference.momenta(before: number, run), before: number)
    }

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
