import Kernels
import Tensors

/// An arena and threads: what one run of a plan at a time needs beside the plan.
///
/// Unchecked because its memory is written by the threads of the one run that a session does at a time.
final class Session: @unchecked Sendable {
  let arena: MemoryRegion
  let team: ThreadTeam
  private let run: Run
  private let walk: (TeamMember) -> Void

  /// A session for the steps of a plan.
  ///
  /// - Throws: `AllocationError` if the system refuses the arena.
  init(_ table: StepTable, arenaCount: Int, threads: Int) throws(AllocationError) {
    arena = try MemoryRegion(count: arenaCount)
    team = ThreadTeam(count: threads)
    let run = Run(table, OperandTables(threads: team.count, operands: table.operandCount))
    self.run = run
    // Made once, for a closure is memory too.
    walk = { member in run.walk(member) }
  }

  /// Runs the steps on the caller's inputs and outputs. To `times`, an element for each step, the nanoseconds are added
  /// that the steps take.
  func run(
    rounds: Rounds, on numbers: PlanNumbers, inputs: UnsafePointer<UnsafePointer<Float>>,
    outputs: UnsafePointer<UnsafeMutablePointer<Float>>, times: UnsafeMutablePointer<UInt64>? = nil
  ) {
    (run.rounds, run.times) = (rounds, times)
    run.memory = StepMemory(arena: arena.start, numbers: numbers, inputs: inputs, outputs: outputs)
    team.run(walk)
    (run.memory, run.times) = (nil, nil)
  }
}

/// What the threads of a run are told.
///
/// Unchecked because it changes only between runs.
private final class Run: @unchecked Sendable {
  var rounds = Rounds.none
  var memory: StepMemory?
  var times: UnsafeMutablePointer<UInt64>?
  private let steps: StepTable
  private let tables: OperandTables

  init(_ steps: StepTable, _ tables: OperandTables) {
    self.steps = steps
    self.tables = tables
  }

  /// A thread's way through all steps.
  func walk(_ member: TeamMember) {
    guard let memory else { return }
    for round in 0..<rounds.count { walk(0..<rounds.steps, round: round, memory, member) }
    walk(rounds.steps..<steps.entries.count, round: 0, memory, member)
  }

  private func walk(_ range: Range<Int>, round: Int, _ memory: StepMemory, _ member: TeamMember) {
    let times = member.worker.index == 0 ? times : nil
    var before = times == nil ? 0 : Clock.now
    let table = tables.table(of: member.worker)
    let (entries, all, kernels) = (steps.entries, steps.operands, steps.kernels)
    for index in range {
      let operands = memory.operands(of: entries[index], among: all, at: index, round: round, in: table)
      for phase in 0..<entries[index].phases {
        kernels[index].run(phase: phase, memory: operands, worker: member.worker)
        member.meet()
      }
      guard let times else { continue }
      let now = Clock.now
      times[index] += now - before
      before = now
    }
  }
}

/// For each thread room for the pointers to a step's operands, which are of no fixed number.
private final class OperandTables: Sendable {
  typealias Reads = UnsafeMutableBufferPointer<UnsafePointer<Float>>
  typealias Writes = UnsafeMutableBufferPointer<UnsafeMutablePointer<Float>>

  struct Table {
    let reads: Reads
    let writes: Writes
  }

  private let operands: Int
  private let pointers: UncheckedPointers

  /// Unchecked because each thread writes its own part.
  private struct UncheckedPointers: @unchecked Sendable {
    let reads: Reads
    let writes: Writes
  }

  init(threads: Int, operands: Int) {
    self.operands = operands
    let count = max(1, threads * operands)
    pointers = UncheckedPointers(reads: .allocate(capacity: count), writes: .allocate(capacity: count))
  }

  deinit {
    pointers.reads.deallocate()
    pointers.writes.deallocate()
  }

  func table(of worker: Worker) -> Table {
    let part = worker.index * operands..<(worker.index + 1) * operands
    return Table(reads: Reads(rebasing: pointers.reads[part]), writes: Writes(rebasing: pointers.writes[part]))
  }
}

/// The memory of a run.
///
/// Unchecked because it is pointers, which the threads of a run share.
private struct StepMemory: @unchecked Sendable {
  private let arena: UnsafeMutablePointer<Float>
  private let weights: UnsafePointer<Float>
  private let state: UnsafeMutablePointer<Float>
  private let sharedState: UnsafeMutablePointer<Float>?
  /// What steps pack their weights from, where any does in each run.
  private let sources: [KernelWeights?]?
  private let inputs: UnsafePointer<UnsafePointer<Float>>
  private let outputs: UnsafePointer<UnsafeMutablePointer<Float>>

  init(
    arena: UnsafeMutablePointer<Float>, numbers: PlanNumbers, inputs: UnsafePointer<UnsafePointer<Float>>,
    outputs: UnsafePointer<UnsafeMutablePointer<Float>>
  ) {
    self.arena = arena
    weights = UnsafePointer(numbers.weights.start)
    state = numbers.state.start
    sharedState = numbers.shared?.memory.start
    sources = numbers.sources
    self.inputs = inputs
    self.outputs = outputs
  }

  /// Where a step's operands lie in a round, noted in a thread's table.
  func operands(
    of step: StepTable.Entry, among operands: UnsafeBufferPointer<Step.Operand>, at index: Int, round: Int,
    in table: OperandTables.Table
  ) -> KernelMemory {
    for (place, operand) in step.reads.enumerated() {
      table.reads.initializeElement(at: place, to: source(operands[operand], round))
    }
    for (place, operand) in step.writes.enumerated() {
      table.writes.initializeElement(at: place, to: target(operands[operand], round))
    }
    return KernelMemory(
      reads: UnsafeBufferPointer(rebasing: table.reads[..<step.reads.count]),
      writes: UnsafeBufferPointer(rebasing: table.writes[..<step.writes.count]),
      weights: weights + step.weights, scratch: arena + step.scratch, source: sources?[index])
  }

  private var shared: UnsafeMutablePointer<Float> {
    guard let sharedState else { preconditionFailure("a plan without a shared state has a step on it") }
    return sharedState
  }

  private func source(_ operand: Step.Operand, _ round: Int) -> UnsafePointer<Float> {
    let offset = round * operand.roundStride
    switch operand.location {
    case .arena(let place): return UnsafePointer(arena + place + offset)
    case .state(let place): return UnsafePointer(state + place)
    case .shared(let place): return UnsafePointer(shared + place)
    case .input(let index): return inputs[index] + offset
    case .output(let index): return UnsafePointer(outputs[index])
    }
  }

  private func target(_ operand: Step.Operand, _ round: Int) -> UnsafeMutablePointer<Float> {
    switch operand.location {
    case .arena(let place): return arena + place + round * operand.roundStride
    case .state(let place): return state + place
    case .shared(let place): return shared + place
    case .output(let index): return outputs[index]
    case .input: preconditionFailure("a plan's step writes to what it may only read")
    }
  }
}
