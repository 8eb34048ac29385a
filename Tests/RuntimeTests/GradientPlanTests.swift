import SyntheticTensors
import Tensors
import Testing

@testable import Runtime

/// Planned gradients of networks drawn at random, against the plain path in double precision.
@Suite("Plans of gradients")
struct GradientPlanTests {
  /// A loss, the gradients by all inputs and parameters, and what statistics become, of a random network in training. Of odd
  /// seeds the batch norms are frozen: of few numbers the batch's statistics leave a gradient of nothing but rounding.
  private static func computation(seed: Int) throws -> Computation? {
    let network = RandomNetwork.computation(seed: UInt64(seed), length: 4 + seed % 12)
    let training = network.forTraining(seed: 5) { _ in !seed.isMultiple(of: 2) }.computation
    let output = training.outputs[0]
    let loss = training.adding(.meanSquared, to: [.init(output)], labels: training[output].shape)
    let values = loss.computation.trainedParameters.map(\.value) + training.inputs
    let made = try loss.computation.gradient(of: loss.loss, withRespectTo: values)
    var result = made.computation
    result.outputs = [loss.loss] + made.gradients.compactMap { $0 } + result.updates.map(\.value)
    return result.outputs.count > 1 ? result : nil
  }

  @Test(arguments: Draws.seeds(40))
  func agreeWithThePlainPath(seed: Int) throws {
    guard let computation = try Self.computation(seed: seed) else { return }
    let inputs = computation.randomInputs(seed: UInt64(seed))
    let expected = computation.plain(inputs.map { DoubleTensor(converting: $0) })
    let largest = expected.flatMap { $0.elements.map(abs) }.max() ?? 0
    for fuses in [true, false] {
      let plan = try ExecutionPlan(computation, PlanOptions(threads: 1, fuses: fuses, verifies: true))
      #expect(plan.faults.isEmpty, "\(plan.faults)")
      let found = plan(inputs)
      #expect(found.map(\.shape) == expected.map(\.shape))
      for (index, (found, expected)) in zip(found, expected).enumerated() {
        let own = expected.elements.map(abs).max() ?? 0
        let error = zip(found.elements, expected.elements).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(
          found.elements.allSatisfy(\.isFinite) && error <= 1e-4 * max(own, 0.01 * largest),
          "output \(index), fused: \(fuses), off by \(error) of \(own)\n\(plan)")
      }
      // The arena still holds the first run's values, and threads change no bit.
      #expect(plan(inputs) == found)
      #expect(try ExecutionPlan(computation, PlanOptions(threads: 3, fuses: fuses))(inputs) == found)
    }
  }

  /// Every pass leaves a graph that is right, gradients among it.
  @Test(arguments: Draws.seeds(40))
  func passesLeaveAGraphThatIsRight(seed: Int) throws {
    guard let computation = try Self.computation(seed: seed) else { return }
    var graph = FusedGraph(computation.forInference())
    #expect(graph.verify() == [])
    for pass in FusedGraph.passes(fuses: true) {
      pass.run(&graph)
      #expect(graph.verify(isLowered: pass.leavesLowered) == [], "\(pass.name)\n\(graph)")
    }
  }
}
