import Tensors

/// A network with its loss and the gradients by all that moves: what a plan of training is made from.
///
/// Its inputs are the network's, then the number of the step if something is random, the labels, and `StepScalars`.
package struct TrainedComputation: Sendable {
  /// A parameter that moves, and the gradient by it.
  struct Gradient: Sendable {
    var path: String
    var parameter: Computation.Value
    var value: Computation.Value
  }

  /// The outputs are the loss, and what the network gives if that is asked for.
  package let computation: Computation
  let gradients: [Gradient]
  /// Whether there is an input with the number of the step.
  let isRandom: Bool
  /// Whether the loss is computed from the logits before a softmax, or its logarithm, that the network ends in.
  package let takesLogits: Bool
  /// The classes of the network, where labels are classes; nil otherwise.
  let classes: Int?

  /// - Parameters:
  ///   - network: The network for a batch of a size, as its author means it.
  ///   - factors: What the loss of each output counts: 1 for the network's own, less for auxiliary heads. What has none
  ///     does not count.
  ///   - loss: The loss of an output with the labels.
  ///   - labels: The shape of the labels, with the batch.
  ///   - settings: What moves.
  ///   - givesOutputs: Whether a step gives what the network gives, too.
  /// - Throws: `GradientError` if an operation on the way has no gradient.
  package init(
    _ network: Computation, factors: [Double] = [1], loss: Loss, labels: [Int], settings: TrainingSettings,
    givesOutputs: Bool = false
  ) throws(GradientError) {
    let training = network.forTraining(seed: settings.seed) { settings.frozenNorms.contains($0) }
    isRandom = training.step != nil
    let outputs = training.computation.outputs
    let heads = zip(outputs, factors).filter { $0.1 != 0 }.map { Computation.Head($0, factor: $1) }
    let lossy = training.computation.adding(loss, to: heads, labels: labels)
    takesLogits = lossy.takesLogits
    classes = loss.classes(of: training.computation.outputShapes.first ?? [], labels: labels)
    let trained = lossy.computation.trainedParameters.filter { !settings.rule(of: $0.path).isFrozen }
    let made = try lossy.computation.gradient(of: lossy.loss, withRespectTo: trained.map(\.value))
    gradients = zip(trained, made.gradients).compactMap { parameter, gradient in
      gradient.map { Gradient(path: parameter.path, parameter: parameter.value, value: $0) }
    }
    var computation = made.computation.addingInput(StepScalars.shape)
    computation.outputs = [lossy.loss] + (givesOutputs ? outputs : [])
    self.computation = computation
  }

  /// A norm that has a single value of each channel in a batch, of which there is no variance; nil if none has.
  package var normOfOneValue: Computation.Label? {
    for node in computation.nodes {
      guard case .operation(let operation, let operands) = node.origin, operation is Operations.BatchVariance,
        let label = node.label
      else { continue }
      let shape = computation[operands.input].shape
      if shape.saturatingProduct / max(1, shape[1]) == 1 { return label }
    }
    return nil
  }

  /// Whether a step moves nothing by a gradient, so that it learns nothing.
  package var learnsNothing: Bool { gradients.isEmpty }

  /// What moves without a gradient: running statistics, and singular vectors.
  var statistics: [Statistic] {
    computation.updates.compactMap { update in
      guard let path = computation.path(of: update.parameter) else { return nil }
      return Statistic(path: path, parameter: update.parameter, movement: movement(of: update))
    }
  }

  private func movement(of update: Computation.Update) -> Statistic.Movement {
    var averages: [(average: Operations.RunningAverage, batch: Computation.Value)] = []
    var value = update.value
    while case .operation(let operation, let operands) = computation[value].origin,
      let average = operation as? Operations.RunningAverage
    {
      averages.insert((average, operands.inputs[1]), at: 0)
      value = operands.inputs[0]
    }
    return value == update.parameter ? .averages(averages) : .replacement(update.value)
  }

  /// A parameter that moves without a gradient.
  struct Statistic: Sendable {
    /// How it moves.
    enum Movement: Sendable {
      /// Towards a batch's, and if a layer is used several times, that of each use.
      case averages([(average: Operations.RunningAverage, batch: Computation.Value)])
      /// A value takes its place.
      case replacement(Computation.Value)
    }

    var path: String
    var parameter: Computation.Value
    var movement: Movement
  }
}
