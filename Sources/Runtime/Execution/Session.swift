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

  /// Runs steps on the caller's inputs and outputs. `times`, with an element for each step and one more, gets the
  /// clock's readings before each step and after the last.
  func run(
    _ steps: [Step], weights: MemoryRegion, inputs: UnsafePointer<UnsafePointer<Float>>,
    outputs: UnsafePointer<UnsafeMutablePointer<Float>>, times: UnsafeMutablePointer<UInt64>? = nil
  ) {
    run.steps = steps
    run.times = times
    run.memory = StepMemory(
      arena: arena.start, weights: UnsafePointer(weights.start), inputs: inputs, outputs: outputs)
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
  var memory: StepMemory?
  var times: UnsafeMutablePointer<UInt64>?

  /// A thread's way through all steps.
  func walk(_ member: TeamMember) {
    guard let memory else { return }
    let times = member.worker.index == 0 ? times : nil
    steps.withUnsafeBufferPointer { steps in
      for index in steps.indices {
        times?[index] = Clock.now
        let operands = memory.operands(of: steps[index])
        for phase in 0..<steps[index].kernel.phases {
          steps[index].kernel.run(phase: phase, memory: operands, worker: member.worker)
          member.meet()
        }
      }
      times?[steps.count] = Clock.now
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

  func operands(of step: Step) -> KernelMemory {
    KernelMemory(
      input: source(step.input), second: step.second.map(source), residual: step.residual.map(source),
      output: target(step.output), weights: weights + step.weights, scratch: arena + step.scratch)
  }

  private func source(_ location: Step.Location) -> UnsafePointer<Float> {
    switch location {
    case .arena(let offset): UnsafePointer(arena + offset)
    case .weights(let offset): weights + offset
    case .input(let index): inputs[index]
    case .output(let index): UnsafePointer(outputs[index])
    }
  }

  private func target(_ location: Step.Location) -> UnsafeMutablePointer<Float> {
    switch location {
    case .arena(let offset): arena + offset
    case .output(let index): outputs[index]
    case .weights, .input: preconditionFailure("a plan's step writes to what it may only read")
    }
  }
}
