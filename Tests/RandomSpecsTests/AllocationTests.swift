import AllocationCounter
import SyntheticTensors
import Tensors
import Testing

@testable import Runtime
@testable import Training

#if DEBUG
  private let isOptimized = false
#else
  private let isOptimized = true
#endif

/// Steps of training ask for no memory once the first has run: whatever a spec can say, on one thread and on several.
///
/// Without optimization Swift puts values on the heap that belong on the stack, so this is for `make test-reference`.
@Suite(
  "Allocations in training",
  .enabled(if: isOptimized, "unoptimized code allocates by itself: run `make test-reference`"),
  .enabled(if: allocations_are_counted(), "allocations are counted with glibc, and without sanitizers"))
struct AllocationTests {
  /// Calls a closure with a count of what its thread, and those that it starts, have allocated so far. Threads must end
  /// within.
  private func counting(_ body: (_ count: () -> Int) throws -> Void) rethrows {
    let counter = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    counter.initialize(to: 0)
    allocations_count(counter)
    defer {
      allocations_count(nil)
      counter.deallocate()
    }
    try body { allocations_counted(counter) }
  }

  /// Plans steps on a state, makes the first, and expects of the others that they allocate nothing.
  private func check(
    _ name: String, _ network: Computation, _ trained: TrainedComputation, settings: TrainingSettings,
    inputs: [Tensor], labels: Tensor, _ options: PlanOptions
  ) throws {
    try counting { count in
      let state = try TrainingState(network, settings: settings)
      let plan = try TrainingPlan(trained, on: state, options)
      // As often as a batch has parts.
      for _ in 0..<2 * settings.parts { try plan.step(inputs, labels: labels) }
      let before = count()
      for _ in 0..<2 * settings.parts { try plan.step(inputs, labels: labels) }
      let allocations = count() - before
      #expect(allocations == 0, "\(name), \(options.threads ?? 0) threads:\n\(plan.plan)")
      #expect(before > 0)
    }
  }

  @Test(arguments: 0..<Drawn.parts) func stepsOfRandomSpecsAllocateNothing(_ part: Int) throws {
    var planned = 0
    for seed in Drawn.seeds(part, of: 24) {
      for drawn in DrawnNetwork.all(seed: seed) {
        guard let trainee = try RandomTrainingTests.Trainee(drawn, seed: seed) else { continue }
        let (inputs, labels) = (trainee.inputs, trainee.truth)
        for threads in [1, 2] {
          try check(
            trainee.name, trainee.network, trainee.trained, settings: trainee.settings, inputs: inputs, labels: labels,
            PlanOptions(threads: threads, recomputes: seed % 4 == 1))
        }
        planned += 1
      }
    }
    #expect(planned > 0)
  }

  /// Losses that random specs are not trained by, averages, and every optimizer.
  @Test(arguments: [Loss.radialBasis(j: 1), .binaryCrossEntropy, .crossEntropy(smoothing: 0.1)])
  func stepsWithOtherLossesAllocateNothing(_ loss: Loss) throws {
    let optimizers: [Optimizer] = [
      .sgd(rate: 0.01), .sgd(rate: 0.01, momentum: 0.9, nesterov: true), .adamW(rate: 0.01),
      .rmsprop(rate: 0.01, momentum: 0.5, epsilonInside: true),
    ]
    let network = Computation.tracing([[3, 20]]) { inputs, trace in
      let centers = trace.parameter("centers", .weight, Tensor(synthetic: "centers", shape: [7, 20]))
      return [Operations.RadialBasis()(inputs[0], weight: centers)]
    }
    let labels = loss == .binaryCrossEntropy ? Tensor(zeros: [3, 7]) : Tensor([0, 6, 2])
    for optimizer in optimizers {
      let settings = TrainingSettings(
        optimizer, clipping: GradientClipping(largestNorm: 1), average: WeightAverage(decay: 0.9), seed: 1)
      let trained = try TrainedComputation(network, loss: loss, labels: labels.shape, settings: settings)
      for threads in [1, 2] {
        try check(
          "\(loss), \(optimizer)", network, trained, settings: settings,
          inputs: [Tensor(syntheticInput: "input", shape: [3, 20])], labels: labels, PlanOptions(threads: threads))
      }
    }
  }

  /// The counter sees this thread, and threads that it starts, and nobody else's.
  @Test func allocationsAreSeen() {
    counting { count in
      let before = count()
      let own = Tensor(zeros: [3])
      #expect(own.count == 3 && count() > before)
      let team = ThreadTeam(count: 2)
      team.run { _ in }
      let started = count()
      team.run { member in
        if member.worker.index == 1 { withExtendedLifetime(Tensor(zeros: [100])) {} }
      }
      #expect(team.count == 1 || count() > started)
    }
    let counted = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    defer { counted.deallocate() }
    counted.initialize(to: 0)
    withExtendedLifetime(Tensor(zeros: [100])) {}
    #expect(allocations_counted(counted) == 0)
  }
}
