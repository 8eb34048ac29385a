import Kernels
import Tensors

/// The numbers of a plan, beside its steps, which have none: packed weights, and the state that outlives runs.
///
/// Steps read and write the state in place, in row-major order. At inference it holds the parameters and constants that
/// flow into operations as maps do, and steps only read it.
final class PlanNumbers: Sendable {
  let weights: MemoryRegion
  let state: MemoryRegion
  /// What steps pack their weights from in each run, nil for those that find them packed; nil if all do.
  let sources: [KernelWeights?]?
  /// What plans of one network in training share; nil at inference.
  let shared: SharedState?

  /// A state of zeros, without weights.
  ///
  /// - Throws: `AllocationError` if the system refuses the memory.
  init(stateCount: Int) throws(AllocationError) {
    weights = try MemoryRegion(count: 0)
    state = try MemoryRegion(count: stateCount)
    (sources, shared) = (nil, nil)
  }

  /// Packs the weights of all steps and fills the state, shared by the threads of a team.
  ///
  /// - Throws: `PlanError.outOfMemory` if the system refuses the memory.
  init(
    _ layout: StepLayout, given: GivenTensors, team: ThreadTeam, shared: SharedState? = nil
  ) throws(PlanError) {
    self.shared = shared
    let weights: MemoryRegion
    let state: MemoryRegion
    do throws(AllocationError) {
      weights = try MemoryRegion(count: layout.weightCount)
      state = try MemoryRegion(count: layout.stateCount)
    } catch {
      let largest = layout.steps.indices.max {
        layout.steps[$0].kernel.weightCount < layout.steps[$1].kernel.weightCount
      }
      let weight = largest.flatMap { layout.weights[$0]?.operands.weight }
      throw .outOfMemory("the packed weights", largest: weight.flatMap { given.path(of: $0) }, error)
    }
    let numbers = layout.weights.map { $0?.numbers(from: given) }
    let sources = zip(layout.steps, numbers).map { $0.kernel.weightCount > 0 ? nil : $1 }
    self.sources = sources.contains { $0 != nil } ? sources : nil
    (self.weights, self.state) = (weights, state)
    for (value, offset) in layout.state {
      given.tensor(of: value).withUnsafeBufferPointer { elements in
        guard let start = elements.baseAddress else { return }
        (state.start + offset).update(from: start, count: elements.count)
      }
    }
    team.run { member in
      for (step, numbers) in zip(layout.steps, numbers) where step.kernel.weightCount > 0 {
        guard let numbers else { continue }
        step.kernel.pack(numbers, into: weights.start + step.weights, worker: member.worker)
        member.meet()
        // A file's weights need not be in memory twice.
        if member.worker.index == 0 { numbers.weight?.forget() }
      }
    }
  }
}
