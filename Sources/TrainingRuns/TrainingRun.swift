import Datasets
import GraphIR
import Runtime
import Tensors
import Training

/// A run of training: stages of epochs of steps, tests after each epoch, checkpoints.
///
/// Everything that is random follows from the recipe's seed and the place in the run. So a run that was stopped anywhere and
/// goes on from a checkpoint ends with the same bits as one that was not, for any number of threads.
package final class TrainingRun {
  /// How a run is made, which changes nothing of what comes out but how far it gets.
  package struct Options: Sendable {
    /// Threads of a step; nil for as many as there are processors.
    package var threads: Int?
    /// Whether steps make values of the forward pass again in the backward pass in place of keeping them.
    package var recomputes = false
    /// Threads that make batches beside.
    package var workers = 1
    /// Steps between checkpoints within an epoch; nil for none.
    package var saveSteps: Int?
    /// Seconds between them; nil for none.
    package var saveSeconds: Double?
    /// Epochs between tests.
    package var testEpochs = 1
    /// Seconds after which the run stops, as if interrupted; nil for none.
    package var seconds: Double?
    /// Bytes for what a frozen part gives of images, between epochs.
    package var featureBytes = 1 << 30

    package init() {}
  }

  /// What a run tells as it goes.
  package enum Event: Sendable {
    /// A step was made: how many of the epoch's, with the epoch's sums so far.
    case step(epoch: Int, step: Int, of: Int, TrainingMeasures, rate: Double, imagesPerSecond: Double)
    /// An epoch is over.
    case epoch(TrainingLog.Row, isBest: Bool)
    /// Another stage begins: its place among the stages, from 0, and what a user should know of it.
    case stage(Int, notes: [String])
    /// A checkpoint was written.
    case saved(step: Int)
  }

  /// How a run ended.
  package enum Ending: Hashable, Sendable {
    case finished
    /// No better result for as many epochs as the recipe allows.
    case outOfPatience
    case interrupted
    case outOfTime
  }

  package let recipe: Recipe
  private let networks: [TrainableNetwork]
  package private(set) var position: RunPosition
  package private(set) var log: TrainingLog
  let options: Options
  private let folder: RunFolder?
  let images: (training: BatchMaker, validation: BatchMaker?)
  private(set) var stage: TrainingStage
  private let start = secondsNow()
  /// What its images took.
  package private(set) var loading = LoadingCost()

  /// Prepares a run from first parameters, or from where a checkpoint left it.
  ///
  /// - Parameters:
  ///   - training: The batches of the set that it learns from, as they are; the recipe says what changes.
  ///   - validation: Those of the set that it is tested on after each epoch; nil for none.
  ///   - folder: Where the log and checkpoints are written; nil for nowhere.
  /// - Throws: `TrainingRunError` if the network cannot be trained in one of the stages, or a checkpoint is of another.
  package init(
    _ graph: Graph, _ recipe: Recipe, parameters: [String: Tensor], training: BatchMaker,
    validation: BatchMaker?, folder: RunFolder?, resuming checkpoint: RunFolder.Checkpoint? = nil,
    fingerprints: [String: String] = [:], options: Options = Options()
  ) throws(TrainingRunError) {
    self.recipe = recipe
    self.options = options
    self.folder = folder
    images = (training, validation)
    let hasSeveral = training.set.hasSeveralLabels
    log = TrainingLog(hasSeveralLabels: hasSeveral)
    position = checkpoint?.position ?? RunPosition()
    var networks: [TrainableNetwork] = []
    for (index, recipe) in recipe.stages.enumerated() {
      guard !hasSeveral || recipe.objective.takesSeveralLabels else {
        throw TrainingRunError(
          "\(recipe.objective.name) is of one class an image, and the data has several labels; "
            + "`loss: binary_cross_entropy` takes them")
      }
      guard recipe.stepsPerEpoch(images: training.set.count) > 0 else {
        throw TrainingRunError(
          "\(training.set.count) images do not fill one batch of \(recipe.batch)"
            + (recipe.accumulation > 1 ? " in parts" : ""))
      }
      networks.append(try TrainableNetwork(graph, recipe, stage: index))
    }
    self.networks = networks
    let index = position.stage.index
    guard networks.indices.contains(index) else {
      throw TrainingRunError("the run is in stage \(index + 1), and the recipe has \(networks.count)")
    }
    stage = try TrainingStage(
      networks[index], recipe.stages[index], parameters: parameters, images: images, resuming: checkpoint,
      folder: folder, options: options)
    position.fingerprints = fingerprints
    if checkpoint != nil {
      log = TrainingLog(folder?.read("log.csv") ?? "", upToStep: position.step, hasSeveralLabels: hasSeveral)
    }
  }

  /// The network as it is trained in the stage under way.
  package var network: TrainableNetwork { stage.network }

  /// Whether results are of images that are not learned from.
  package var isTested: Bool { stage.isTested }

  /// Steps of an epoch of the stage under way.
  package var stepsPerEpoch: Int { stage.stepsPerEpoch }

  /// What a user should know of how the run is computed.
  package var notes: [String] { stage.notes }

  /// The parameters that are tested and kept: the average, if there is one.
  package var parameters: [String: Tensor] { stage.parameters }

  /// What a checkpoint holds now.
  package var checkpoint: RunFolder.Checkpoint {
    RunFolder.Checkpoint(position: position, parameters: stage.state.parameters, kept: stage.state.kept)
  }

  /// Trains to the end, or until it is told to stop.
  ///
  /// - Parameters:
  ///   - isInterrupted: Asked after each step; the run then writes a checkpoint and ends.
  ///   - report: Takes what happens.
  /// - Throws: `TrainingRunError` for an image that cannot be used, a loss that is no number, or a file that cannot be
  ///   written.
  package func run(
    isInterrupted: () -> Bool = { false }, report: (Event) -> Void = { _ in }
  ) throws(TrainingRunError) -> Ending {
    let before = position.seconds
    var saved = (step: position.step, seconds: secondsNow())
    // Where the run was stopped in a test, that comes first.
    if position.epochLosses.count < epoch, position.step == firstStep(of: epoch) {
      if let ending = try finish(epoch - 1, isInterrupted, before: before, report) { return ending }
    }
    while true {
      let isImpatient = position.step == firstStep(of: epoch) && isOutOfPatience
      guard !isImpatient, epoch < position.stage.epoch + stage.recipe.epochs else {
        guard position.stage.index + 1 < networks.count else { return isImpatient ? .outOfPatience : .finished }
        try enterNextStage(report)
        continue
      }
      let epoch = epoch
      let ending = try makeEpoch(epoch, isInterrupted: isInterrupted, saved: &saved, before: before, report)
      if let ending {
        try save(report)
        return ending
      }
      if let ending = try finish(epoch, isInterrupted, before: before, report) { return ending }
      let isLast = position.stage.index + 1 == networks.count && isLastOfStage(epoch)
      guard !isLast, !isOutOfPatience else { continue }
      // The checkpoint is written already.
      if let ending = reasonToStop(isInterrupted) { return ending }
    }
  }

  /// How the run ends if it is to stop now.
  private func reasonToStop(_ isInterrupted: () -> Bool) -> Ending? {
    if isInterrupted() { return .interrupted }
    guard let limit = options.seconds, secondsNow() - start > limit else { return nil }
    return .outOfTime
  }

  /// Goes on with the next stage, from the weights that are tested: its optimizer and its average begin anew.
  private func enterNextStage(_ report: (Event) -> Void) throws(TrainingRunError) {
    let parameters = stage.parameters
    let epoch = self.epoch
    position.stage.index += 1
    (position.stage.step, position.stage.epoch) = (position.step, epoch)
    let index = position.stage.index
    stage = try TrainingStage(
      networks[index], recipe.stages[index], parameters: parameters, images: images, resuming: nil, folder: folder,
      options: options)
    report(.stage(index, notes: notes))
  }

  /// Makes the steps of an epoch from where the run is; nil at its end.
  private func makeEpoch(
    _ epoch: Int, isInterrupted: () -> Bool, saved: inout (step: Int, seconds: Double), before: Double,
    _ report: (Event) -> Void
  ) throws(TrainingRunError) -> Ending? {
    let recipe = stage.recipe
    let (source, parts, first) = (stage.source, recipe.accumulation, firstStep(of: epoch))
    let (steps, batches) = (stepsPerEpoch, batches(of: epoch))
    // Asks for a step's memory, inputs included, before batches are made.
    _ = try stage.plan(images: batches[0].count)
    let prefetcher = Prefetcher<Batch, DatasetError>(
      (position.step - first) * parts..<steps * parts, threads: options.workers
    ) { number in
      Result { () throws(DatasetError) in
        try source.batch(batches[number], epoch: epoch, step: first * parts + number)
      }
    }
    defer { prefetcher.stop() }
    let began = (seconds: secondsNow(), images: position.images)
    defer {
      loading.add(
        seconds: secondsNow() - began.seconds, waited: prefetcher.waited, working: prefetcher.working)
    }
    while position.step - first < steps {
      let rate = self.rate
      for part in 0..<parts {
        try makePart(prefetcher.take(), batches[(position.step - first) * parts + part], rate: rate)
      }
      position.step += 1
      let now = secondsNow()
      position.seconds = before + now - start
      report(
        .step(
          epoch: epoch, step: position.step - first, of: steps, position.measures, rate: rate,
          imagesPerSecond: Double(position.images - began.images) / max(1e-9, now - began.seconds)))
      if position.step - first < steps {
        if let ending = reasonToStop(isInterrupted) { return ending }
        let isDue =
          options.saveSteps.map { position.step - saved.step >= $0 } ?? false
          || options.saveSeconds.map { now - saved.seconds >= $0 } ?? false
        if isDue {
          try save(report)
          saved = (position.step, secondsNow())
        }
      }
    }
    saved = (position.step, secondsNow())
    return nil
  }

  /// Makes sure that all parameters are numbers, so that no others are kept.
  private func checkNumbers() throws(TrainingRunError) {
    guard let fault = stage.parameterFault else { return }
    throw TrainingRunError(
      "behind step \(position.step) \(fault): the numbers have grown out of bounds"
        + (folder.map { ". The last checkpoint in \($0.path) is from before" } ?? ""), faultyStep: position.step + 1)
  }

  /// Makes a step, or a part of one.
  private func makePart(
    _ made: Result<Batch, DatasetError>, _ places: [Int], rate: Double
  ) throws(TrainingRunError) {
    let batch: Batch
    switch made {
    case .success(let made): batch = made
    case .failure(let error): throw TrainingRunError(error.description)
    }
    let plan = try stage.plan(images: places.count)
    let loss: Float
    do throws(TrainingError) {
      loss = try plan.step(
        stage.source.inputs(batch, of: places), labels: batch.labels, rate: rate,
        momentum: stage.recipe.schedule.momentum(stage.recipe.optimizer.momentum, at: place))
    } catch {
      throw TrainingRunError("\(error)")
    }
    guard loss.isFinite else {
      throw TrainingRunError(
        "the loss of step \(position.step + 1) is \(loss): the numbers have grown out of bounds; a smaller lr, "
          + "clip_norm, or warmup keeps them in"
          + (folder.map { ". The last checkpoint in \($0.path) is from before" } ?? ""), faultyStep: position.step + 1)
    }
    let set = images.training.set
    if set.hasSeveralLabels {
      position.measures.add(
        loss: Double(loss), outputs: plan.outputs[0], labels: places.map { set.annotations[$0] },
        threshold: network.threshold)
    } else {
      position.measures.add(
        loss: Double(loss), outputs: plan.outputs[0], labels: places.map { set.labels[$0] },
        smallerIsLikelier: network.scores == .distances)
    }
    position.images += places.count
  }

  /// Tests after an epoch, keeps the best, and writes down what was measured; gives how the run ends where it is stopped in
  /// the test, which a run that goes on then makes again.
  private func finish(
    _ epoch: Int, _ isInterrupted: () -> Bool, before: Double, _ report: (Event) -> Void
  ) throws(TrainingRunError) -> Ending? {
    try checkNumbers()
    let isTested = (epoch + 1) % max(1, options.testEpochs) == 0 || isLastOfStage(epoch)
    var validation: TrainingMeasures?
    let hasSeveral = images.training.set.hasSeveralLabels
    var confusion =
      folder == nil || hasSeveral ? nil : ConfusionTable(images.training.set.classes, classes: network.classes)
    if isTested {
      var ending: Ending?
      validation = try stage.tested {
        ending = reasonToStop(isInterrupted)
        return ending != nil
      } _: {
        confusion?.count($0.labels[0], as: $0.predicted[0])
      }
      if let ending {
        try save(report)
        return ending
      }
    }
    let row = TrainingLog.Row(
      epoch: epoch + 1, step: position.step, images: position.images, seconds: before + secondsNow() - start,
      rate: lastRate, training: position.measures, validation: validation,
      imagesPerSecond: Double(position.images) / max(1e-9, position.seconds))
    position.epochLosses.append(stage.isTested ? validation?.meanLoss : position.measures.meanLoss)
    position.measures = TrainingMeasures()
    let score = validation.map(\.score) ?? (!stage.isTested ? -row.training.meanLoss : nil)
    let isBest = score.map { $0 > position.best?.score ?? -.infinity } ?? false
    if let score, isBest { position.best = RunPosition.Best(score: score, epoch: epoch + 1) }
    log.add(row)
    if let folder {
      if isBest {
        try folder.save(
          RunFolder.Checkpoint(position: position, parameters: parameters, kept: [:]), as: "best")
        if validation != nil, let confusion {
          try folder.write(confusion.csv, to: "confusion.csv")
          if let picture = confusion.svg { try folder.write(picture, to: "confusion.svg") }
        }
      }
      try folder.write(log.text, to: "log.csv")
      try folder.write(TrainingCurves(log).svg, to: "curves.svg")
    }
    report(.epoch(row, isBest: isBest))
    try save(report)
    return nil
  }

  private func save(_ report: (Event) -> Void) throws(TrainingRunError) {
    guard let folder else { return }
    try checkNumbers()
    try folder.save(checkpoint, as: "last")
    report(.saved(step: position.step))
  }
}
