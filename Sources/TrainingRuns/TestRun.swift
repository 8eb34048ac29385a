import Datasets
import GraphIR
import Interpreter
import Layers
import Runtime
import Tensors
import Training

/// What a network makes of a data set: the loss of each image and the classes that it takes them for.
package struct TestRun {
  /// An image's result.
  package struct Outcome: Hashable, Sendable {
    /// Its place in the set.
    package var place: Int
    package var label: Int
    package var predicted: Int
    package var loss: Double
  }

  private let plan: ExecutionPlan
  private let source: StepSource
  private let objective: Recipe.Objective
  private let scores: ScoreMeaning

  /// Plans a network for testing; its parameters come with each run.
  ///
  /// - Throws: `TrainingRunError` if the network cannot be planned.
  package init(
    _ network: TrainableNetwork, parameters: [String: Tensor], objective: Recipe.Objective, maker: BatchMaker,
    batch: Int, threads: Int?
  ) throws(TrainingRunError) {
    try self.init(
      network, parameters: parameters, objective: objective, source: StepSource(maker), batch: batch, threads: threads)
  }

  /// The same for images that go through a frozen part first, as the source says.
  init(
    _ network: TrainableNetwork, parameters: [String: Tensor], objective: Recipe.Objective, source: StepSource,
    batch: Int, threads: Int?
  ) throws(TrainingRunError) {
    let size = min(batch, max(1, source.maker.set.count))
    var computation = try network.computation(images: size, parameters: parameters)
    if source.isSplit, let parts = network.settings.split(computation) { computation = parts.rest }
    // Heads are for training.
    computation.outputs = Array(computation.outputs.prefix(network.graph.outputs.count))
    do throws(PlanError) {
      plan = try ExecutionPlan(computation, PlanOptions(threads: threads))
      try plan.requireRunMemory()
    } catch {
      throw TrainingRunError("\(error)")
    }
    (self.source, self.objective, scores) = (source, objective, network.scores)
  }

  /// Runs over all images, in their order.
  ///
  /// - Parameters:
  ///   - workers: Threads that make batches beside.
  ///   - body: Takes each image's outcome.
  /// - Returns: The sums over all images.
  /// - Throws: `TrainingRunError` for an image that cannot be used.
  package func run(
    parameters: [String: Tensor], workers: Int, _ body: (Outcome) -> Void = { _ in }
  ) throws(TrainingRunError) -> TrainingMeasures {
    let plan: ExecutionPlan
    do throws(PlanError) {
      plan = try self.plan.replacingParameters(with: parameters)
    } catch {
      throw TrainingRunError("\(error)")
    }
    let size = plan.inputShapes[0][0]
    let count = source.maker.set.count
    let steps = (count + size - 1) / size
    let source = source
    // The last batch is filled up with its first image.
    let batches = (0..<steps).map { step in
      (step * size..<(step + 1) * size).map { $0 < count ? $0 : step * size }
    }
    let prefetcher = Prefetcher<Batch, DatasetError>(0..<steps, threads: workers) { step in
      Result { () throws(DatasetError) in try source.batch(batches[step], epoch: 0, step: step) }
    }
    defer { prefetcher.stop() }
    var measures = TrainingMeasures()
    for step in 0..<steps {
      let batch: Batch
      switch prefetcher.take() {
      case .success(let made): batch = made
      case .failure(let error): throw TrainingRunError(error.description)
      }
      let output = plan(source.inputs(batch, of: batches[step]))[0]
      let places = step * size..<min(count, (step + 1) * size)
      let classes = output.count / size
      output.withUnsafeBufferPointer { elements in
        for (index, place) in places.enumerated() {
          let row = UnsafeBufferPointer(rebasing: elements[index * classes..<(index + 1) * classes])
          let outcome = outcome(of: row, at: place)
          measures.add(outcome, rank: rank(of: outcome.label, in: row))
          body(outcome)
        }
      }
    }
    return measures
  }

  private func rank(of label: Int, in row: UnsafeBufferPointer<Float>) -> Int {
    guard scores == .distances else { return Ranking.rank(of: label, in: row) }
    return row.map { -$0 }.withUnsafeBufferPointer { Ranking.rank(of: label, in: $0) }
  }

  private func outcome(of row: UnsafeBufferPointer<Float>, at place: Int) -> Outcome {
    let label = source.maker.set.labels[place]
    let sign: Float = scores == .distances ? -1 : 1
    var best = 0
    for index in row.indices where sign * row[index] > sign * row[best] { best = index }
    return Outcome(
      place: place, label: label, predicted: best,
      loss: objective.loss(of: row.map(Double.init), label: label, areProbabilities: scores == .probabilities))
  }
}

extension TrainableNetwork {
  /// What the network's outputs mean.
  var scores: ScoreMeaning {
    graph.outputs[0].value.node.map { graph.nodes[$0].layer.scores } ?? .logits
  }
}

extension TrainingMeasures {
  fileprivate mutating func add(_ outcome: TestRun.Outcome, rank: Int) {
    images += 1
    loss += outcome.loss
    if rank < 1 { first += 1 }
    if rank < 5 { firstFive += 1 }
  }
}

extension Recipe.Objective {
  /// The loss of one image, of what the network gives for each class; nothing smoothed, as results are compared.
  func loss(of row: [Double], label: Int, areProbabilities: Bool) -> Double {
    switch self {
    case .crossEntropy:
      if areProbabilities { return -logarithm(max(row[label], 1e-300)) }
      let most = row.reduce(-Double.infinity, max)
      return most + logarithm(row.reduce(0) { $0 + exponential($1 - most) }) - row[label]
    case .meanSquared:
      let squares = row.enumerated().map { index, value in
        let difference = value - (index == label ? 1 : 0)
        return difference * difference
      }
      return squares.reduce(0, +) / Double(row.count)
    case .binaryCrossEntropy:
      let each = row.enumerated().map { index, value in
        max(value, 0) - (index == label ? value : 0) + logarithm(1 + exponential(-abs(value)))
      }
      return each.reduce(0, +) / Double(row.count)
    case .radialBasis(let j):
      let least = row.reduce(j, min)
      let sum = row.reduce(exponential(least - j)) { $0 + exponential(least - $1) }
      return row[label] - least + logarithm(sum)
    }
  }
}
