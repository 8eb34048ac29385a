import Foundation
import NeuralNetworks
import Runtime
import SyntheticTensors
import Tensors
import Testing
import Training
import Weights

/// A small network by hand.
private struct Digits: Model {
  static let inputShape = [1, 8, 8]
  var conv = Conv2D(in: 1, out: 8, kernel: 3, padding: .half, bias: false)
  var norm = BatchNorm2D(channels: 8)
  var fc = Linear(in: 128, out: 4)

  func callAsFunction(_ input: Tensor) -> Tensor {
    fc(flatten(maxPool(relu(norm(conv(input))), kernel: 2)))
  }

  mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&conv, "conv")
    visitor.visit(&norm, "norm")
    visitor.visit(&fc, "fc")
  }
}

/// The same with weights that are normalized.
private struct Normalized: Model {
  static let inputShape = [1, 8, 8]
  var conv: NormalizedWeight
  var fc: NormalizedWeight

  init() { self.init(.weightNorm) }

  init(_ normalization: WeightNormalization) {
    conv = NormalizedWeight(Conv2D(in: 1, out: 8, kernel: 3, padding: .half), normalization)
    fc = NormalizedWeight(Linear(in: 128, out: 4), normalization)
  }

  func callAsFunction(_ input: Tensor) -> Tensor { fc(flatten(maxPool(relu(conv(input)), kernel: 2))) }

  mutating func visitParameters(_ visitor: inout ParameterVisitor) {
    visitor.visit(&conv, "conv")
    visitor.visit(&fc, "fc")
  }
}

@Suite("Training networks of the library")
struct TrainerTests {
  private let images = Tensor(syntheticInput: "images", shape: [8, 1, 8, 8])
  private let labels = Tensor((0..<8).map { Float($0 % 4) })
  private let settings = TrainingSettings(
    .sgd(rate: 0.05, momentum: 0.9), average: WeightAverage(decay: 0.9))

  private func drawn() -> Digits {
    var model = Digits()
    model.drawWeights(seed: 1)
    return model
  }

  /// A batch that is seen again and again is learned by heart, and the model that comes of it says so too.
  @Test func learnsABatch() throws {
    let trainer = try Trainer(drawn(), settings: settings, options: PlanOptions(threads: 2))
    let before = try trainer.evaluate(images, labels)
    let losses = try (0..<60).map { _ in try trainer.step(images, labels) }
    let after = try trainer.evaluate(images, labels)
    #expect(losses[0] > 0.7 && losses[59] < 0.05, "\(losses[0]) to \(losses[59])")
    #expect(before.loss > 0.7 && after.loss < 0.1 && after.correct == 8 && after.count == 8)
    #expect(trainer.stepCount == 60)
    let scores = try trainer.model.plan(input: images.shape)(images)
    #expect(scores.likeliest(1).map { Float($0[0].index) } == labels.elements)
    #expect(trainer.model.parameters["norm.running_mean"] != Digits().parameters["norm.running_mean"])
    #expect(try trainer.evaluate(images, labels, isAveraged: true).correct == 8)
    #expect(trainer.averagedModel.parameters["fc.weight"] != trainer.model.parameters["fc.weight"])
  }

  /// Weights that are normalized begin with lengths and singular vectors of what was drawn, and learn.
  @Test(arguments: [WeightNormalization.weightNorm, .spectralNorm(), .scaledStandardized()])
  func normalizedWeightsLearn(_ normalization: WeightNormalization) throws {
    var model = Normalized(normalization)
    model.drawWeights(seed: 1)
    let before = model.parameters
    let trainer = try Trainer(model, settings: settings, options: PlanOptions(threads: 2))
    let losses = try (0..<60).map { _ in try trainer.step(images, labels) }
    #expect(losses[0] < 10 && losses[59] < 0.5 * losses[0], "\(losses[0]) to \(losses[59])")
    let after = trainer.model.parameters
    for (name, tensor) in before { #expect(after[name] != tensor, "\(name)") }
    // What is a vector of length 1 has no mean that were one.
    for (name, tensor) in trainer.averagedModel.parameters where name.hasSuffix("weight_u") {
      #expect(tensor == after[name])
    }
  }

  /// The last batch of an epoch may be shorter: it goes on with the same parameters.
  @Test func batchesOfTwoSizesShareParameters() throws {
    let trainer = try Trainer(drawn(), optimizer: .adam(rate: 0.01))
    try trainer.step(images, labels)
    let between = trainer.model.parameters
    let few = Tensor(images.elements.prefix(3 * 64), shape: [3, 1, 8, 8])
    let loss = try trainer.step(few, Tensor([0, 1, 2]))
    #expect(loss > 0 && trainer.stepCount == 2 && trainer.model.parameters != between)
  }

  /// Training that was saved and goes on has the bits of one that was never stopped.
  @Test func goesOnWhereItWasSaved() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("trainer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("state.safetensors")
    let whole = try Trainer(drawn(), settings: settings)
    for _ in 0..<3 { try whole.step(images, labels) }
    try whole.save(to: file)
    for _ in 0..<2 { try whole.step(images, labels) }
    let resumed = try Trainer(Digits(), settings: settings)
    try resumed.load(from: file)
    #expect(resumed.stepCount == 3)
    for _ in 0..<2 { try resumed.step(images, labels) }
    #expect(resumed.model.parameters == whole.model.parameters)
    #expect(resumed.averagedModel.parameters == whole.averagedModel.parameters)

    // Weights alone are no state, and the state of another optimizer is none of this.
    let weights = folder.appendingPathComponent("weights.safetensors")
    try whole.saveWeights(to: weights)
    #expect(try Digits(weights: weights).parameters == whole.model.parameters)
    let before = resumed.model.parameters
    #expect(throws: WeightError.self) { try resumed.load(from: weights) }
    let other = try Trainer(Digits(), optimizer: .adam())
    #expect(throws: WeightError.self) { try other.load(from: file) }
    #expect(resumed.model.parameters == before && other.stepCount == 0)
  }

  @Test func wrongBatchesAreErrors() throws {
    let trainer = try Trainer(drawn(), optimizer: .sgd(rate: 0.1))
    let wrong = Tensor([0, 1, 2, 3, 4, 0, 0, 0])
    #expect(throws: TrainingError.label(4, position: 4, classes: 4)) { try trainer.step(images, wrong) }
    #expect(throws: TrainingError.label(4, position: 4, classes: 4)) { try trainer.evaluate(images, wrong) }
    #expect(trainer.stepCount == 0 && trainer.model.parameters == drawn().parameters)
  }
}
