import Runtime
import Tensors

/// The memory of a step of training, without asking the system for any.
package struct TrainingMemory: Hashable, Sendable {
  /// Bytes of parameters and running statistics.
  package let parameters: Int
  /// Bytes of what is kept for them: the optimizer's slots, averages, sums of gradients.
  package let kept: Int
  /// Bytes of a batch with its labels.
  package let batch: Int
  /// The arena, in which forward and backward run.
  package let arena: ArenaUse

  /// All of it.
  package var total: Int {
    [parameters, kept, batch, arena.bytes, arena.constants].reduce(0) { $0.saturatingAdded($1) }
  }

  /// The memory of a step on a network.
  ///
  /// - Throws: `PlanError` if a value is too large.
  package init(
    _ trained: TrainedComputation, of network: Computation, settings: TrainingSettings, _ options: PlanOptions
  ) throws(PlanError) {
    let directory = StateDirectory(network.parameters, settings: settings)
    let steps = TrainingSteps(trained, settings: settings)
    arena = try ArenaUse(
      trained.computation, options, moves: StateMoves(directory, steps: steps.steps, moved: steps.moved))
    let size = MemoryLayout<Float>.stride
    let own = network.parameters.reduce(0) { $0.saturatingAdded($1.value.count) }
    parameters = own.saturatingMultiplied(by: size)
    kept = max(0, directory.count.saturatingMultiplied(by: size) - parameters)
    batch = trained.computation.inputShapes.reduce(0) { $0.saturatingAdded($1.saturatingProduct) }
      .saturatingMultiplied(by: size)
  }
}
