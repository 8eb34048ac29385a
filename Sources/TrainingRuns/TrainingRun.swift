import Datasets
import GraphIR
import Runtime
import Tensors
import Training

/// A run of training: epochs of steps, tests after each, checkpoints.
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

  package let network: TrainableNetwork
  package let recipe: Recipe
  package private(set) var position: RunPosition
  package private(set) var log = TrainingLog()
  private let options: Options
  private let folder: RunFolder?
  private let training: BatchMaker
  private let stage: TrainingStage
  private let start = secondsNow()
  /// What its images took.
  package private(set) var loading = LoadingCost()

  /// Prepares a run from first parameters, or from where a checkpoint left it.
  ///
  /// - Parameters:
  ///   - training: The batches of the set that it learns from.
  ///   - validation: Those of the set that it is tested on after each epoch; nil for none.
  ///   - folder: Where the log and checkpoints are written; nil for nowhere.
  /// - Throws: `TrainingRunError` if the network cannot be trained, or a checkpoint is of another.
  package init(
    _ network: TrainableNetwork, _ recipe: Recipe, parameters: [String: Tensor], training: BatchMaker,
    validation: BatchMaker?, folder: RunFolder?, resuming checkpoint: RunFolder.Checkpoint? = nil,
    fingerprints: [String: String] = [:], options: Options = Options()
  ) throws(TrainingRunError) {
    self.network = network
    self.recipe = recipe
    self.options = options
    self.folder = folder
    self.training = training
    stage = try TrainingStage(
      network, recipe, parameters: parameters, images: (training, validation), resuming: checkpoint, folder: folder,
      options: options)
    position = checkpoint?.position ?? RunPosition()
    position.fingerprints = fingerprints
    if checkpoint != nil { log = TrainingLog(folder?.read("log.csv") ?? "", upToStep: position.step) }
  }

  /// Steps of an epoch. Where a batch comes in parts, images that do not fill the last one wait for another epoch.
  package var stepsPerEpoch: Int {
    let count = training.set.count
    return recipe.accumulation > 1 ? count / recipe.batch : (count + recipe.batch - 1) / recipe.batch
  }

  /// What a user should know of how the run is computed.
  package var notes: [String] { stage.note.map { [$0] } ?? [] }

  /// The parameters that are tested and kept: the average, if there is one.
  package var parameters: [String: Tensor] { stage.parameters }

  /// The memory of a step, or of one of its parts.
  ///
  /// - Throws: `TrainingRunError` if it cannot be planned.
  func stepMemory() throws(TrainingRunError) -> TrainingMemory {
    try stage.memory(images: min(recipe.batch / recipe.accumulation, max(1, training.set.count)))
  }

  /// Batches that are made or wait while a step computes.
  var waitingBatches: Int { options.workers == 0 ? 0 : options.workers + 1 }

  /// Tests of so many epochs from where the run is.
  func testsLeft(ofEpochs count: Int) -> Int {
    guard stage.isTested, count > 0 else { return 0 }
    return (recipe.epochs - count + 1...recipe.epochs).count {
      $0 == recipe.epochs || $0.isMultiple(of: max(1, options.testEpochs))
    }
  }

  /// The batch of some places as the next epoch would have it.
  func batch(of places: [Int]) throws(DatasetError) -> Batch {
    try stage.source.batch(places, epoch: position.step / stepsPerEpoch, step: position.step)
  }

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
    guard stepsPerEpoch > 0 else {
      throw TrainingRunError(
        "\(training.set.count) images do not fill one batch of \(recipe.batch)"
          + (recipe.accumulation > 1 ? " in parts" : ""))
    }
    let before = position.seconds
    var saved = (step: position.step, seconds: secondsNow())
    while position.step < recipe.epochs * stepsPerEpoch {
      let epoch = position.step / stepsPerEpoch
      let ending = try self.epoch(epoch, isInterrupted: isInterrupted, saved: &saved, before: before, report)
      if let ending {
        try save(report)
        return ending
      }
      try finish(epoch, before: before, report)
      if isOutOfPatience { return .outOfPatience }
      guard position.step < recipe.epochs * stepsPerEpoch else { break }
      // The checkpoint is written already.
      if isInterrupted() { return .interrupted }
      if let limit = options.seconds, secondsNow() - start > limit { return .outOfTime }
    }
    return .finished
  }

  /// Makes the steps of an epoch from where the run is; nil at its end.
  private func epoch(
    _ epoch: Int, isInterrupted: () -> Bool, saved: inout (step: Int, seconds: Double), before: Double,
    _ report: (Event) -> Void
  ) throws(TrainingRunError) -> Ending? {
    let order = training.set.order(epoch: epoch, seed: recipe.seed)
    let (steps, batch, part) = (stepsPerEpoch, recipe.batch, recipe.batch / recipe.accumulation)
    let (source, parts, first) = (stage.source, recipe.accumulation, epoch * stepsPerEpoch)
    let batches = (0..<steps * parts).map { number in
      let from = number / parts * batch + number % parts * part
      return Array(order[from..<min(order.count, from + part)])
    }
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
        if isInterrupted() { return .interrupted }
        if let limit = options.seconds, now - start > limit { return .outOfTime }
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

  /// The learning rate of the next step.
  private var rate: Double {
    recipe.schedule.rate(recipe.optimizer.rate, at: place, measures: position.epochLosses)
  }

  private var place: Schedule.Place {
    Schedule.Place(step: position.step, stepsPerEpoch: stepsPerEpoch, epochs: recipe.epochs)
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
        momentum: recipe.schedule.momentum(recipe.optimizer.momentum, at: place))
    } catch {
      throw TrainingRunError("\(error)")
    }
    guard loss.isFinite else {
      throw TrainingRunError(
        "the loss of step \(position.step + 1) is \(loss): the numbers have grown out of bounds; a smaller lr, "
          + "clip_norm, or warmup keeps them in"
          + (folder.map { ". The last checkpoint in \($0.path) is from before" } ?? ""))
    }
    position.measures.add(
      loss: Double(loss), outputs: plan.outputs[0], labels: places.map { training.set.labels[$0] },
      smallerIsLikelier: network.scores == .distances)
    position.images += places.count
  }

  /// Tests after an epoch, keeps the best, and writes down what was measured.
  private func finish(
    _ epoch: Int, before: Double, _ report: (Event) -> Void
  ) throws(TrainingRunError) {
    let isLast = epoch + 1 == recipe.epochs
    let isTested = (epoch + 1) % max(1, options.testEpochs) == 0 || isLast
    var validation: TrainingMeasures?
    var confusion = folder == nil ? nil : ConfusionTable(training.set.classes, classes: network.classes)
    if isTested { validation = try stage.tested { confusion?.count($0.label, as: $0.predicted) } }
    let row = TrainingLog.Row(
      epoch: epoch + 1, step: position.step, images: position.images, seconds: before + secondsNow() - start,
      rate: lastRate, training: position.measures, validation: validation,
      imagesPerSecond: Double(position.images) / max(1e-9, position.seconds))
    position.epochLosses.append((validation ?? position.measures).meanLoss)
    position.measures = TrainingMeasures()
    let score = validation.map(\.top1) ?? (!stage.isTested ? -row.training.meanLoss : nil)
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
  }

  /// The rate of the step before.
  private var lastRate: Double {
    var place = place
    place.step = max(0, place.step - 1)
    return recipe.schedule.rate(recipe.optimizer.rate, at: place, measures: position.epochLosses)
  }

  private var isOutOfPatience: Bool {
    guard let patience = recipe.patience, let best = position.best else { return false }
    return position.step / stepsPerEpoch - best.epoch >= patience
  }

  private func save(_ report: (Event) -> Void) throws(TrainingRunError) {
    guard let folder else { return }
    try folder.save(checkpoint, as: "last")
    report(.saved(step: position.step))
  }
}
