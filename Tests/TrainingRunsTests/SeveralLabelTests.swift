import Datasets
import Foundation
import Recipes
import Tensors
import Testing

@testable import TrainingRuns

/// Networks that learn images with any number of labels each.
@Suite("Several labels an image")
struct SeveralLabelTests {
  private static let recipe = """
    epochs: 12
    batch: 8
    validation: 0.25
    seed: 3
    loss: binary_cross_entropy
    optimizer: {adam: 0.01}
    """

  private static func spec(_ last: String = "") -> String {
    ExampleRun.spec.replacingOccurrences(of: "out: 3", with: "out: 2") + last
  }

  /// Behind logits and behind a sigmoid, which are the same network with the same loss, to the bit.
  @Test func networksLearn() throws {
    var weights: [[String: Tensor]] = []
    for last in ["", "\n  - sigmoid"] {
      let example = try ExampleRun(spec: Self.spec(last))
      let run = try example.run(
        example.recipe(Self.recipe, data: example.writeStripes()), output: "a")
      #expect(run.notes.contains { $0.contains("logits before sigmoid") } == !last.isEmpty, "\(run.notes)")
      var rows: [TrainingLog.Row] = []
      _ = try run.run(report: { if case .epoch(let row, _) = $0 { rows.append(row) } })
      let (first, end) = (rows[0], rows[rows.count - 1])
      // The first loss is about ln 2 for each label, as of guessing.
      #expect(0.4...1.1 ~= first.training.meanLoss && end.training.meanLoss < 0.3, "\(end)")
      let tested = try #require(end.validation)
      #expect(
        10...14 ~= tested.images && tested.score > 0.9 && tested.several.map { $0.microF1 > 0.9 } == true, "\(tested)")
      #expect(tested.several?.averagePrecisions.count == 2 && tested.exactMatch.map { $0 > 0.7 } == true)
      #expect(run.position.best.map { $0.score > 0.9 } == true)
      weights.append(run.checkpoint.parameters)
      let log = try #require(example.folder("a").read("log.csv"))
      #expect(log.hasPrefix("epoch,step,images,seconds,lr,train_loss,train_f1,val_loss,val_map,val_f1,images_per_s\n"))
      let curves = try #require(example.folder("a").read("curves.svg"))
      #expect(curves.contains(">F1<") && example.folder("a").read("confusion.csv") == nil)
    }
    #expect(weights[0] == weights[1])
  }

  /// Counts of the epoch under way are part of what a run goes on with.
  @Test func stoppedRunsGoOnToTheSameBits() throws {
    let example = try ExampleRun(spec: Self.spec())
    let recipe = example.recipe(
      Self.recipe.replacingOccurrences(of: "epochs: 12", with: "epochs: 2") + "\nmix: {mixup: 0.4}\naugment: [flip]",
      data: try example.writeStripes())
    let whole = try example.run(recipe)
    _ = try whole.run()
    #expect(whole.position.step == 10)
    for stop in [2, 5, 8] { try example.expectSameBits(of: whole, recipe, stoppedBehind: stop) }
  }

  @Test func labelsAreMarks() throws {
    let example = try ExampleRun(spec: Self.spec())
    let set = try Dataset.csv(example.writeStripes().path)
    let maker = BatchMaker(
      set, preprocessing: .init(), inputShape: [1, 8, 8], classes: 4, labelForm: .classes)
    let labels = try maker.batch([0, 1, 2, 3], epoch: 0, step: 0).labels
    #expect(labels.shape == [4, 4])
    #expect(labels.elements == [1, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func lossesOfOneClassAreRefused() throws {
    let example = try ExampleRun(spec: Self.spec())
    let data = try example.writeStripes()
    #expect {
      _ = try example.run(example.recipe("epochs: 1\nbatch: 8", data: data))
    } throws: { "\($0)".contains("cross_entropy is of one class an image") && "\($0)".contains("binary_cross_entropy") }
  }

  @Test func sharesOfASoftmaxAreRefused() throws {
    let example = try ExampleRun(spec: Self.spec("\n  - softmax"))
    #expect {
      try TrainableNetwork(example.graph, example.recipe("loss: binary_cross_entropy"))
    } throws: { "\($0)".contains("softmax1 (s.yaml:11)") && "\($0)".contains("or write sigmoid") }
    let logarithms = try ExampleRun(spec: Self.spec("\n  - log_softmax"))
    #expect {
      try TrainableNetwork(logarithms.graph, logarithms.recipe("loss: binary_cross_entropy"))
    } throws: { "\($0)".contains("log_softmax1 (s.yaml:11) gives the logarithms of shares that add up to 1") }
    #expect(throws: Never.self) { try TrainableNetwork(logarithms.graph, logarithms.recipe("loss: cross_entropy")) }
    let sigmoid = try ExampleRun(spec: Self.spec("\n  - sigmoid"))
    let notes = try TrainableNetwork(sigmoid.graph, sigmoid.recipe("batch: 8")).notes
    #expect(notes.count == 1 && notes[0].contains("cross_entropy takes logits, and sigmoid1 (s.yaml:11)"), "\(notes)")
  }

  /// Two images with three labels in all, of which one is given, and one that is wrong.
  @Test func scoresAreCounted() {
    var measures = TrainingMeasures()
    let outputs = Tensor([1, -2, 3, -1, -1, 2], shape: [2, 3])
    measures.add(loss: 0.5, outputs: outputs, labels: [[0, 1], [2]], threshold: 0)
    measures.add(loss: 1, outputs: Tensor([0.5, 0, 0], shape: [1, 3]), labels: [[]], threshold: 0.5)
    let several = measures.several
    #expect(measures.images == 3 && measures.meanLoss == 2.0 / 3)
    #expect(several?.truePositives == 2 && several?.falsePositives == 1 && several?.falseNegatives == 1)
    #expect(several?.exact == 2 && several?.microF1 == 4.0 / 6 && measures.exactMatch == 2.0 / 3)
    #expect(SeveralLabelMeasures().microF1 == 0 && SeveralLabelMeasures().meanAveragePrecision == nil)
    var scores = LabelScores(classes: 3, images: 2)
    for (row, labels) in [([0.1, 0.9, 0.3], [0]), ([0.7, 0.2, 0.3], [0, 1])] as [([Float], [Int])] {
      row.withUnsafeBufferPointer { scores.add($0, labels) }
    }
    #expect(scores.averagePrecisions == [1, 0.5, nil])
  }

  /// The loss that a test adds up is the one that training makes small, of logits and of probabilities.
  @Test func testsHaveTheLossOfTraining() {
    let (row, labels) = ([0.3, -1.2, 2.0], [0, 2])
    let objective = Recipe.Objective.binaryCrossEntropy
    let losses = zip(row, [1.0, 0, 1]).map { (x: Double, y: Double) -> Double in
      max(x, 0) - x * y + log(1 + exp(-abs(x)))
    }
    let expected = losses.reduce(0, +) / 3
    #expect(abs(objective.loss(of: row, labels: labels, .logits) - expected) < 1e-12)
    let probabilities = row.map { 1 / (1 + exp(-$0)) }
    #expect(abs(objective.loss(of: probabilities, labels: labels, .independentProbabilities) - expected) < 1e-12)
    #expect(objective.loss(of: [0], labels: [0], .independentProbabilities) == 100)
    let squared = 0.25 / 3
    #expect(Recipe.Objective.meanSquared.loss(of: [1, 0, 0.5], labels: [0, 2], .logits) == squared)
  }
}
