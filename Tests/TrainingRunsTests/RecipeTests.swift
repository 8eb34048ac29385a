import Augmentation
import Diagnostics
import Foundation
import Recipes
import Testing
import Training

@testable import TrainingRuns

/// What is written in a recipe and what is found in it.
func readRecipe(_ text: String) -> (settings: RecipeSettings, found: [Diagnostic]) {
  var reader = RecipeReader()
  let settings = reader.settings(inText: text)
  return (settings, reader.diagnostics.sorted)
}

/// What settings stand for.
@Suite("Recipes with everything filled in")
struct RecipeTests {
  private static let whole = """
    data: {idx: fashion}
    validation: test
    epochs: 20
    batch: 128
    loss: {cross_entropy: {label_smoothing: 0.1}}
    optimizer: {sgd: {lr: 0.1, momentum: 0.9, nesterov: true, weight_decay: 5e-4, decay_norms: false}}
    schedule: {cosine: {min: 1e-5, per: step}}
    warmup: 2
    rates: {"fc.*": 1, "*": 0.1}
    augment: [pad_crop: {padding: 4}, flip, erase: 0.1, randaugment, random_resized_crop: {area: [0.5, 1]}]
    mix: {mixup: 0.2, cutmix: 1.0}
    freeze: [stem, layer1.*]
    dropout: false
    ema: 0.9998
    clip_norm: 1.0
    seed: 42
    patience: 5
    expect: {top1: 0.92}
    """

  @Test func everythingIsRead() {
    let (settings, found) = readRecipe(Self.whole)
    #expect(found.isEmpty, "\(found)")
    let recipe = Recipe(settings)
    #expect(recipe.source == Recipe.Source(.idx, path: "fashion") && recipe.validation == .testPart)
    #expect(recipe.epochs == 20 && recipe.batch == 128 && recipe.seed == 42 && recipe.patience == 5)
    #expect(recipe.objective == .crossEntropy(smoothing: 0.1))
    #expect(recipe.optimizer == .sgd(rate: 0.1, momentum: 0.9, nesterov: true, decay: 5e-4))
    #expect(!recipe.decaysNorms && recipe.decaysBiases && !recipe.drops)
    #expect(recipe.schedule == Schedule(.cosine(minimum: 1e-5), per: .step, warmup: .init(.epochs(2))))
    #expect(recipe.rates == [.init(pattern: "fc.*", factor: 1), .init(pattern: "*", factor: 0.1)])
    let augmentations: [Augmentation] = [
      .paddedCrop(padding: 4), .flip(probability: 0.5), .erase(probability: 0.1),
      .randAugment(operations: 2, magnitude: 9), .resizedCrop(area: 0.5...1, ratio: 0.75...4.0 / 3),
    ]
    #expect(recipe.augmentations == augmentations)
    #expect(recipe.mix == BatchMix(mixup: 0.2, cutmix: 1) && recipe.frozen == ["stem", "layer1.*"])
    #expect(recipe.average == WeightAverage(decay: 0.9998) && recipe.clipping == GradientClipping(largestNorm: 1))
    #expect(recipe.expectation == Recipe.Expectation(top1: 0.92))
  }

  @Test func nothingNeedBeWritten() {
    let recipe = Recipe(RecipeSettings())
    #expect(recipe.source == nil && recipe.validation == .share(0.1) && recipe.epochs == 10 && recipe.batch == 32)
    #expect(recipe.optimizer == .sgd(rate: 0.01) && recipe.schedule == Schedule(.constant))
    #expect(recipe.objective == .crossEntropy(smoothing: 0) && recipe.drops && recipe.decaysNorms)
  }

  @Test func laterSettingsOverrideEarlierOnes() {
    let base = readRecipe("optimizer: {sgd: {lr: 0.1, momentum: 0.9}}\nepochs: 3\nmix: {mixup: 0.2}").settings
    let same = base.overridden(by: readRecipe("optimizer: {sgd: {lr: 0.2}}\nmix: {cutmix: 1}").settings)
    #expect(Recipe(same).optimizer == .sgd(rate: 0.2, momentum: 0.9))
    #expect(Recipe(same).mix == BatchMix(mixup: 0.2, cutmix: 1) && Recipe(same).epochs == 3)
    let other = base.overridden(by: readRecipe("optimizer: {adam: {lr: 0.2}}").settings)
    #expect(Recipe(other).optimizer == .adam(rate: 0.2))
  }

  @Test(arguments: [
    ("schedule: {step: 30}", Schedule(.step(size: 30, gamma: 0.1))),
    ("schedule: {multi_step: [30, 60]}", Schedule(.multiStep(milestones: [30, 60], gamma: 0.1))),
    ("schedule: {exponential: 0.97}", Schedule(.exponential(gamma: 0.97))),
    ("schedule: one_cycle", Schedule(.oneCycle(.init()), per: .step)),
    ("schedule: {one_cycle: {cycle_momentum: false}}", Schedule(.oneCycle(.init(movesMomentum: false)), per: .step)),
    ("schedule: {polynomial: {power: 2, per: epoch}}", Schedule(.polynomial(power: 2, end: 0))),
    ("schedule: {plateau: {patience: 3}}", Schedule(.plateau(.init(patience: 3)))),
    ("warmup: {epochs: 0.5, start: 0}", Schedule(.constant, warmup: .init(.epochs(0.5), start: 0))),
  ])
  func schedulesAreRead(text: String, schedule: Schedule) {
    let (settings, found) = readRecipe(text)
    #expect(found.isEmpty && Recipe(settings).schedule == schedule)
  }

  /// As PyTorch's OneCycleLR, a cycle moves the momentum of an optimizer that was made without.
  @Test func cyclesMoveMomentum() {
    func optimizer(_ text: String) -> Optimizer { Recipe(readRecipe(text).settings).optimizer }
    #expect(optimizer("schedule: one_cycle").slots.map(\.name) == ["momentum"])
    #expect(optimizer("schedule: one_cycle\noptimizer: rmsprop").slots.count == 2)
    #expect(optimizer("schedule: one_cycle\noptimizer: {sgd: {momentum: 0.5}}").momentum == 0.5)
    #expect(optimizer("schedule: {one_cycle: {cycle_momentum: false}}").slots.isEmpty)
    #expect(optimizer("schedule: cosine").slots.isEmpty)
    let still = Schedule(.oneCycle(.init(movesMomentum: false)), per: .step)
    #expect(still.momentum(0.5, at: .init(step: 3, stepsPerEpoch: 1, epochs: 9)) == 0.5)
  }

  /// An average of which all stays is none: what corrects it for its beginning would divide by 0.
  @Test(arguments: ["beta1: 1", "beta2: 1.0"]) func betasAreBelowOne(field: String) {
    let found = readRecipe("optimizer: {adam: {\(field)}}").found
    #expect(found.count == 1 && found[0].id == .outOfRange && found[0].message.contains("0.9999999"), "\(found)")
  }

  /// The recipes that come with cnnc have no faults, and say what they reach.
  @Test func shippedRecipesAreWhole() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../recipes").standardized
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
    #expect(!names.isEmpty)
    for name in names {
      let (settings, found) = readRecipe(try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
      #expect(found.isEmpty, "\(name): \(found)")
      #expect(Recipe(settings).expectation.top1 != nil, "\(name) does not say what it reaches")
    }
  }

  /// What a network cannot be trained by is said, not passed over.
  @Test(arguments: [
    ("rates: {\"conv.*\": 1, \"nothing.*\": 0.5}", "rates: no tensor of the network fits 'nothing.*'"),
    ("freeze: [nothing]", "freeze: no tensor of the network fits 'nothing'"),
    ("freeze: [\"*.running_*\"]", "freeze: norm.running_mean moves as long as the layer learns; 'norm' freezes"),
    ("optimizer: {sgd: {nesterov: true}}", "nesterov needs a momentum"),
    ("optimizer: {sgd: {nesterov: true, momentum: 0.9, dampening: 0.1}}", "a dampening of 0, not 0.1"),
    ("stages: [{epochs: 1}, {optimizer: {sgd: {nesterov: true}}}]", "nesterov needs a momentum"),
  ])
  func recipesFitTheNetwork(text: String, message: String) throws {
    let example = try ExampleRun()
    let recipe = example.recipe(text)
    let error = #expect(throws: TrainingRunError.self) {
      for stage in recipe.stages { _ = try TrainableNetwork(example.graph, stage) }
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  /// Statistics stay with the tensors of their norm, unless they are taken out.
  @Test(arguments: [
    ("[norm.weight, norm.bias]", true), ("[norm]", true), ("[norm.weight]", false), ("[\"*\", \"!norm.bias\"]", false),
    ("[norm, \"!norm.running_*\"]", false),
  ])
  func statisticsStayWithTheirNorm(freeze: String, isFrozen: Bool) throws {
    let example = try ExampleRun()
    let network = try TrainableNetwork(example.graph, example.recipe("freeze: \(freeze)"))
    #expect(network.settings.frozenNorms.contains("norm") == isFrozen)
    #expect(network.settings.rules["norm.running_mean"]?.isFrozen == isFrozen)
  }

  /// A layer that is used again is frozen in every use, by the names of its tensors.
  @Test(arguments: [
    ("batch_norm", "running_mean"), ("conv: {out: 6, kernel: 1, normalize_weight: spectral_norm}", "weight_u"),
  ])
  func sharedLayersAreFrozenInEveryUse(layer: String, statistic: String) throws {
    let example = try ExampleRun(
      spec: """
        cnnc: 1
        input: {channels: 6, size: 8}
        layers:
          - {name: first, \(layer)}
          - {name: second, share: first}
          - flatten
          - {name: fc, linear: {out: 3}}
        """)
    let network = try TrainableNetwork(example.graph, example.recipe("freeze: [first]"))
    #expect(network.settings.frozenNorms == ["first", "second"])
    #expect(network.settings.rules["first.\(statistic)"]?.isFrozen == true)
    #expect(network.settings.rules["second.\(statistic)"] == nil)
    let computation = try network.computation(images: 2, parameters: example.parameters())
    let trained = try network.trained(computation, images: 2).computation
    #expect(trained.updates.isEmpty)
    let learning = try TrainableNetwork(example.graph, example.recipe("freeze: [fc]"))
    #expect(try learning.trained(computation, images: 2).computation.updates.count == 2)
  }

  /// A pattern may fit nothing that another before it has not; what stages take over of the recipe counts.
  @Test(arguments: [
    "rates: {\"*\": 1, fc: 0.5}",
    "optimizer: {sgd: {momentum: 0.9}}\nstages: [{optimizer: {sgd: {nesterov: true}}}]",
  ])
  func recipesMaySayMore(text: String) throws {
    let example = try ExampleRun()
    for stage in example.recipe(text).stages { _ = try TrainableNetwork(example.graph, stage) }
  }
}
