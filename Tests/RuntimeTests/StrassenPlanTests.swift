import Tensors
import Testing

@testable import Runtime
@testable import Training

/// Plans with products large enough for Strassen's method.
@Suite("Plans with Strassen's method")
struct StrassenPlanTests {
  private static func numbers(_ shape: [Int], _ factor: Int) -> Tensor {
    Tensor((0..<shape.reduce(1, *)).map { Float($0 * factor % 1009) / 9000 - 0.056 }, shape: shape)
  }

  /// Two 1×1 convolutions with a residual between them.
  private let computation: Computation = {
    let axis = SlidingWindow.Axis(kernel: 1, outputs: 15)
    let convolution = Operations.Convolution(SlidingWindow(vertical: axis, horizontal: axis))
    return Computation.tracing([[2, 384, 15, 15]]) { inputs, trace in
      let weights = ["a", "b"].enumerated().map { index, name in
        trace.parameter("\(name).weight", .weight, Self.numbers([384, 384, 1, 1], 7919 + index))
      }
      let hidden = Operations.Activate(.relu)(
        Operations.Add()(convolution(inputs[0], weight: weights[0]), inputs[0]))
      return [convolution(hidden, weight: weights[1])]
    }
  }()

  private func count(_ plan: ExecutionPlan) -> Int {
    plan.steps.count { $0.kernel.name.hasPrefix("strassen 1×1") }
  }

  @Test func bitsDoNotDependOnThreadsAndWeightsCanBeReplaced() throws {
    let input = Self.numbers([2, 384, 15, 15], 6151)
    let direct = try ExecutionPlan(computation, PlanOptions(threads: 2, algorithm: .direct))
    #expect(count(direct) == 0)
    let plans = try [1, 2, 3, 5].map {
      try ExecutionPlan(computation, PlanOptions(threads: $0, verifies: true))
    }
    #expect(plans.allSatisfy { count($0) == 2 && $0.faults.isEmpty })
    let found = plans.map { $0(input) }
    #expect(found.allSatisfy { $0 == found[0] })
    #expect(relativeError(found[0][0], direct(input)[0]) < 5e-6)
    // Packed in each run, the bits are the same.
    let packing = try ExecutionPlan(computation, PlanOptions(threads: 2, packing: .eachRun))
    #expect(count(packing) == 2 && packing(input) == found[0])
    #expect(try count(ExecutionPlan(computation, .oneRun)) == 0)
    let others = ["a.weight": Self.numbers([384, 384, 1, 1], 5), "b.weight": Self.numbers([384, 384, 1, 1], 11)]
    let replaced = try plans[1].replacingParameters(with: others)
    #expect(try replaced(input) == ExecutionPlan(computation.replacing(others), PlanOptions(threads: 1))(input))
    #expect(plans[1](input) == found[0])
  }

  /// Weights that move are packed in each step, and Strassen's are the larger.
  @Test func trainingDoesWithout() throws {
    let settings = TrainingSettings(.sgd(rate: 1e-3))
    let trained = try TrainedComputation(computation, loss: .meanSquared, labels: [2, 384, 15, 15], settings: settings)
    let plan = try TrainingPlan(
      trained, on: TrainingState(computation, settings: settings), PlanOptions(threads: 2, verifies: true))
    #expect(plan.plan.faults.isEmpty && count(plan.plan) == 0)
    #expect(plan.plan.steps.contains { $0.kernel.name.hasPrefix("direct 1×1") })
  }
}
