import GraphIR
import Runtime
import Tensors

/// The time of each step of a plan: the median over several runs.
package struct PlanProfile: Sendable {
  /// A step with its time.
  package struct Entry: Sendable {
    package var step: PlannedStep
    /// The layer that carries the step's work: the first of them, or the first convolution or linear layer; nil for the
    /// steps between a caller's row-major tensors and the plan's blocks.
    package var carrier: Computation.Label?
    /// The carrier's keyword; `arrange` without one.
    package var kind: String
    package var nanoseconds: UInt64

    /// Billions of operations a second, 2 for each multiply-accumulate; nil for steps that have none.
    var gigaflops: Double? {
      step.macs > 0 && nanoseconds > 0 ? 2 * Double(step.macs) / Double(nanoseconds) : nil
    }
  }

  package let entries: [Entry]
  /// How many runs the medians are of.
  package let runs: Int
  package let threads: Int

  /// Nanoseconds of all steps.
  package var total: UInt64 { entries.reduce(0) { $0 + $1.nanoseconds } }

  /// Measures a plan of a graph on inputs, row-major elements in the planned shapes.
  package init(_ plan: ExecutionPlan, of graph: Graph, inputs: [[Float]], warmup: Int = 2, runs: Int = 11) {
    let steps = plan.listing
    var times: [[UInt64]] = []
    RunMemory.with(plan, inputs: inputs) { inputs, outputs in
      for _ in 0..<warmup { plan.run(inputs: inputs, outputs: outputs) }
      for _ in 0..<max(1, runs) { times.append(plan.profile(inputs: inputs, outputs: outputs)) }
    }
    self.runs = times.count
    threads = plan.threads
    let nodes = Dictionary(graph.mainNodes.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    entries = steps.enumerated().map { index, step in
      let worker = step.macs > 0 ? step.layers.first { nodes[$0.path]?.macs.value != 0 } : nil
      let carrier = worker ?? step.layers.first
      let sorted = times.map { $0[index] }.sorted()
      return Entry(
        step: step, carrier: carrier, kind: carrier.flatMap { nodes[$0.path]?.keyword } ?? "arrange",
        nanoseconds: sorted[sorted.count / 2])
    }
  }
}
