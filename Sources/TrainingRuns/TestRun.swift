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
    /// Its labels: one, unless images of the set have several.
    package var labels: [Int]
    /// What the network takes it for: the likeliest class, or of several labels an image those above the threshold.
    package var predicted: [Int]
    package var loss: Double
    /// Whether all that the network gives of it are finite numbers.
    package var isFinite: Bool
  }

  private let plan: ExecutionPlan
  private let source: StepSource
  private let objective: Recipe.Objective
  private let scores: ScoreMeaning
  private let threshold: Float

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
    // Heads are for training, and files need not have their tensors; a frozen part is found in what is trained.
    var computation = try network.computation(images: size, parameters: parameters, heads: source.isSplit)
    if source.isSplit, let parts = network.settings.split(computation) { computation = parts.rest }
    computation.outputs = Array(computation.outputs.prefix(network.graph.outputs.count))
    do throws(PlanError) {
      plan = try ExecutionPlan(computation, PlanOptions(threads: threads))
      try plan.requireRunMemory()
    } catch {
      throw TrainingRunError("\(error)")
    }
    (self.source, self.objective, scores, threshold) = (source, objective, network.scores, network.threshold)
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
    try run(parameters: parameters, workers: workers, isStopped: { false }, body) ?? TrainingMeasures()
  }

  /// The same until it is told to stop, which is asked before each batch: nil then.
  func run(
    parameters: [String: Tensor], workers: Int, isStopped: () -> Bool, _ body: (Outcome) -> Void
  ) throws(TrainingRunError) -> TrainingMeasures? {
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
    let hasSeveral = source.maker.set.hasSeveralLabels
    var labelScores = hasSeveral ? LabelScores(classes: plan.outputShapes[0].last ?? 0, images: count) : nil
    if hasSeveral { measures.several = SeveralLabelMeasures() }
    for step in 0..<steps {
      if isStopped() { return nil }
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
          measures.add(outcome, rank: hasSeveral ? nil : rank(of: outcome.labels[0], in: row))
          labelScores?.add(row, outcome.labels)
          body(outcome)
        }
      }
    }
    if let labelScores { measures.several?.averagePrecisions = labelScores.averagePrecisions }
    return measures
  }

  private func rank(of label: Int, in row: UnsafeBufferPointer<Float>) -> Int {
    guard scores == .distances else { return Ranking.rank(of: label, in: row) }
    return row.map { -$0 }.withUnsafeBufferPointer { Ranking.rank(of: label, in: $0) }
  }

  private func outcome(of row: UnsafeBufferPointer<Float>, at place: Int) -> Outcome {
    let labels = source.maker.set.annotations[place]
    return Outcome(
      place: place, labels: labels, predicted: predicted(in: row),
      loss: objective.loss(of: row.map(Double.init), labels: labels, scores),
      isFinite: row.allSatisfy(\.isFinite))
  }

  private func predicted(in row: UnsafeBufferPointer<Float>) -> [Int] {
    if source.maker.set.hasSeveralLabels { return row.indices.filter { row[$0] > threshold } }
    let sign: Float = scores == .distances ? -1 : 1
    var best = 0
    for index in row.indices where sign * row[index] > sign * row[best] { best = index }
    return [best]
  }
}

extension TrainableNetwork {
  /// What the network's outputs mean.
  var scores: ScoreMeaning { graph.scores }

  /// What the score of a label is above where the network gives it to an image that may have several: a probability of a
  /// half, which of logits is 0; of outputs that a loss brings to 0 and 1, what lies between.
  package var threshold: Float {
    switch scores {
    case .probabilities, .independentProbabilities: 0.5
    case .logits, .logProbabilities, .distances: loss == .meanSquared ? 0.5 : 0
    }
  }
}

extension TrainingMeasures {
  /// - Parameter rank: How many classes come before the image's own; nil where it may have several.
  fileprivate mutating func add(_ outcome: TestRun.Outcome, rank: Int?) {
    images += 1
    loss += outcome.loss
    guard let rank else {
      several?.add(outcome.labels, given: outcome.predicted)
      return
    }
    if rank < 1 { first += 1 }
    if rank < 5 { firstFive += 1 }
  }
}

extension Recipe.Objective {
  /// What a network is measured by where nothing says what it was trained by.
  package static func standard(for scores: ScoreMeaning) -> Recipe.Objective {
    switch scores {
    case .logits, .probabilities, .logProbabilities: .crossEntropy(smoothing: 0)
    case .independentProbabilities: .binaryCrossEntropy
    case .distances: .radialBasis(j: 0.1)
    }
  }

  /// The loss of one image, of what the network gives for each class; nothing smoothed, as results are compared.
  ///
  /// - Parameter labels: The image's: one, but for losses of each class by itself.
  func loss(of row: [Double], labels: [Int], _ scores: ScoreMeaning) -> Double {
    let label = labels.first ?? 0
    func isOn(_ index: Int) -> Bool { labels.count == 1 ? index == label : labels.contains(index) }
    switch self {
    case .crossEntropy:
      if scores == .probabilities { return -logarithm(max(row[label], 1e-300)) }
      let most = row.reduce(-Double.infinity, max)
      return most + logarithm(row.reduce(0) { $0 + exponential($1 - most) }) - row[label]
    case .meanSquared:
      let squares = row.enumerated().map { index, value in
        let difference = value - (isOn(index) ? 1 : 0)
        return difference * difference
      }
      return squares.reduce(0, +) / Double(row.count)
    case .binaryCrossEntropy:
      let each = row.enumerated().map { index, value in
        // Of probabilities, as PyTorch has it, a logarithm is no less than −100.
        if scores == .independentProbabilities { return -max(-100, logarithm(isOn(index) ? value : 1 - value)) }
        return max(value, 0) - (isOn(index) ? value : 0) + logarithm(1 + exponential(-abs(value)))
      }
      return each.reduce(0, +) / Double(row.count)
    case .radialBasis(let j):
      let least = row.reduce(j, min)
      let sum = row.reduce(exponential(least - j)) { $0 + exponential(least - $1) }
      return row[label] - least + logarithm(sum)
    }
  }
}
