import SyntheticTensors
import Tensors
import Testing

@testable import Runtime

/// Plans of networks drawn at random against the plain path.
@Suite("Plans of random networks")
struct RandomPlanTests {
  @Test(arguments: Draws.seeds(60))
  func agreeWithThePlainPath(seed: Int) throws {
    let computation = RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 20)
    let inputs = computation.randomInputs(seed: UInt64(seed))
    let expected = computation.plain(inputs)
    for fuses in [true, false] {
      let plan = try ExecutionPlan(computation, PlanOptions(threads: 1, fuses: fuses, verifies: true))
      #expect(plan.faults.isEmpty, "\(plan.faults)")
      let found = plan(inputs)
      #expect(found.map(\.shape) == expected.map(\.shape))
      for (found, expected) in zip(found, expected) {
        #expect(relativeError(found, expected) < 2e-5, "fused: \(fuses)\n\(plan)")
      }
      // The arena still holds the first run's values: the second must not read them.
      #expect(plan(inputs) == found)
      for threads in [2, 3, 4] {
        let other = try ExecutionPlan(computation, PlanOptions(threads: threads, fuses: fuses))
        #expect(other(inputs) == found, "\(threads) threads")
      }
    }
  }

  /// Packing in each run, by either algorithm, gives the bits of packing once, in the first run and in the next, when the
  /// arena holds other steps' weights.
  @Test(arguments: Draws.seeds(30))
  func packingInEachRunChangesNothing(seed: Int) throws {
    let computation = RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 20)
    let inputs = computation.randomInputs(seed: UInt64(seed))
    for algorithm in PlanOptions.Algorithm.allCases {
      let expected = try ExecutionPlan(computation, PlanOptions(threads: 1, algorithm: algorithm))(inputs)
      for threads in [1, 3] {
        let options = PlanOptions(threads: threads, algorithm: algorithm, packing: .eachRun, verifies: true)
        let plan = try ExecutionPlan(computation, options)
        #expect(plan.faults.isEmpty, "\(plan.faults)")
        for _ in 0..<2 { #expect(plan(inputs) == expected, "\(algorithm), \(threads) threads\n\(plan)") }
      }
    }
  }

  /// The networks have operations of every sort, and each sort as an operation that is planned, not left out.
  @Test func operationsAreOfManySorts() {
    var sorts: Set<String> = []
    for seed in 0..<200 {
      let graph = FusedGraph(RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 20))
      sorts.formUnion(graph.nodes.map { $0.operation.name })
    }
    #expect(RandomNetwork.sorts.subtracting(sorts) == [])
  }

  /// Every operation says its kernel; by its definition it would be slow, and right all the same.
  @Test func operationsHaveKernels() throws {
    for seed in 0..<200 {
      let computation = RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 20)
      let listing = "\(try ExecutionPlan(computation, PlanOptions(threads: 1, fuses: false)))"
      for line in listing.split(separator: "\n") where line.contains("definition of") { Issue.record("\(line)") }
    }
  }

  /// Every pass leaves a graph that is right, and nothing is left of what only training does.
  @Test(arguments: Draws.seeds(60))
  func passesLeaveAGraphThatIsRight(seed: Int) {
    let computation = RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 20)
    var graph = FusedGraph(computation.forInference())
    #expect(graph.verify() == [])
    for pass in FusedGraph.passes(fuses: true) {
      pass.run(&graph)
      #expect(graph.verify(isLowered: pass.leavesLowered) == [], "after '\(pass.name)':\n\(graph)")
    }
  }

  @Test func fusionSavesSteps() throws {
    var counts = (fused: 0, unfused: 0)
    for seed in 0..<20 {
      let computation = RandomNetwork.computation(seed: UInt64(seed), length: 24)
      counts.fused += try ExecutionPlan(computation, PlanOptions(threads: 1)).stepCount
      counts.unfused += try ExecutionPlan(computation, PlanOptions(threads: 1, fuses: false)).stepCount
    }
    #expect(counts.fused < counts.unfused)
  }
}

/// The largest difference, relative to the largest number expected.
func relativeError(_ found: Tensor, _ expected: Tensor) -> Float {
  let largest = expected.elements.map(abs).max() ?? 0
  let error = zip(found.elements, expected.elements).map { abs($0 - $1) }.max() ?? 0
  return error.isFinite ? error / max(largest, 1e-20) : .infinity
}
