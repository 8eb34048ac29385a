import Tensors
import Testing

@testable import Runtime
@testable import Training

/// What a step of training with little memory makes again, and what that saves.
@Suite("Recomputation")
struct RecomputationTests {
  /// Two plans of a step on a network of maps of 32 channels, without and with recomputation, and what both give after three
  /// steps.
  private func plans(
    pixels: Int = 16, channels: Int = 32, _ body: (inout Builder) -> Tensor
  ) throws -> (standard: ExecutionPlan, low: ExecutionPlan) {
    let network = Computation.tracing([[4, channels, pixels, pixels]]) { inputs, trace in
      var builder = Builder(trace: trace, input: inputs[0])
      return [Operations.AdaptiveAveragePool(PixelSize(height: 1, width: 1))(body(&builder))]
    }
    let settings = TrainingSettings(.sgd(rate: 0.1, momentum: 0.9))
    let labels = network.outputShapes[0]
    let trained = try TrainedComputation(network, loss: .meanSquared, labels: labels, settings: settings)
    let batch = Computation.tracing(network.inputShapes + [labels]) { inputs, _ in inputs }.randomInputs(seed: 3)
    var (made, found): ([ExecutionPlan], [[String: Tensor]]) = ([], [])
    for recomputes in [false, true] {
      let state = try TrainingState(network, settings: settings)
      let plan = try TrainingPlan(
        trained, on: state, PlanOptions(threads: 2, verifies: true, recomputes: recomputes))
      #expect(plan.plan.faults.isEmpty, "\(plan.plan.faults)")
      for _ in 0..<3 { try plan.step(batch.dropLast(), labels: batch[batch.count - 1]) }
      made.append(plan.plan)
      found.append(state.parameters.merging(state.kept) { $1 })
    }
    #expect(found[0] == found[1], "other bits")
    return (made[0], made[1])
  }

  /// Makes layers with parameters.
  private struct Builder {
    let trace: Trace
    let input: Tensor
    private var count = 0

    init(trace: Trace, input: Tensor) { (self.trace, self.input) = (trace, input) }

    private mutating func parameter(
      _ name: String, _ role: Computation.Parameter.Role, _ shape: [Int], one: Bool = false
    ) -> Tensor {
      var generator = SplitMix(state: UInt64(count))
      let values = (0..<shape.reduce(1, *)).map { _ in one ? 1 : Float.random(in: -0.2...0.2, using: &generator) }
      return trace.parameter("layer\(count).\(name)", role, Tensor(values, shape: shape))
    }

    /// A convolution of 3×3, a batch norm and an activation.
    mutating func convolution(_ x: Tensor, to channels: Int, _ activation: Activation = .relu) -> Tensor {
      count += 1
      trace.label = Computation.Label(path: "layer\(count)")
      let axis = SlidingWindow.Axis(kernel: 3, before: 1, after: 1, outputs: x.shape[2])
      let weight = parameter("weight", .weight, [channels, x.shape[1], 3, 3])
      let result = Operations.Convolution(SlidingWindow(vertical: axis, horizontal: axis))(x, weight: weight)
      return Operations.Activate(activation)(norm(result))
    }

    mutating func norm(_ x: Tensor) -> Tensor {
      count += 1
      let shape = [x.shape[1]]
      return Operations.BatchNorm(epsilon: 1e-5, momentum: 0.1)(
        x, weight: parameter("weight", .weight, shape, one: true), bias: parameter("bias", .bias, shape),
        mean: parameter("mean", .runningMean, shape),
        variance: parameter("variance", .runningVariance, shape, one: true))
    }
  }

  private func recomputed(_ plan: ExecutionPlan, beside standard: ExecutionPlan) -> Int {
    plan.steps.count - standard.steps.count
  }

  /// Of convolution, norm and ReLU, the convolution's output is kept.
  @Test(arguments: [Activation.relu, .silu])
  func keepsConvolutionsAlone(activation: Activation) throws {
    let (standard, low) = try plans { builder in
      (0..<8).reduce(builder.input) { x, _ in builder.convolution(x, to: 32, activation) }
    }
    #expect(recomputed(low, beside: standard) >= 14)
    #expect(Double(low.arenaBytes) < 0.8 * Double(standard.arenaBytes), "\(low.arenaBytes) of \(standard.arenaBytes)")
  }

  /// The maps of residual blocks are made again from block to block, but not from the very first.
  @Test func keepsSomeOfResidualBlocks() throws {
    let (standard, low) = try plans { builder in
      (0..<12).reduce(builder.convolution(builder.input, to: 32)) { x, _ in
        let inner = builder.convolution(x, to: 32)
        return Operations.Activate(.relu)(Operations.Add()(builder.norm(inner), x))
      }
    }
    #expect(Double(low.arenaBytes) < 0.8 * Double(standard.arenaBytes), "\(low.arenaBytes) of \(standard.arenaBytes)")
  }

  /// Dense blocks: what is put together stays in one place, and norms of it are made again.
  @Test func keepsWhatIsConcatenated() throws {
    let (standard, low) = try plans { builder in
      (0..<6).reduce(builder.input) { x, _ in
        let inner = builder.convolution(Operations.Activate(.relu)(builder.norm(x)), to: 16)
        return Operations.Concat(axis: 1)(x, inner)
      }
    }
    #expect(Double(low.arenaBytes) < 0.8 * Double(standard.arenaBytes), "\(low.arenaBytes) of \(standard.arenaBytes)")
  }

  /// Branches whose outputs lie side by side: what is made again lies apart from what is made first.
  @Test func makesBranchesAgain() throws {
    let (standard, low) = try plans { builder in
      (0..<4).reduce(builder.input) { x, _ in
        let branches = [16, 32, 5].map { builder.convolution(x, to: $0) }
        return Operations.Concat(axis: 1)(branches)
      }
    }
    #expect(recomputed(low, beside: standard) > 0)
    #expect(low.arenaBytes < standard.arenaBytes)
  }

  /// At inference there is nothing to make again.
  @Test func inferenceStaysAsItIs() throws {
    let network = Computation.tracing([[1, 8, 9, 9]]) { inputs, trace in
      var builder = Builder(trace: trace, input: inputs[0])
      return [builder.convolution(inputs[0], to: 8)]
    }
    let plans = try [false, true].map { try ExecutionPlan(network, PlanOptions(threads: 1, recomputes: $0)) }
    #expect(plans[0].steps.count == plans[1].steps.count && plans[0].arenaBytes == plans[1].arenaBytes)
  }
}
