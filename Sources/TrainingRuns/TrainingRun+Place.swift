import Datasets
import Training

// Where a run is: in which epoch of which stage, on which images, with which rate.
extension TrainingRun {
  /// The epoch under way, or the next, of the whole run.
  var epoch: Int { position.stage.epoch + (position.step - position.stage.step) / stepsPerEpoch }

  /// The steps that were made before an epoch of the stage.
  func firstStep(of epoch: Int) -> Int {
    position.stage.step + (epoch - position.stage.epoch) * stepsPerEpoch
  }

  /// Whether an epoch is the stage's last.
  func isLastOfStage(_ epoch: Int) -> Bool { epoch + 1 == position.stage.epoch + stage.recipe.epochs }

  /// The places of the images of each step of an epoch, or of each part of a step.
  func batches(of epoch: Int) -> [[Int]] {
    let recipe = stage.recipe
    let order = images.training.set.order(epoch: epoch, seed: recipe.seed)
    let (parts, part) = (recipe.accumulation, recipe.batch / recipe.accumulation)
    return (0..<stepsPerEpoch * parts).map { number in
      let from = number / parts * recipe.batch + number % parts * part
      return Array(order[from..<min(order.count, from + part)])
    }
  }

  /// The learning rate of the next step.
  var rate: Double {
    stage.recipe.schedule.rate(stage.recipe.optimizer.rate, at: place, measures: stageLosses)
  }

  /// What was measured after each epoch of the stage after which something was.
  var stageLosses: [Double] { position.epochLosses.dropFirst(position.stage.epoch).compactMap { $0 } }

  /// The next step as the stage's schedule counts.
  var place: Schedule.Place {
    Schedule.Place(
      step: position.step - position.stage.step, stepsPerEpoch: stepsPerEpoch, epochs: stage.recipe.epochs)
  }

  /// The rate of the step before.
  var lastRate: Double {
    var place = place
    place.step = max(0, place.step - 1)
    return stage.recipe.schedule.rate(stage.recipe.optimizer.rate, at: place, measures: stageLosses)
  }

  /// How many tests, or epochs where nothing is tested, the stage under way goes on for without a better result; nil for all.
  package var patience: Int? { stage.recipe.patience }

  /// Whether no result of the stage was better for as long as it may be.
  var isOutOfPatience: Bool {
    guard let patience = stage.recipe.patience, let best = position.best else { return false }
    let results = position.epochLosses.dropFirst(max(best.epoch, position.stage.epoch)).compactMap { $0 }
    return results.count >= patience
  }

  /// The memory of a step, or of one of its parts.
  ///
  /// - Throws: `TrainingRunError` if it cannot be planned.
  func stepMemory() throws(TrainingRunError) -> TrainingMemory {
    try stage.memory(
      images: min(stage.recipe.batch / stage.recipe.accumulation, max(1, images.training.set.count)))
  }

  /// Batches that are made or wait while a step computes.
  var waitingBatches: Int { options.workers == 0 ? 0 : options.workers + 1 }

  /// Steps that are left, from where the run is.
  var stepsLeft: Int {
    let later = recipe.stages.dropFirst(position.stage.index + 1).map { stage in
      stage.epochs * stage.stepsPerEpoch(images: images.training.set.count)
    }
    return max(0, firstStep(of: position.stage.epoch + stage.recipe.epochs) - position.step) + later.reduce(0, +)
  }

  /// Tests that are left, from where the run is.
  var testsLeft: Int {
    guard stage.isTested else { return 0 }
    var (count, start) = (0, position.stage.epoch)
    for stage in recipe.stages[position.stage.index...] {
      let end = start + stage.epochs
      count += (min(end, max(start, epoch))..<end).count { epoch in
        epoch + 1 == end || (epoch + 1).isMultiple(of: max(1, options.testEpochs))
      }
      start = end
    }
    return count
  }
}
