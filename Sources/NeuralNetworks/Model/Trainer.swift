import Foundation
import Runtime
import Tensors
import Training
import Weights

/// Trains a network, step by step.
///
///     let trainer = try Trainer(model, optimizer: .sgd(rate: 0.1, momentum: 0.9))
///     let loss = try trainer.step(images, labels)
///     model = trainer.model
///
/// A step is planned once for each size of batch: forward, backward and updates run in one stretch of memory, and allocate
/// nothing. It gives the same bits for any number of threads. One step at a time.
public final class Trainer<Network: Model> {
  private let network: Network
  private let loss: Loss
  private let factors: [Double]
  private let options: PlanOptions
  private let state: TrainingState
  private var plans: [[[Int]]: TrainingPlan] = [:]
  private var evaluations: [[[Int]]: EvaluationPlan] = [:]

  /// The network's outputs and their loss at inference, with the parameters of a step.
  private struct EvaluationPlan {
    var plan: ExecutionPlan
    var classes: Int?
    var step: Int
    var isAveraged: Bool
  }

  /// A trainer for a network with the parameters that it has now.
  ///
  /// - Parameters:
  ///   - model: The network; it stays as it is.
  ///   - loss: The loss of an output with the labels.
  ///   - factors: What the loss of each output counts, in their order; what has none does not count.
  ///   - settings: The optimizer, and what else is said of steps.
  ///   - options: How steps are planned.
  /// - Throws: `TrainingError` if the system refuses the memory.
  public init(
    _ model: Network, loss: Loss = .crossEntropy(), factors: [Double] = [1], settings: TrainingSettings,
    options: PlanOptions = PlanOptions()
  ) throws(TrainingError) {
    (network, self.loss, self.factors, self.options) = (model, loss, factors, options)
    let computation = model.computation(inputs: Network.inputShapes.map { [1] + $0 })
    do throws(PlanError) {
      state = try TrainingState(computation, settings: settings)
    } catch {
      throw .plan(error)
    }
  }

  /// As above, with an optimizer and nothing else.
  public convenience init(
    _ model: Network, loss: Loss = .crossEntropy(), optimizer: Optimizer, options: PlanOptions = PlanOptions()
  ) throws(TrainingError) {
    try self.init(model, loss: loss, settings: TrainingSettings(optimizer), options: options)
  }

  /// The network with the parameters and statistics that it has come to.
  public var model: Network { network.taking(state.parameters) }

  /// The same with the averages that the settings ask for in the place of parameters.
  public var averagedModel: Network { network.taking(state.averages) }

  /// How many steps were made.
  public var stepCount: Int { state.step }

  /// Makes a step, or a part of one where the settings say that a batch comes in parts, and gives the loss before it.
  ///
  /// - Parameters:
  ///   - images: A batch of the network's input.
  ///   - labels: For classes a number an image, `[N]`.
  ///   - rate: The learning rate; nil for the optimizer's.
  ///   - momentum: The momentum, or β₁; nil for the optimizer's.
  /// - Throws: `TrainingError` if a label is no class, or the step cannot be planned; nothing has moved then.
  @discardableResult
  public func step(
    _ images: some TensorGroup, _ labels: Tensor, rate: Double? = nil, momentum: Double? = nil
  ) throws(TrainingError) -> Float {
    let inputs = images.tensors
    return try plan(inputs, labels).step(inputs, labels: labels, rate: rate, momentum: momentum)
  }

  /// What a network as it is now makes of a batch.
  ///
  /// - Parameters:
  ///   - images: A batch of the network's input.
  ///   - labels: For classes a number an image, `[N]`.
  ///   - isAveraged: Whether averages take the place of parameters.
  /// - Throws: `TrainingError` if a label is no class, or the network cannot be planned.
  public func evaluate(
    _ images: some TensorGroup, _ labels: Tensor, isAveraged: Bool = false
  ) throws(TrainingError) -> Evaluation {
    let inputs = images.tensors
    let evaluation = try evaluationPlan(inputs, labels, isAveraged: isAveraged)
    try TrainingError.check(labels, classes: evaluation.classes)
    let results = evaluation.plan(inputs + [labels])
    return Evaluation(loss: results[0].elements[0], scores: results[1], labels: labels, classes: evaluation.classes)
  }

  private func plan(_ inputs: [Tensor], _ labels: Tensor) throws(TrainingError) -> TrainingPlan {
    let shapes = inputs.map(\.shape) + [labels.shape]
    if let plan = plans[shapes] { return plan }
    let plan = try makePlan(of: network.computation(inputs: inputs.map(\.shape)), labels: labels.shape)
    plans[shapes] = plan
    return plan
  }

  private func makePlan(of computation: Computation, labels: [Int]) throws(TrainingError) -> TrainingPlan {
    let trained: TrainedComputation
    do throws(GradientError) {
      trained = try TrainedComputation(
        computation, factors: factors, loss: loss, labels: labels, settings: state.settings)
    } catch {
      throw .gradient(error)
    }
    do throws(PlanError) {
      return try TrainingPlan(trained, on: state, options)
    } catch {
      throw .plan(error)
    }
  }

  private func evaluationPlan(
    _ inputs: [Tensor], _ labels: Tensor, isAveraged: Bool
  ) throws(TrainingError) -> EvaluationPlan {
    let shapes = inputs.map(\.shape) + [labels.shape]
    let known = evaluations[shapes]
    if let known, known.step == state.step, known.isAveraged == isAveraged { return known }
    do throws(PlanError) {
      let planned: EvaluationPlan
      if let known { planned = known } else { planned = try makeEvaluationPlan(inputs.map(\.shape), labels.shape) }
      let parameters = isAveraged ? state.averages : state.parameters
      let result = EvaluationPlan(
        plan: try planned.plan.replacingParameters(with: parameters), classes: planned.classes, step: state.step,
        isAveraged: isAveraged)
      evaluations[shapes] = result
      return result
    } catch {
      throw .plan(error)
    }
  }

  private func makeEvaluationPlan(_ inputs: [[Int]], _ labels: [Int]) throws(PlanError) -> EvaluationPlan {
    let computation = network.computation(inputs: inputs)
    let heads = computation.outputs.prefix(1).map { Computation.Head($0) }
    var lossy = computation.adding(loss, to: heads, labels: labels)
    lossy.computation.outputs = [lossy.loss] + heads.map(\.output)
    let classes = computation.outputShapes.first.flatMap { loss.classes(of: $0, labels: labels) }
    let plan = try ExecutionPlan(lossy.computation, options)
    return EvaluationPlan(plan: plan, classes: classes, step: -1, isAveraged: false)
  }
}

extension Trainer {
  /// Writes the parameters, and what is kept for them, as safetensors: `conv1.weight` and `conv1.weight.momentum`. A file
  /// that is there is replaced as a whole.
  ///
  /// - Throws: `WeightError` if the file cannot be written.
  public func save(to url: URL) throws(WeightError) {
    try write(state.parameters.merging(state.kept) { $1 }, to: url, metadata: ["step": "\(state.step)"])
  }

  /// Writes the parameters alone, which networks load, as safetensors.
  ///
  /// - Throws: `WeightError` if the file cannot be written.
  public func saveWeights(to url: URL) throws(WeightError) { try write(state.parameters, to: url, metadata: [:]) }

  private func write(_ tensors: [String: Tensor], to url: URL, metadata: [String: String]) throws(WeightError) {
    let sorted = tensors.sorted { $0.key < $1.key }
    try WeightWriter.write(
      sorted.map { name, tensor in WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements } },
      to: url.path, format: .safetensors, metadata: metadata)
  }

  /// Goes on where a trainer of the same network and settings was saved.
  ///
  /// - Throws: `WeightError` if the file cannot be read, or is not of such a trainer; this one is then as it was.
  public func load(from url: URL) throws(WeightError) {
    let file = try WeightFile.open(url.path)
    guard let step = file.metadata["step"].flatMap({ Int($0) }), step >= 0, step < 1 << 48 else {
      throw WeightError(.mismatch, file: file.path, "does not say how many steps were made: no trainer has saved it")
    }
    var tensors: [String: Tensor] = [:]
    for info in file.tensors { tensors[info.name] = try file.tensor(named: info.name) }
    do throws(TrainingError) {
      try state.load(parameters: tensors, kept: tensors)
    } catch {
      throw WeightError(.mismatch, file: file.path, error.description)
    }
    (state.step, evaluations) = (step, [:])
  }
}

/// What a network makes of a batch with labels.
public struct Evaluation: Hashable, Sendable {
  /// The loss.
  public let loss: Float
  /// How many labels there were.
  public let count: Int
  /// How many of them were the likeliest class; nil where labels are no classes, or are of pixels.
  public let correct: Int?

  init(loss: Float, scores: Tensor, labels: Tensor, classes: Int?) {
    self.loss = loss
    count = labels.count
    guard let classes, scores.rank == 2 else {
      correct = nil
      return
    }
    let (labels, count) = (labels.elements, labels.count)
    correct = scores.withUnsafeBufferPointer { scores in
      (0..<count).count { image in
        let row = UnsafeBufferPointer(rebasing: scores[image * classes..<(image + 1) * classes])
        return Ranking.rank(of: Int(labels[image]), in: row) == 0
      }
    }
  }
}

extension Model {
  /// Draws the weights of convolutions and linear layers anew, so that the network can be trained from the start: normal, with
  /// variance 2 / fan_in (He et al. 2015). What is no matrix, such as biases and batch norms, stays; the lengths and singular
  /// vectors of normalized weights follow from what is drawn.
  public mutating func drawWeights(seed: UInt64) {
    var drawn: Set<String> = []
    func derive(_ layer: inout any Layer, _ path: String) {
      guard var normalized = layer as? NormalizedWeight else { return }
      guard drawn.contains(path.isEmpty ? normalized.weightName : "\(path).\(normalized.weightName)") else { return }
      normalized.deriveTensors()
      layer = normalized
    }
    var visitor = ParameterVisitor(layers: derive) { name, role, tensor in
      guard role == .trainable, tensor.rank > 1 else { return }
      drawn.insert(name)
      let fanIn = Double(tensor.count / max(1, tensor.shape[0]))
      let values = Initialization.heNormal(fanIn: fanIn).values(count: tensor.count, name: name, seed: seed)
      tensor = Tensor(values, shape: tensor.shape)
    }
    visitParameters(&visitor)
  }

  /// The network with other parameters, by their names.
  fileprivate func taking(_ parameters: [String: Tensor]) -> Self {
    var result = self
    var visitor = ParameterVisitor { name, _, tensor in
      if let value = parameters[name] { tensor = value }
    }
    result.visitParameters(&visitor)
    return result
  }
}
