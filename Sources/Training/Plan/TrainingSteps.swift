import Kernels
import Runtime
import Tensors

/// The steps that move a state, behind a computation with gradients.
struct TrainingSteps {
  private(set) var steps: [StateStep] = []
  /// The parameters that move.
  private(set) var moved: Set<StateTensor> = []
  private let settings: TrainingSettings
  private let computation: Computation
  /// The input with the step's numbers.
  private let scalars: StateStep.Operand

  init(_ trained: TrainedComputation, settings: TrainingSettings) {
    self.settings = settings
    computation = trained.computation
    scalars = .input(computation.inputs.count - 1)
    if settings.parts > 1 { for gradient in trained.gradients { addSum(of: gradient) } }
    if let clipping = settings.clipping { addClipping(clipping, of: trained.gradients) }
    for gradient in trained.gradients { addMove(by: gradient) }
    for statistic in trained.statistics { add(statistic) }
  }

  private func count(_ parameter: Computation.Value) -> Int { computation[parameter].shape.reduce(1, *) }

  /// The layer of a parameter.
  private func label(_ parameter: Computation.Value, path: String) -> Computation.Label {
    computation[parameter].label ?? Computation.Label(path: path)
  }

  private mutating func addSum(of gradient: TrainedComputation.Gradient) {
    let sum = StateTensor.sum(of: gradient.path)
    steps.append(
      StateStep(
        GradientSumKernel(count: count(gradient.parameter), parts: settings.parts),
        reads: [scalars, .value(gradient.value), .state(sum)], writes: [sum],
        label: label(gradient.parameter, path: gradient.path)))
  }

  /// Where the gradient of the whole batch lies.
  private func whole(_ gradient: TrainedComputation.Gradient) -> StateStep.Operand {
    settings.parts > 1 ? .state(.sum(of: gradient.path)) : .value(gradient.value)
  }

  private mutating func addClipping(_ clipping: GradientClipping, of gradients: [TrainedComputation.Gradient]) {
    for gradient in gradients {
      steps.append(
        StateStep(
          SquareSumKernel(count: count(gradient.parameter)), reads: [whole(gradient)],
          writes: [.squares(of: gradient.path)], label: label(gradient.parameter, path: gradient.path)))
    }
    let parts = gradients.map { GradientClipping.parts(of: count($0.parameter)) }
    steps.append(
      StateStep(
        ClippingKernel(parts: parts, clipping: clipping), reads: gradients.map { .state(.squares(of: $0.path)) },
        writes: [.clipping]))
  }

  private mutating func addMove(by gradient: TrainedComputation.Gradient) {
    let (path, parameter) = (gradient.path, StateTensor(gradient.path))
    let optimizer = settings.optimizer(of: path)
    let kernel = MoveKernel(
      count: count(gradient.parameter), optimizer: optimizer, rateFactor: settings.rule(of: path).rateFactor,
      isClipped: settings.clipping != nil, average: settings.average)
    let slots = optimizer.slots.map { StateTensor(path, slot: $0.name) }
    let average = settings.average == nil ? [] : [StateTensor.average(of: path)]
    let clipping = settings.clipping == nil ? [] : [StateTensor.clipping]
    let kept = ([parameter] + slots + clipping + average).map { StateStep.Operand.state($0) }
    steps.append(
      StateStep(
        kernel, reads: [whole(gradient), scalars] + kept, writes: [parameter] + slots + average,
        label: label(gradient.parameter, path: path)))
    moved.insert(parameter)
  }

  private mutating func add(_ statistic: TrainedComputation.Statistic) {
    let (moving, count) = (StateTensor(statistic.path), count(statistic.parameter))
    let label = label(statistic.parameter, path: statistic.path)
    switch statistic.movement {
    case .averages(let batches):
      let average = settings.average == nil ? [] : [StateTensor.average(of: statistic.path)]
      let kernel = RunningAverageKernel(channels: count, averages: batches.map(\.average), average: settings.average)
      steps.append(
        StateStep(
          kernel, reads: batches.map { .value($0.batch) } + ([moving] + average).map { .state($0) },
          writes: [moving] + average, label: label))
    case .replacement(let value):
      steps.append(StateStep(CopyKernel(count: count), reads: [.value(value)], writes: [moving], label: label))
    }
    moved.insert(moving)
  }
}
