import Augmentation
import Datasets
import Foundation
import Images
import Recipes
import Tensors
import Testing

@testable import TrainingRuns

/// Runs of training: that they learn, and that nothing of where they were stopped or on how many threads shows.
@Suite("Runs of training")
struct TrainingRunTests {
  private static let whole = """
    epochs: 3
    batch: 10
    validation: test
    optimizer: {sgd: {lr: 0.05, momentum: 0.9, weight_decay: 1e-3, decay_norms: false}}
    schedule: cosine
    augment: [flip, pad_crop: 1, erase: 0.3]
    mix: {mixup: 0.2, cutmix: 1}
    ema: 0.9
    clip_norm: 2
    seed: 7
    """

  @Test func networksLearn() throws {
    let example = try ExampleRun(images: 90)
    let run = try example.run(example.recipe("epochs: 15\nbatch: 10\nvalidation: test\noptimizer: {adam: 0.01}"))
    var rows: [TrainingLog.Row] = []
    let ending = try run.run(report: { if case .epoch(let row, _) = $0 { rows.append(row) } })
    #expect(ending == .finished && rows.count == 15)
    // The first loss is about ln 3, as of guessing.
    #expect(0.7...1.6 ~= rows[0].training.meanLoss)
    #expect(rows[14].training.meanLoss < 0.3)
    #expect(rows[14].validation.map { $0.top1 > 0.9 } == true, "\(rows[14])")
    #expect(run.position.best.map { $0.score > 0.9 } == true)
  }

  /// One batch, seen again and again, is learned by heart.
  @Test(arguments: ["cross_entropy", "mean_squared", "binary_cross_entropy"])
  func oneBatchIsLearnedByHeart(loss: String) throws {
    let example = try ExampleRun(images: 9)
    let recipe = example.recipe(
      "epochs: 150\nbatch: 9\nvalidation: none\nloss: \(loss)\noptimizer: {adam: 0.01}\ndropout: false")
    let run = try example.run(recipe)
    var last = Double.infinity
    _ = try run.run(report: { if case .epoch(let row, _) = $0 { last = row.training.meanLoss } })
    #expect(last < 0.01)
  }

  /// The same weights and the same log, whatever the threads of steps and of loading.
  @Test func threadsChangeNothing() throws {
    let example = try ExampleRun()
    var results: [(weights: [String: Tensor], log: [String])] = []
    for (threads, workers) in [(1, 0), (2, 1), (3, 3)] {
      let run = try example.run(example.recipe(Self.whole), threads: threads, workers: workers)
      _ = try run.run()
      results.append((run.checkpoint.parameters, run.log.timeless))
    }
    #expect(results[0].weights == results[1].weights && results[0].weights == results[2].weights)
    #expect(results[0].log == results[1].log && results[0].log == results[2].log)
    #expect(results[0].log.count == 4)
  }

  /// A run that is stopped behind any step and goes on from its checkpoint ends as one that was not.
  @Test func stoppedRunsGoOnToTheSameBits() throws {
    let example = try ExampleRun()
    let recipe = example.recipe(Self.whole)
    let whole = try example.run(recipe, output: "whole")
    _ = try whole.run()
    let steps = whole.position.step
    #expect(steps == 15)
    for stop in 1..<steps {
      let folder = try example.expectSameBits(of: whole, recipe, stoppedBehind: stop)
      let best = try #require(try folder.checkpoint("best"))
      let wholeBest = try #require(try example.folder("whole").checkpoint("best"))
      #expect(best.parameters == wholeBest.parameters)
    }
  }

  /// A run that was killed goes on from its last checkpoint; what its log says of later steps is cut.
  @Test func killedRunsGoOnFromTheLastCheckpoint() throws {
    let example = try ExampleRun()
    let recipe = example.recipe(Self.whole)
    let whole = try example.run(recipe)
    _ = try whole.run()
    let killed = try example.run(recipe, output: "killed", saveSteps: 2)
    var saved: RunFolder.Checkpoint?
    _ = try killed.run(report: { event in
      if case .saved(let step) = event, step == 7 { saved = try? example.folder("killed").checkpoint("last") }
    })
    guard let saved else {
      Issue.record("nothing was saved behind step 7")
      return
    }
    let second = try example.run(recipe, output: "killed", resuming: saved)
    #expect(second.position.step == 7 && second.log.timeless.count == 2)
    _ = try second.run()
    #expect(second.checkpoint.parameters == whole.checkpoint.parameters && second.log.timeless == whole.log.timeless)
  }

  /// Only the last of what a name leads to stays in the folder.
  @Test func checkpointsReplaceEachOther() throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe(Self.whole), output: "a", saveSteps: 1)
    _ = try run.run()
    let names = try FileManager.default.contentsOfDirectory(atPath: example.folder("a").path).sorted()
    #expect(
      names.count == 8
        && names.suffix(6) == ["best", "confusion.csv", "confusion.svg", "curves.svg", "last", "log.csv"])
    let checkpoint = try #require(try example.folder("a").checkpoint("last"))
    #expect(checkpoint.position == run.position && checkpoint.parameters == run.checkpoint.parameters)
    #expect(try example.folder("a").checkpoint("none") == nil)
  }

  @Test(arguments: ["", "{}", "[1]", "{\"step\": -1}", "{\"step\": 1e999}", "nonsense"])
  func damagedCheckpointsAreRefused(text: String) throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe("epochs: 1\nbatch: 45"), output: "a")
    _ = try run.run()
    try Data(text.utf8).write(to: URL(fileURLWithPath: example.folder("a").file("last/state.json")))
    #expect(throws: TrainingRunError.self) { try example.folder("a").checkpoint("last") }
  }

  /// What is frozen does not move, with its statistics; the rest does.
  @Test func frozenTensorsStay() throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe("epochs: 1\nbatch: 15\nfreeze: [conv, norm.*]"))
    _ = try run.run()
    let (before, after) = (try example.parameters(), run.checkpoint.parameters)
    for (name, tensor) in before { #expect((after[name] == tensor) == !name.hasPrefix("fc"), "\(name)") }
    #expect(run.network.notes.count == 1)
    let same = try TrainableNetwork(example.graph, example.recipe("freeze: [\"*\", \"!fc\"]"))
    #expect(same.settings == run.network.settings)
  }

  /// Rates by pattern: a factor of nothing moves nothing.
  @Test func ratesHoldByPattern() throws {
    let example = try ExampleRun()
    let run = try example.run(
      example.recipe("epochs: 1\nbatch: 15\nrates: {\"conv.*\": 0, \"*\": 1}\noptimizer: {sgd: {lr: 0.1}}"))
    _ = try run.run()
    let (before, after) = (try example.parameters(), run.checkpoint.parameters)
    #expect(after["conv.weight"] == before["conv.weight"] && after["fc.weight"] != before["fc.weight"])
  }

  /// Parts of a batch give the gradient of the whole where no norm looks at the batch.
  @Test func partsMakeTheSameStep() throws {
    let spec = ExampleRun.spec.split(separator: "\n").filter { !$0.contains("norm") && !$0.contains("dropout") }
      .joined(separator: "\n")
    let example = try ExampleRun(spec: spec, images: 48)
    let whole = try example.run(example.recipe("epochs: 2\nbatch: 24\nvalidation: none\noptimizer: {sgd: 0.1}"))
    let parts = try example.run(
      example.recipe("epochs: 2\nbatch: 24\naccumulate: 3\nvalidation: none\noptimizer: {sgd: 0.1}"))
    _ = try whole.run()
    _ = try parts.run()
    #expect(parts.position.step == 4)
    for (name, tensor) in whole.checkpoint.parameters {
      let other = try #require(parts.checkpoint.parameters[name])
      #expect(zip(tensor.elements, other.elements).allSatisfy { abs($0 - $1) < 1e-5 }, "\(name)")
    }
  }

  @Test func patienceEnds() throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe("epochs: 50\nbatch: 45\npatience: 2\noptimizer: {sgd: {lr: 0}}"))
    #expect(try run.run() == .outOfPatience)
    #expect(run.position.step == 3)
  }

  /// A loss that is no number ends the run with advice, and what was saved before stays.
  /// Where tests are further apart than epochs, it is they that count: for patience, and for a rate that falls where they say
  /// so. What is learned from is no measure beside them.
  @Test func testsAreWhatCounts() throws {
    let example = try ExampleRun()
    let text = "epochs: 9\nbatch: 15\nfreeze: norm\noptimizer: {sgd: 1e-12}\nseed: 3\n"
    func run(_ more: String, every epochs: Int) throws -> (
      run: TrainingRun, ending: TrainingRun.Ending, rates: [Double]
    ) {
      let run = try example.run(example.recipe(text + more), testEpochs: epochs)
      var rates: [Double] = []
      let ending = try run.run(report: { if case .epoch(let row, _) = $0 { rates.append(row.rate) } })
      return (run, ending, rates)
    }
    let patient = try run("validation: test\npatience: 2", every: 2)
    #expect(patient.ending == .outOfPatience && patient.run.position.best?.epoch == 2)
    #expect(patient.run.position.epochLosses.map { $0 == nil } == [true, false, true, false, true, false])
    // Nothing gets better, so the rate falls after each test but the first.
    let falling = try run("validation: test\nschedule: {plateau: {patience: 0, factor: 0.5}}", every: 3)
    let eighths = falling.rates.map { ($0 * 1e12 * 8).rounded() }
    #expect(eighths == [8, 8, 8, 8, 8, 8, 4, 4, 4])
    let untested = try run("validation: none\npatience: 1", every: 5)
    #expect(!untested.run.position.epochLosses.contains { $0 == nil })
  }

  @Test func explosionsAreSaid() throws {
    let example = try ExampleRun()
    let run = try example.run(
      example.recipe("epochs: 60\nbatch: 9\nloss: mean_squared\noptimizer: {sgd: {lr: 1e6, momentum: 0.9}}"),
      output: "a")
    #expect {
      _ = try run.run()
    } throws: { "\($0)".contains("is nan") || "\($0)".contains("is inf") || "\($0)".contains("is -nan") }
  }

  @Test(arguments: [
    ("freeze: [nothing]", "no tensor of the network fits 'nothing'"), ("freeze: [\"*\"]", "nothing is left to train"),
    ("batch: 10\naccumulate: 3", "equal parts"), ("loss: radial_basis\nmix: {mixup: 1}", "cannot be mixed"),
    ("batch: 100\naccumulate: 2", "do not fill"),
  ])
  func contradictionsAreRefused(recipe: String, message: String) throws {
    let example = try ExampleRun()
    #expect {
      _ = try example.run(example.recipe("epochs: 1\n\(recipe)")).run()
    } throws: { "\($0)".contains(message) }
  }

  @Test func imagesThatDoNotFitAreNamed() throws {
    let example = try ExampleRun(
      spec: "cnnc: 1\ninput: {channels: 1, size: 9}\nlayers: [flatten, linear: {out: 3}]")
    #expect {
      _ = try example.run(example.recipe("epochs: 1"), workers: 2).run()
    } throws: { "\($0)".contains("train-images-idx3-ubyte, image") && "\($0)".contains("8×8") }
  }

  /// A line for what was learned and one for what was tested, whatever the numbers are.
  @Test func curvesAreDrawn() {
    var log = TrainingLog()
    #expect(TrainingCurves(log).svg.hasPrefix("<svg") && !TrainingCurves(log).svg.contains("polyline"))
    for epoch in 1...4 {
      var training = TrainingMeasures()
      (training.images, training.loss, training.first) = (10, epoch == 2 ? .infinity : 10 / Double(epoch), epoch)
      log.add(
        TrainingLog.Row(
          epoch: epoch, step: epoch, images: 10, seconds: 1, rate: 0.1, training: training,
          validation: epoch % 2 == 0 ? training : nil, imagesPerSecond: 3))
    }
    let svg = TrainingCurves(log).svg
    #expect(svg.split(separator: "<polyline").count == 5 && !svg.contains("inf") && !svg.contains("nan"))
    // Four epochs of accuracy and three finite losses, two and one of them tested.
    #expect(svg.split(separator: "<circle").count == 1 + 4 + 3 + 2 + 1)
    for (low, high) in [(0.0, 1.0), (0.3, 0.31), (5, 5), (0, 0), (-3, 1e6), (92.1, 93.4)] {
      let ticks = TrainingCurves.ticks(low, high)
      #expect((2...8).contains(ticks.count) && ticks[0] <= low && (ticks.last ?? 0) >= high * (1 - 1e-12), "\(ticks)")
    }
  }

  /// The table in a run's folder is that of the best weights: its diagonal is their top-1.
  @Test func confusionIsThatOfTheBest() throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe(Self.whole), output: "a")
    _ = try run.run()
    let text = try #require(example.folder("a").read("confusion.csv"))
    let rows = text.split(separator: "\n").map { $0.split(separator: ",") }
    #expect(rows.map { $0[0] } == ["class", "0", "1", "2"] && rows[0] == ["class", "0", "1", "2"])
    let counts = rows.dropFirst().map { $0.dropFirst().compactMap { Int($0) } }
    #expect(counts.allSatisfy { $0.reduce(0, +) == 10 })
    let right = counts.indices.reduce(0) { $0 + counts[$1][$1] }
    #expect(run.position.best?.score == Double(right) / 30)
    let picture = try #require(example.folder("a").read("confusion.svg"))
    #expect(picture.split(separator: "<title>").count == 1 + counts.joined().count { $0 > 0 })
  }

  /// Names of classes may be anything; what is too large is not made.
  @Test func confusionIsEscaped() throws {
    var table = try #require(ConfusionTable(["a,\"b\"", "<x>\r\n\u{1}&"], classes: 3))
    table.count(0, as: 1)
    table.count(0, as: 0)
    table.count(2, as: 1)
    let csv = "class,\"a,\"\"b\"\"\",\"<x>\r\n\u{1}&\",2\n\"a,\"\"b\"\"\",1,1,0\n\"<x>\r\n\u{1}&\",0,0,0\n2,0,1,0\n"
    #expect(table.csv == csv)
    let svg = try #require(table.svg)
    #expect(svg.contains("<title>a,\"b\" taken for &lt;x&gt;&amp;: 1 of 2</title>") && !svg.contains("\u{1}"))
    #expect(ConfusionTable([], classes: 1000)?.svg == nil && ConfusionTable([], classes: 100)?.svg != nil)
    #expect(ConfusionTable([], classes: 1 << 40) == nil)
  }

  @Test func logsAreCutAtTheStep() {
    var log = TrainingLog()
    for epoch in 1...3 {
      log.add(
        TrainingLog.Row(
          epoch: epoch, step: 10 * epoch, images: 5, seconds: 1.25, rate: 0.1, training: TrainingMeasures(),
          validation: nil, imagesPerSecond: 3))
    }
    #expect(TrainingLog(log.text, upToStep: 20).lines.count == 2)
    #expect(TrainingLog(log.text, upToStep: 30).text == log.text)
    #expect(TrainingLog("nonsense\n1,2\n,,,\n", upToStep: 9).lines.map(\.text) == ["1,2"])
    #expect(TrainingLog.rounded(-0.00049, places: 3) == "0.000" && TrainingLog.rounded(12.5, places: 0) == "13")
    #expect(TrainingLog.rounded(0.056, places: 2) == "0.06" && TrainingLog.rounded(-1.5, places: 1) == "-1.5")
  }
}
