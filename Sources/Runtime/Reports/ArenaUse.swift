import Kernels
import Tensors

/// What a plan's memory would be, without asking the system for any: the arena, and what fills it where it is fullest.
package struct ArenaUse: Hashable, Sendable {
  /// Bytes of the arena.
  package var bytes = 0
  /// Bytes that are in use at the fullest step: of gradients by parameters, of memory that kernels need while they run, and
  /// of everything else, values and their gradients.
  package var gradients = 0
  package var scratch = 0
  package var values = 0
  /// The layer of that step, and what is done for it.
  package var fullest: Computation.Label?
  /// Bytes of packed weights and constants.
  package var constants = 0

  /// The use of a computation in training.
  ///
  /// - Throws: `PlanError` if a value is too large, or there is no memory for one.
  package init(_ computation: Computation, _ options: PlanOptions, moves: StateMoves) throws(PlanError) {
    let builder = try StepBuilder(computation, options, moves: moves)
    let layout = StepLayout(
      builder.drafts, graph: builder.graph, placement: builder.placement, rounds: builder.rounds,
      threads: options.threads ?? ThreadCount.standard, shared: moves.directory)
    let size = MemoryLayout<Float>.stride
    bytes = layout.arenaCount.saturatingMultiplied(by: size)
    constants = (layout.weightCount.saturatingAdded(layout.stateCount)).saturatingMultiplied(by: size)
    let kept = Set(builder.graph.kept.values.map { builder.placement.slot(of: $0).root })
    // What lives at each step changes where a buffer begins and behind where it ends.
    var changes = Array(repeating: 0, count: layout.steps.count + 1)
    for buffer in layout.buffers {
      changes[buffer.lifetime.lowerBound] += buffer.count
      changes[buffer.lifetime.upperBound + 1] -= buffer.count
    }
    var (live, most, place) = (0, 0, 0)
    for index in layout.steps.indices {
      live += changes[index]
      if live > most { (most, place) = (live, index) }
    }
    guard layout.steps.indices.contains(place) else { return }
    fullest = layout.steps[place].labels.first
    for buffer in layout.buffers where buffer.lifetime.contains(place) {
      switch buffer.value {
      case nil: scratch += buffer.count * size
      case let value? where kept.contains(value): gradients += buffer.count * size
      default: values += buffer.count * size
      }
    }
  }
}
