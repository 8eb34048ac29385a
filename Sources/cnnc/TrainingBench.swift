import GraphIR
import Interpreter
import Runtime
import Tensors
import Training
import TrainingRuns
import Weights

/// A step of training that `cnnc bench --train` measures: stochastic gradient descent with momentum 0.9 and decay 10⁻⁴ by
/// the cross entropy of the network's first output, dropout on, on random images and labels.
struct TrainingBench {
  let plan: TrainingPlan
  let state: TrainingState
  private let images: [Tensor]
  private let labels: Tensor

  /// How the step moves parameters.
  static let settings = TrainingSettings(.sgd(rate: 1e-3, momentum: 0.9, decay: 1e-4))

  /// The shape of a network's labels: one an image, or one for each pixel of maps.
  static func labelShape(of network: Computation) -> [Int] {
    let output = network.outputShapes[0]
    return [output[0]] + output.dropFirst(2)
  }

  /// Makes sure that a step learns something, and that no norm has a single value of each channel.
  ///
  /// - Throws: `TrainingRunError`, as a run of training does.
  static func check(_ step: TrainedComputation, of graph: Graph) throws(TrainingRunError) {
    if step.learnsNothing { throw TrainingRunError(TrainableNetwork.reasonThatNothingLearns(graph)) }
    if let norm = step.normOfOneValue {
      throw TrainingRunError(normOfOneValue: norm, where: "a step takes", "take a larger --batch")
    }
  }

  /// - Throws: `InterpreterError` if the network cannot be planned, `GradientError` if it has an operation without gradient,
  ///   `TrainingRunError` if a step could not learn.
  init(_ graph: Graph, parameters: [String: Tensor], batch: Int, _ options: PlanOptions) throws {
    let network = try Interpreter(graph, parameters: parameters).computation(batch: batch)
    let (settings, shape, output) = (Self.settings, Self.labelShape(of: network), network.outputShapes[0])
    let trained = try TrainedComputation(network, loss: .crossEntropy(), labels: shape, settings: settings)
    try Self.check(trained, of: graph)
    do throws(PlanError) {
      state = try TrainingState(network, settings: settings)
      plan = try TrainingPlan(trained, on: state, options)
    } catch {
      throw InterpreterError.plan(error)
    }
    images = zip(plan.plan.randomInputs, network.inputShapes).map { Tensor($0, shape: $1) }
    let classes = output.count > 1 ? output[1] : 1
    let places = Initialization.uniform(low: 0, high: Double(classes)).values(
      count: shape.reduce(1, *), name: "labels", seed: 0)
    labels = Tensor(places.map { min(Float(classes - 1), $0.rounded(.down)) }, shape: shape)
  }

  /// Makes a step.
  func step() {
    do throws(TrainingError) {
      try plan.step(images, labels: labels)
    } catch {
      preconditionFailure("the step's own batch does not suit it: \(error)")
    }
  }

  /// The nanoseconds of the plan's steps in some runs, the first of which do not count.
  func profiles(warmup: Int = 2, runs: Int = 11) throws -> [[UInt64]] {
    for _ in 0..<warmup { step() }
    return try (0..<runs).map { _ in try plan.profile(images, labels: labels) }
  }
}
