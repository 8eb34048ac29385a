import Kernels
import Tensors

/// Steps with their memory: where in the arena each value lies, and where each kernel's weights.
struct StepLayout: Sendable {
  private(set) var steps: [Step] = []
  /// What each step's weights are made from.
  let weights: [StepWeights?]
  private(set) var buffers: [PlannedBuffer] = []
  /// Floats.
  private(set) var arenaCount = 0
  private(set) var weightCount = 0
  private(set) var stateCount = 0
  /// Floats from the start of the state to each given tensor that steps read.
  private(set) var state: [Computation.Value: Int] = [:]

  init(
    _ drafts: [StepDraft], graph: FusedGraph, placement: Placement, rounds: Rounds, threads: Int,
    shared: StateDirectory = StateDirectory()
  ) {
    weights = drafts.map(\.weights)
    let lifetimes = Self.lifetimes(drafts, placement, rounds)
    let roots = lifetimes.keys.sorted { $0.index < $1.index }
    let roundLocal = Set(roots.filter { rounds.holds(lifetimes[$0]) })
    for root in roots {
      var maps = placement.slot(of: root).maps
      if roundLocal.contains(root) { maps.images = rounds.images }
      buffers.append(PlannedBuffer(value: root, count: maps.count, lifetime: lifetimes[root] ?? 0...0, offset: 0))
    }
    var scratch: [Int: Int] = [:]
    for (index, draft) in drafts.enumerated() {
      let count = draft.kernel.scratchCount(threads: threads)
      guard count > 0 else { continue }
      scratch[index] = buffers.count
      buffers.append(PlannedBuffer(value: nil, count: count, lifetime: index...index, offset: 0))
    }
    let arena = ArenaLayout(buffers.map { ArenaLayout.Buffer(count: $0.count, lifetime: $0.lifetime) })
    for index in buffers.indices { buffers[index].offset = arena.offsets[index] }
    arenaCount = arena.count

    let read = drafts.flatMap(\.reads).compactMap { if case .state(let value) = $0 { value } else { nil } }
    let constants = graph.isTraining ? read : graph.readConstants
    for value in Set(constants).sorted(by: { $0.index < $1.index }) {
      state[value] = stateCount
      stateCount = stateCount.saturatingAdded(BlockedMaps.roundedToLanes(graph.shape(of: value).saturatingProduct))
    }
    let offsets = Dictionary(uniqueKeysWithValues: zip(roots, buffers.map(\.offset)))
    for (index, draft) in drafts.enumerated() {
      let state = state
      let roundImages = index < rounds.steps ? rounds.images : 0
      func place(_ operand: StepDraft.Operand) -> Step.Operand {
        switch operand {
        case .value(let value):
          let slot = placement.slot(of: value)
          return Step.Operand(
            location: .arena((offsets[slot.root] ?? 0) + slot.offset),
            roundStride: roundLocal.contains(slot.root) ? 0 : roundImages * slot.maps.imageStride)
        case .input(let index):
          let image = graph.shape(of: graph.inputs[index]).dropFirst().reduce(1, *)
          return Step.Operand(location: .input(index), roundStride: roundImages * image)
        case .output(let index): return Step.Operand(location: .output(index))
        case .state(let value): return Step.Operand(location: .state(state[value] ?? 0))
        case .shared(let tensor): return Step.Operand(location: .shared(shared.places[tensor]?.lowerBound ?? 0))
        }
      }
      let step = Step(
        kernel: draft.kernel, reads: draft.reads.map(place), writes: draft.writes.map { place($0.operand) },
        weights: takeWeights(draft.kernel.weightCount), scratch: scratch[index].map { buffers[$0].offset } ?? 0,
        labels: draft.labels, shape: draft.shape, macs: draft.macs)
      steps.append(step)
    }
  }

  /// The layer whose value or scratch memory takes most of the arena.
  var largestLayer: String? {
    guard let buffer = buffers.max(by: { $0.count < $1.count }) else { return nil }
    return buffer.lifetime.lazy.compactMap { steps[$0].labels.first?.path }.first
  }

  private mutating func takeWeights(_ count: Int) -> Int {
    defer { weightCount = weightCount.saturatingAdded(BlockedMaps.roundedToLanes(count)) }
    return weightCount
  }

  /// From the first step that writes a part of each buffer to the last that reads one; from the first round on if it
  /// outlives the rounds.
  private static func lifetimes(
    _ drafts: [StepDraft], _ placement: Placement, _ rounds: Rounds
  ) -> [Computation.Value: ClosedRange<Int>] {
    var result: [Computation.Value: ClosedRange<Int>] = [:]
    for (index, draft) in drafts.enumerated() {
      for value in draft.operands.compactMap(\.value) {
        let root = placement.slot(of: value).root
        let first = result[root]?.lowerBound ?? index
        result[root] = first...index
      }
    }
    return result.mapValues { lifetime in
      lifetime.lowerBound < rounds.steps && !rounds.holds(lifetime) ? 0...lifetime.upperBound : lifetime
    }
  }
}

extension Rounds {
  /// Whether a lifetime ends with each round.
  func holds(_ lifetime: ClosedRange<Int>?) -> Bool { lifetime.map { $0.upperBound < steps } ?? false }
}

/// A stretch of the arena: a value's buffer, or a step's scratch memory.
struct PlannedBuffer: Hashable, Sendable {
  /// The value whose buffer it is; nil for scratch memory.
  var value: Computation.Value?
  /// Floats.
  var count: Int
  /// The steps during which it holds something.
  var lifetime: ClosedRange<Int>
  /// Floats from the arena's start.
  var offset: Int
}

extension StepBuilder {
  /// What is wrong with a layout of the steps: nothing, unless the planner made a mistake.
  func faults(in layout: StepLayout) -> [String] {
    PlanVerifier(
      drafts, placement: placement, rounds: rounds, buffers: layout.buffers, arenaCount: layout.arenaCount
    ).faults + stateFaults(in: drafts)
  }
}
