import Foundation
import NeuralNetworks
import SyntheticTensors
import Tensors
import Testing
import Training
import Weights

/// The articles of the libraries' documentation: the code that they show is in Articles/, is compiled, and does what they
/// say.
@Suite("Articles") struct ArticleTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let sources = folder.appendingPathComponent("../../Sources").standardized

  private static let articles: [String] = {
    ["NeuralNetworks", "Training", "Runtime", "ImageInput"].flatMap { module in
      let catalogue = "\(module)/\(module).docc"
      let names = try? FileManager.default.contentsOfDirectory(atPath: sources.appendingPathComponent(catalogue).path)
      return (names ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "\(catalogue)/\($0)" }
    }
  }()

  /// The lines of a text without what indents them, and without empty ones at either end.
  private static func lines(_ text: some StringProtocol) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0.drop { $0 == " " }) }
  }

  @Test("what is shown is what is compiled", arguments: articles)
  func shown(_ article: String) throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.appendingPathComponent("Articles").path)
    let files = try names.sorted().map {
      try String(contentsOf: Self.folder.appendingPathComponent("Articles/\($0)"), encoding: .utf8)
    }
    let compiled = files.map { "\n" + Self.lines($0).joined(separator: "\n") + "\n" }
    let text = try String(contentsOf: Self.sources.appendingPathComponent(article), encoding: .utf8)
    for block in text.matches(of: /```(swift|yaml)\n((?s).*?)```/) {
      let shown = "\n" + Self.lines(block.2).joined(separator: "\n")
      #expect(compiled.contains { $0.contains(shown) }, "\(article):\n\(block.2)")
    }
  }

  @Test func allCataloguesAreThere() {
    #expect(Self.articles.count >= 7)
  }

  @Test("a first network runs, plans, and has parameters by name")
  func firstNetwork() throws {
    #expect(FirstNetwork.scores().shape == [2, 10])
    var model = DigitNetwork()
    model.drawWeights(seed: 1)
    #expect(FirstNetwork.names(model).prefix(2) == ["conv1.weight [16, 1, 3, 3]", "conv1.bias [16]"])
    let images = Tensor(syntheticInput: "digit", shape: [1, 1, 28, 28])
    let best = try FirstNetwork.likeliest(model, images)
    #expect(best.count == 3 && best[0].probability >= best[1].probability)
    var block = Sequential(ResidualBlock(channels: 4), ResidualBlock(channels: 4))
    #expect(block(Tensor(zeros: [1, 4, 8, 8])).shape == [1, 4, 8, 8] && block.parameterCount > 0)
    block.append(ReLU())
  }

  @Test("training goes down, can be measured, saved and gone on with")
  func training() throws {
    let images = Tensor(syntheticInput: "images", shape: [8, 1, 28, 28])
    let labels = Tensor((0..<8).map { Float($0 % 4) })
    let model = try TrainingInSwift.trained([(images, labels), (images, labels)], epochs: 12)
    let trainer = try Trainer(model, optimizer: .sgd(rate: 0.05, momentum: 0.9))
    let fresh = try Trainer(DigitNetwork(), optimizer: .sgd(rate: 0.05)).evaluate(images, labels)
    #expect(try trainer.evaluate(images, labels).loss < fresh.loss)
    #expect(try TrainingInSwift.measured(trainer, images, labels).hasSuffix("of 8 right"))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnnc-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try trainer.step(images, labels)
    let other = try TrainingInSwift.continued(trainer, folder)
    #expect(other.stepCount == 1 && other.model.parameters == trainer.model.parameters)
    let weights = folder.appendingPathComponent("digits.safetensors")
    #expect(try FirstNetwork.loaded(weights).parameters == trainer.model.parameters)
    let tuned = try TrainingInSwift.fineTuned(model)
    try tuned.step(images, labels)
    #expect(tuned.model.parameters["conv1.weight"] == model.parameters["conv1.weight"])
    #expect(tuned.model.parameters["conv2.weight"] != model.parameters["conv2.weight"])
    let planned = try PlansAndImages.replaced(DigitNetwork(), weights)
    let one = Tensor(syntheticInput: "digit", shape: [1, 1, 28, 28])
    #expect(planned(one).shape == [1, 10])
  }

  @Test("plans run in batches, and photographs become inputs")
  func plansAndImages() throws {
    var model = DigitNetwork()
    model.drawWeights(seed: 1)
    let images = Tensor(syntheticInput: "i", shape: [8, 1, 28, 28])
    let (scores, execution, listing) = try PlansAndImages.planned(model, images)
    #expect(scores.shape == [8, 10] && execution.threads == 2 && execution.arenaBytes > 0)
    #expect(listing.contains("conv1") && listing.contains("fc"))
    var flowers = Flowers()
    flowers.drawWeights(seed: 1)
    let photo = Self.folder.appendingPathComponent("../ImagesTests/Fixtures/color.jpg").standardized
    #expect(try Flowers.labels.contains(PlansAndImages.classified(flowers, photo)))
    #expect(try PlansAndImages.uploaded([UInt8](Data(contentsOf: photo))).shape == [1, 3, 32, 32])
    #expect(throws: (any Error).self) { try PlansAndImages.uploaded([1, 2, 3]) }
    #expect(PlansAndImages.oriented().orientsByEXIF)
  }
}
