import ArgumentParser
import JSON
import Reports
import Runtime
import Tensors
import TrainingRuns

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Tells how a run goes: a line for each epoch on the standard output, the step under way on a terminal.
final class TrainingReporter {
  private let log: TrainCommand.Log
  private let recipe: Recipe
  private let classes: Int
  private let isTerminal = isatty(2) == 1 && !Terminal.isDumb
  private var shownAt = 0.0
  /// The recipe of the stage under way.
  private var stage: Recipe

  init(_ log: TrainCommand.Log, recipe: Recipe, classes: Int) {
    (self.log, self.recipe, self.classes, stage) = (log, recipe, classes, recipe.stages[0])
  }

  /// Says what will be done.
  func begin(_ run: TrainingRun, images: Int, tested: Int, folder: String) {
    stage = recipe.stages[run.position.stage.index]
    guard log == .text else { return }
    standardError(
      "\(images) images to learn from, \(tested) to be tested on, \(classes) classes; "
        + Self.epochs(recipe.stages, images: images)
        + (run.position.step > 0 ? ", going on behind step \(run.position.step)" : "") + "; \(folder)\n")
  }

  /// `20 epochs of 469 steps`, or of stages `8 epochs: 3 of 26 steps, 5 of 41 steps`.
  static func epochs(_ stages: [Recipe], images: Int) -> String {
    func text(_ stage: Recipe, _ unit: String) -> String {
      let steps = stage.stepsPerEpoch(images: images)
      return "\(stage.epochs)\(unit) of \(steps) step\(steps == 1 ? "" : "s")"
    }
    func unit(_ count: Int) -> String { count == 1 ? " epoch" : " epochs" }
    guard stages.count > 1 else { return text(stages[0], unit(stages[0].epochs)) }
    let all = stages.reduce(0) { $0 + $1.epochs }
    return "\(all)\(unit(all)): " + stages.map { text($0, "") }.joined(separator: ", ")
  }

  func report(_ event: TrainingRun.Event) {
    switch event {
    case .step(let epoch, let step, let count, let measures, let rate, let speed):
      show(epoch: epoch, step: step, of: count, measures, rate: rate, speed: speed)
    case .epoch(let row, let isBest):
      clear()
      tell(row, isBest: isBest)
    case .stage(let index, let notes):
      clear()
      stage = recipe.stages[index]
      standardError("cnnc: stage \(index + 1) of \(recipe.stages.count)\n")
      for note in notes { standardError("cnnc: \(note)\n") }
    case .saved: break
    }
  }

  private func show(
    epoch: Int, step: Int, of count: Int, _ measures: TrainingMeasures, rate: Double, speed: Double
  ) {
    guard isTerminal, log == .text else { return }
    let now = RunClock.now
    guard now - shownAt > 0.2 || step == count else { return }
    shownAt = now
    let left = Double((count - step) * stage.batch) / max(1, speed)
    standardError(
      "\r\u{1B}[Kepoch \(epoch + 1)/\(recipe.allEpochs)  step \(step)/\(count)  loss \(Self.text(measures.meanLoss, 4))  "
        + "\(Self.training(measures))  lr \(Self.short(rate))  \(Self.text(speed, 0)) images/s  "
        + "\(Self.time(left)) left")
  }

  private func clear() { if isTerminal, log == .text { standardError("\r\u{1B}[K") } }

  private func tell(_ row: TrainingLog.Row, isBest: Bool) {
    switch log {
    case .none: break
    case .text:
      var line =
        "epoch \(row.epoch)/\(recipe.allEpochs)  loss \(Self.text(row.training.meanLoss, 4))  "
        + Self.training(row.training)
      if let tested = row.validation {
        line += "  | tested: loss \(Self.text(tested.meanLoss, 4))  "
        if let several = tested.several {
          line += "mAP \(Self.percent(tested.score))  F1 \(Self.percent(several.microF1))"
        } else {
          line += "top-1 \(Self.percent(tested.top1))"
          if classes > 10 { line += "  top-5 \(Self.percent(tested.top5))" }
        }
        if isBest { line += "  best" }
      }
      line += "  | lr \(Self.short(row.rate))  \(Self.text(row.imagesPerSecond, 0)) images/s  \(Self.time(row.seconds))"
      standardOutput(line + "\n")
    case .json:
      let (tested, several) = (row.validation, row.training.several)
      let isOfOneClass = several == nil
      standardOutput(
        JSONValue.object(
          ("epoch", .int(row.epoch)), ("step", .int(row.step)), ("images", .int(row.images)),
          ("seconds", .double(row.seconds)), ("lr", .double(row.rate)),
          ("train_loss", .double(row.training.meanLoss)),
          ("train_top1", isOfOneClass ? .double(row.training.top1) : nil),
          ("train_f1", several.map { .double($0.microF1) }), ("val_loss", tested.map { .double($0.meanLoss) }),
          ("val_top1", isOfOneClass ? tested.map { .double($0.top1) } : nil),
          ("val_top5", isOfOneClass ? tested.map { .double($0.top5) } : nil),
          ("val_map", isOfOneClass ? nil : tested.map { .double($0.score) }),
          ("val_f1", tested?.several.map { .double($0.microF1) }), ("images_per_s", .double(row.imagesPerSecond)),
          ("best", .bool(isBest))
        ).compactText + "\n")
    }
    if row.epoch == 1, log != .none { warnOfNoProgress(row.training.meanLoss) }
  }

  /// A loss that stays at ln K has learned nothing.
  private func warnOfNoProgress(_ loss: Double) {
    guard case .crossEntropy = stage.objective, classes > 1 else { return }
    let chance = RunClock.naturalLogarithm(Double(classes))
    guard abs(loss - chance) < 0.01 * chance else { return }
    standardError(
      "cnnc: the loss is still \(Self.text(loss, 3)), as of guessing among \(classes) classes: a larger or smaller lr may "
        + "help, `preprocess` with mean and std, or weights to begin with\n")
  }

  /// Says how the run ended; the status to leave with, nil for success.
  func end(_ ending: TrainingRun.Ending, _ run: TrainingRun) -> ExitCode? {
    clear()
    switch ending {
    case .interrupted: standardError("cnnc: interrupted and saved behind step \(run.position.step); --resume goes on\n")
    case .outOfTime: standardError("cnnc: the time is over; saved behind step \(run.position.step), --resume goes on\n")
    case .outOfPatience:
      standardError("cnnc: no better result in \(run.patience ?? 0) \(run.isTested ? "tests" : "epochs")\n")
    case .finished: break
    }
    tellLoading(run.loading)
    if ending == .interrupted { return ExitCode(130) }
    if ending == .outOfTime { return nil }
    guard let best = run.position.best else { return nil }
    let (first, second) = run.log.hasSeveralLabels ? ("mAP", "F1") : ("top-1", "top-5")
    if best.score >= 0, log == .text {
      standardOutput("best: \(first) \(Self.percent(best.score)) after epoch \(best.epoch)\n")
    }
    var status: ExitCode?
    let (expected, other) = (recipe.expectation, run.log.secondScore(afterEpoch: best.epoch))
    for (name, wanted, reached) in [
      (first, expected.top1 ?? expected.map, best.score), (second, expected.top5 ?? expected.f1, other),
    ] {
      guard let wanted, let reached, reached < wanted else { continue }
      standardError(
        "cnnc: the recipe expects a \(name) of \(Self.percent(wanted)), and \(Self.percent(reached)) is it\n")
      status = .findings
    }
    return status
  }

  /// Says what a run will take.
  func tell(_ forecast: RunForecast) {
    guard log == .text else { return }
    let memory = forecast.memory
    let arena = memory.arena.bytes.saturatingAdded(memory.arena.constants)
    let rows = [
      ("parameters", memory.parameters), ("optimizer", memory.kept), ("arena", arena),
      ("batches and data", forecast.data),
    ]
    let list = rows.map { "\($0.0) \(NumberText.bytes($0.1))" }.joined(separator: ", ")
    let total = rows.reduce(0) { $0.saturatingAdded($1.1) }
    standardError("memory: \(NumberText.bytes(total)): \(list)\n")
    guard forecast.measuredSteps > 0 else {
      standardError("time: no step is left\n")
      return
    }
    standardError(
      "time: about \(Self.time(forecast.seconds)) for \(forecast.steps) steps of \(Self.text(1000 * forecast.stepSeconds, 1)) "
        + "ms, as \(forecast.measuredSteps) took now"
        + (forecast.tests > 0
          ? ", and \(forecast.tests) tests, whose images are taken for a third of one in a step\n" : "\n"))
  }

  /// What the images took beside the steps: more than a few per cent of either is worth a cache, or another `--workers`.
  private func tellLoading(_ loading: LoadingCost) {
    let processors = ThreadCount.standard
    guard log == .text, let waiting = loading.waitingShare, let working = loading.workingShare(processors: processors)
    else { return }
    standardError(
      "loading: steps waited for images in \(Self.percent(waiting)) of their time; making batches took "
        + "\(Self.percent(working)) of that of \(processors) processor\(processors == 1 ? "" : "s")\n")
  }

  /// The part of a line on how well images that are learned from are told apart.
  private static func training(_ measures: TrainingMeasures) -> String {
    measures.several.map { "F1 \(percent($0.microF1))" } ?? "top-1 \(percent(measures.top1))"
  }

  private static func text(_ number: Double, _ places: Int) -> String { TrainingLog.rounded(number, places: places) }

  private static func percent(_ share: Double) -> String { "\(text(100 * share, 2)) %" }

  /// A learning rate with three digits that count.
  private static func short(_ rate: Double) -> String {
    guard rate != 0 else { return "0" }
    let places = max(0, 2 - RunClock.magnitude(rate))
    guard places <= 8 else { return "\(rate)" }
    var digits = text(rate, places)
    while digits.contains("."), digits.hasSuffix("0") || digits.hasSuffix(".") {
      let last = digits.removeLast()
      if last == "." { break }
    }
    return digits
  }

  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "?" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    let (minutes, rest) = (whole / 60, whole % 60)
    if minutes < 60 { return "\(minutes) min \(rest) s" }
    return "\(minutes / 60) h \(minutes % 60) min"
  }
}

/// What the reporter asks the system's library.
enum RunClock {
  /// Seconds of a clock that only goes forward.
  static var now: Double { Double(Clock.now) * 1e-9 }

  static func naturalLogarithm(_ number: Double) -> Double { log(number) }

  /// The power of ten of a number's first digit.
  static func magnitude(_ number: Double) -> Int { Int(log10(abs(number)).rounded(.down)) }
}

/// Whether the user has pressed Ctrl-C: once to stop behind the step, twice to stop at once.
enum Interruption {
  nonisolated(unsafe) private static var count: sig_atomic_t = 0

  static var happened: Bool { count > 0 }

  static func watch() {
    signal(SIGINT) { number in
      Interruption.count += 1
      if Interruption.count > 1 {
        signal(number, SIG_DFL)
        raise(number)
      }
    }
    signal(SIGTERM) { _ in Interruption.count += 1 }
  }
}

/// The folder that relative paths start from.
enum WorkingFolder {
  static var path: String {
    guard let text = getcwd(nil, 0) else { return "." }
    defer { free(text) }
    return String(cString: text)
  }
}
