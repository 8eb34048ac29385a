import GraphIR
import Interpreter
import Layers
import Runtime
import Shapes
import Tensors
import Training
import Weights

/// What some steps of training do to a network in cnnc: stochastic gradient descent with momentum, without dropout, by the mean
/// cross entropy of labels drawn from a seed, or where an output is no score of classes by mean squared differences to numbers
/// from 0 to 1.
package struct TrainedReference {
  /// Why a network is not trained for comparison.
  package enum Failure: Error, CustomStringConvertible {
    /// An operation has no gradient.
    case gradient(String)
    /// A loss that is no number came out.
    case step(String)

    package var description: String {
      switch self {
      case .gradient(let what), .step(let what): what
      }
    }
  }

  /// More multiplications than this are not made one after the other in double precision: some seconds.
  private static let mostMacs = 8_000_000_000

  let training: PeerJob.Training
  /// As many of the first images have gradients in double precision.
  let exactImages: Int
  let labels: Tensor
  let inputs: [Tensor]
  let settings: TrainingSettings
  let options: PlanOptions
  private let graph: Graph
  private let parameters: [String: Tensor]
  private let loss: Loss
  /// Heads whose loss would need other labels, and why.
  private let leftOut: [String]
  private let losses: [Float]
  private let gradients: [String: Tensor]
  private let trained: [String: Tensor]

  init(
    _ graph: Graph, parameters: [String: Tensor], inputs: [Tensor], steps: Int, threads: Int
  ) throws {
    // At larger rates the losses of some images soon say nothing but how rounding grows. The decay is large, so that a tensor
    // without it would show.
    let (rate, momentum, decay) = (0.001, 0.9, 2.0)
    let values = graph.outputs.map(\.value) + graph.heads.map(\.output)
    let scores = values.map { $0.node.map { graph.nodes[$0].layer.scores } ?? .logits }
    var factors = [1] + graph.outputs.dropFirst().map { _ in 0 } + graph.heads.map { $0.weight ?? 1 }
    let output = graph.shape(of: graph.outputs[0].value)
    var leftOut: [String] = []
    for (index, head) in graph.heads.enumerated() where factors[graph.outputs.count + index] != 0 {
      let shape = graph.shape(of: head.output)
      if shape == output { continue }
      factors[graph.outputs.count + index] = 0
      leftOut.append("\(head.name) gives \(shape), and the network \(output)")
    }
    self.leftOut = leftOut
    let sizes = output.values ?? []
    let hasClasses = scores[0] != .distances && sizes.count > 0 && sizes[0] > 1
    let shape = [inputs[0].shape[0]] + sizes.dropFirst(hasClasses ? 1 : 0)
    labels = Self.labels(shape, classes: hasClasses ? sizes[0] : nil)
    (self.graph, self.parameters, self.inputs) = (graph, parameters, inputs)
    loss = hasClasses ? .crossEntropy() : .meanSquared
    settings = TrainingSettings(.sgd(rate: rate, momentum: momentum, decay: decay), seed: nil)
    options = PlanOptions(threads: threads)
    training = PeerJob.Training(
      steps: steps, rate: rate, momentum: momentum, decay: decay, factors: factors,
      scores: scores.map { hasClasses ? $0 == .probabilities ? "probabilities" : "logits" : "numbers" })
    let made = try Self.translating { [inputs, labels, settings, options, loss] in
      let network = try Interpreter(graph, parameters: parameters, heads: true).computation(batch: inputs[0].shape[0])
      let step = try TrainedComputation(
        network, factors: factors, loss: loss, labels: labels.shape, settings: settings)
      let gradients = try step.plannedGradients(inputs, labels: labels, options)
      let state = try TrainingState(network, settings: settings)
      let plan = try TrainingPlan(step, on: state, options)
      var losses: [Float] = []
      for _ in 0..<steps { losses.append(try plan.step(inputs, labels: labels)) }
      return (gradients, losses, state.parameters, step.macs / max(1, inputs[0].shape[0]))
    }
    (gradients, losses, trained) = (made.0, made.1, made.2)
    // A norm of one image's value has no variance.
    exactImages = min(inputs[0].shape[0], max(2, Self.mostMacs / max(1, made.3)))
  }

  /// A step for the first images of the batch, and the network that it is of; with other tensors than the first where they are
  /// given.
  func step(
    images: Int, from tensors: [String: Tensor] = [:]
  ) throws -> (network: Computation, step: TrainedComputation) {
    try Self.translating {
      let parameters = parameters.merging(tensors) { $1 }
      let network = try Interpreter(graph, parameters: parameters, heads: true).computation(batch: images)
      let shape = [images] + labels.shape.dropFirst()
      return (
        network,
        try TrainedComputation(
          network, factors: training.factors, loss: loss, labels: shape, settings: settings)
      )
    }
  }

  /// What a closure returns; what it throws as the failures of a comparison.
  static func translating<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as GradientError {
      throw Failure.gradient("\(error)")
    } catch let error as PlanError {
      throw InterpreterError.plan(error)
    } catch let error as TrainingError {
      throw Failure.step("\(error)")
    }
  }

  /// Numbers of classes, or without any numbers from 0 to 1, drawn from a seed.
  private static func labels(_ shape: [Int], classes: Int?) -> Tensor {
    let draws = Initialization.uniform(low: 0, high: Double(classes ?? 1)).values(
      count: shape.reduce(1, *), name: "labels", seed: 0)
    guard let classes else { return Tensor(draws, shape: shape) }
    return Tensor(draws.map { min(Float(classes - 1), $0.rounded(.down)) }, shape: shape)
  }

  /// How far a peer is from that.
  func differences(from outcome: PeerOutcome, _ scope: NetworkVerification.Scope) -> TrainingDifferences {
    var result = TrainingDifferences(losses: [], gradients: [], tensors: [])
    result.leftOut = leftOut
    for (index, loss) in losses.enumerated() where scope.steps > 0 {
      let theirs = index < outcome.losses.count ? outcome.losses[index] : nil
      result.losses.append(Self.difference(step: index + 1, Double(loss), theirs))
    }
    if scope.gradients {
      result.gradients = Self.differences(gradients, outcome, prefix: "gradient:")
      result.hasNoGradient = result.gradients.allSatisfy(\.isVoid)
    }
    if scope.steps > 0 { result.tensors = Self.differences(trained, outcome, prefix: "trained:") }
    if result.losses.contains(where: { $0.emptiness == .infinite }) {
      // Numbers overflow here a step earlier than there, and those behind are what rounding made of them.
      for index in result.tensors.indices where result.tensors[index].shapes == nil {
        (result.tensors[index].error, result.tensors[index].emptiness) = (0, .infinite)
      }
    }
    return result
  }

  /// How far a loss is from the peer's, nil where it made none; two that are no finite numbers say nothing.
  static func difference(step: Int, _ ours: Double, _ theirs: Double?) -> Difference {
    var result = Difference(
      "step \(step)", error: theirs.map { relative(ours, $0) } ?? .infinity, deviation: nil,
      leastLimit: Difference.trainingLimit)
    if let theirs, !ours.isFinite, !theirs.isFinite { (result.error, result.emptiness) = (0, .infinite) }
    return result
  }

  static func relative(_ a: Double, _ b: Double) -> Double {
    let error = abs(a - b) / max(abs(b), 1e-3)
    return error.isFinite ? error : .infinity
  }

  /// A gradient counts as a thousandth of the largest at least: those of biases before norms are nothing but rounding.
  private static func differences(
    _ ours: [String: Tensor], _ outcome: PeerOutcome, prefix: String
  ) -> [Difference] {
    let least = least(ours)
    return ours.sorted { $0.key < $1.key }.compactMap { name, tensor in
      guard let theirs = outcome.values[prefix + name] else {
        // What a peer does not move is not among what it says, and neither are its counts of batches.
        return prefix == "gradient:" ? Difference(name, error: .infinity, deviation: nil) : nil
      }
      return Difference(
        name, tensor, theirs, deviation: nil, least: least, leastLimit: Difference.trainingLimit)
    }
  }

  /// What the largest element of a tensor counts at least, beside others.
  static func least(_ tensors: [String: Tensor]) -> Double { 1e-3 * (tensors.values.lazy.map(\.largest).max() ?? 0) }
}

extension Tensor {
  /// The largest magnitude of the elements.
  fileprivate var largest: Double { elements.reduce(0) { max($0, $1.isFinite ? Double(abs($1)) : 0) } }
}
