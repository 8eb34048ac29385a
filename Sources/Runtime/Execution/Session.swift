import Kernels

/// An arena and threads: what one run of a plan at a time needs beside the plan.
///
/// Unchecked because its memory is written by the threads of the one run that a session does at a time.
final class Session: @unchecked Sendable {
  let arena: MemoryRegion
  let team: ThreadTeam
  private let run: Run
  private let walk: (TeamMember) -> Void

  init(arenaCount: Int, threads: Int) {
    arena = MemoryRegion(count: arenaCount)
    team = ThreadTeam(count: threads)
    let run = Run()
    self.run = run
    // Made once, for a closure is memory too.
    walk = { member in run.walk(member) }
  }

  /// Runs a plan's steps on the caller's inputs and outputs. To `times`, an element for each step, the nanoseconds are
  /// added that the steps take.
  func run(
    _ plan: ExecutionPlan, inputs: UnsafePointer<UnsafePointer<Float>>,
    outputs: UnsafePointer<UnsafeMutablePointer<Float>>, times: UnsafeMutablePointer<UInt64>? = nil
  ) {
    run.steps = plan.steps
    run.rounds = plan.rounds
    run.times = times
    run.memory = StepMemory(
      arena: arena.start, weights: UnsafePointer(plan.weights.start), inputs: inputs, outputs: outputs)
    team.run(walk)
    run.memory = nil
    run.times = nil
  }
}

/// What the threads of a run are told.
///
/// Unchecked because it changes only between runs.
private final class Run: @unchecked Sendable {
  var steps: [Step] = []
  var rounds = Rounds.none
  var memory: StepMemory?
  var times: UnsafeMutablePointer<UInt64>?

  /// A thread's way through all steps.
  func walk(_ member: TeamMember) {
    guard let memory else { return }
    steps.withUnsafeBufferPointer { steps in
      for round in 0..<rounds.count { walk(steps[..<rounds.steps], round: round, memory, member) }
      walk(steps[rounds.steps...], round: 0, memory, member)
    }
  }

  private func walk(
    _ steps: Slice<UnsafeBufferPointer<Step>>, round: Int, _ memory: StepMemory, _ member: TeamMember
  ) {
    let times = member.worker.index == 0 ? times : nil
    var before = times == nil ? 0 : Clock.now
    for index in steps.indices {
      let operands = memory.operands(of: steps[index], round: round)
      for phase in 0..<steps[index].kernel.phases {
        steps[index].kernel.run(phase: phase, memory: operands, worker: member.worker)
        member.meet()
      }
      guard let times else { continue }
      let now = Clock.now
      times[index] += now - before
      before = now
    }
  }
}

/// The memory of a run.
///
/// Unchecked because it is pointers, which the threads of a run share.
private struct StepMemory: @unchecked Sendable {
  let arena: UnsafeMutablePointer<Float>
  let weights: UnsafePointer<Float>
  let inputs: UnsafePointer<UnsafePointer<Float>>
  let outputs: UnsafePointer<UnsafeMutablePointer<Float>>

  /// Where a step's operands lie in a round.
  func operands(of step: Step, round: Int) -> KernelMemory {
    KernelMemory(
      input: source(step.input, round), second: step.second.map { source($0, round) },
      residual: step.residual.map { source($0, round) }, output: target(step.output, round),
      weights: weights + step.weights, scratch: arena + step.scratch)
  }

  private func source(_ operand: Step.Operand, _ round: Int) -> UnsafePointer<Float> {
    let offset = round * operand.roundStride
    switch operand.location {
    case .arena(let place): return UnsafePointer(arena + place + offset)
    case .weights(let place): return weights + place
    case .input(let index): return inputs[index] + offset
    case .output(let index): return UnsafePointer(outputs[index])
    }
  }

  private func target(_ operand: Step.Operand, _ round: Int) -> UnsafeMutablePointer<Float> {
    switch operand.location {
    case .arena(let place): return arena + place + round * operand.roundStride
    case .output(let index): return outputs[index]
    case .weights, .input: preconditionFailure("a plan's step writes to what it may only read")
    }
  }
}
