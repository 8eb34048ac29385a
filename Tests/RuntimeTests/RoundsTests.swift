import Tensors
import Testing

@testable import Runtime

/// Plans whose first steps run for a few images at a time.
@Suite("Rounds of a batch")
struct RoundsTests {
  /// Any number of first steps may run in rounds, of any size, and gives the bits of none.
  @Test func changeNothing() throws {
    var withRounds = 0
    for seed in 0..<150 {
      let computation = RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 20)
      let inputs = computation.randomInputs(seed: UInt64(seed))
      var options = PlanOptions(threads: 1, verifies: true)
      options.roundSteps = 0
      let expected = try ExecutionPlan(computation, options)(inputs)
      for (threads, steps) in [(1, 1), (1, 3), (1, 1000), (5, 2), (5, 1000)] {
        (options.threads, options.roundSteps) = (threads, steps)
        let plan = try ExecutionPlan(computation, options)
        #expect(plan.faults.isEmpty, "\(plan.faults)")
        guard plan.rounds.steps > 0 else { continue }
        withRounds += 1
        for _ in 0..<2 {
          #expect(plan(inputs) == expected, "seed \(seed), \(threads) threads, \(plan.rounds)\n\(plan)")
        }
      }
    }
    #expect(withRounds > 200)
  }

  /// Convolutions of large maps with small weights, then of small maps with large weights.
  private var pyramid: Computation {
    Computation.tracing([[8, 16, 128, 128]]) { inputs, _ in
      var x = inputs[0]
      for channels in [32, 64, 256, 1024] {
        let weight = Tensor(zeros: [channels, x.shape[1], 3, 3])
        let axis = SlidingWindow.Axis(kernel: 3, stride: 2, before: 1, outputs: x.shape[2] / 2)
        let window = SlidingWindow(vertical: axis, horizontal: axis)
        x = Operations.Convolution(window, groups: 1)(x, weight: weight)
      }
      return [x]
    }
  }

  @Test func areForLargeMapsAndSmallWeights() throws {
    let few = try ExecutionPlan(pyramid, PlanOptions(threads: 2))
    #expect((1..<few.stepCount - 2).contains(few.rounds.steps) && few.rounds.images == 1 && few.rounds.count == 8)
    // More threads share more images, and the same steps.
    let many = try ExecutionPlan(pyramid, PlanOptions(threads: 8))
    #expect(many.rounds == Rounds(images: 2, count: 4, steps: few.rounds.steps))
    var options = PlanOptions(threads: 2)
    options.roundSteps = 0
    #expect(try few.arenaBytes < ExecutionPlan(pyramid, options).arenaBytes)
    #expect(try ExecutionPlan(pyramid, PlanOptions(threads: 2, packing: .eachRun)).rounds == .none)
  }

  /// The verifier sees a value that a round overwrites before the rest of the plan has read it.
  @Test func theVerifierKnowsOfThem() throws {
    let builder = try StepBuilder(pyramid, PlanOptions(threads: 2))
    let layout = StepLayout(
      builder.drafts, graph: builder.graph, placement: builder.placement, rounds: builder.rounds, threads: 2)
    #expect(builder.faults(in: layout).isEmpty)
    let outlives = try #require(
      layout.buffers.firstIndex { $0.lifetime.contains(builder.rounds.steps) && $0.lifetime.lowerBound == 0 })
    let first = try #require(layout.buffers.firstIndex { builder.rounds.holds($0.lifetime) })
    var buffers = layout.buffers
    buffers[first].offset = buffers[outlives].offset
    let verifier = PlanVerifier(
      builder.drafts, placement: builder.placement, rounds: builder.rounds, buffers: buffers,
      arenaCount: 2 * layout.arenaCount)
    #expect(!verifier.faults.isEmpty)
  }
}
