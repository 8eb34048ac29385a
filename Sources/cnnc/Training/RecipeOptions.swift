import ArgumentParser
import Recipes

/// The options that say how a network is trained, over what the spec and a recipe's file say.
struct RecipeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A recipe in a file of its own, or one of the spec's `recipes` by its name.", valueName: "file|name"),
    completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String?

  @Option(help: ArgumentHelp("How often every image is seen.", valueName: "n"))
  var epochs: String?

  @Option(name: [.customShort("b"), .long], help: ArgumentHelp("Images of a step.", valueName: "n"))
  var batch: String?

  @Option(help: ArgumentHelp("The learning rate.", valueName: "rate"))
  var lr: String?

  @Option(help: ArgumentHelp("The optimizer.", valueName: "sgd|adam|adamw|rmsprop"))
  var opt: String?

  @Option(help: ArgumentHelp("The part of the last step that sgd and rmsprop keep.", valueName: "part"))
  var momentum: String?

  @Option(help: ArgumentHelp("How much weights shrink.", valueName: "decay"))
  var weightDecay: String?

  @Option(
    help: ArgumentHelp("How the learning rate moves: constant, cosine, one_cycle and so on.", valueName: "schedule"))
  var sched: String?

  @Option(help: ArgumentHelp("Epochs in which the learning rate rises at first.", valueName: "n"))
  var warmupEpochs: String?

  @Option(help: ArgumentHelp("The share that cross entropy gives to all classes alike.", valueName: "share"))
  var labelSmoothing: String?

  @Option(
    help: ArgumentHelp(
      "Tensors, layers or blocks that stay as they are, * for any letters; repeatable.", valueName: "pattern"))
  var freeze: [String] = []

  @Option(help: ArgumentHelp("What every random number follows from.", valueName: "n"))
  var seed: String?

  @Option(help: ArgumentHelp("Epochs without a better result after which training ends.", valueName: "n"))
  var patience: String?

  @Flag(help: "Take the images as they are, without the recipe's `augment` and `mix`.")
  var noAugment = false

  @Flag(help: "Train without dropout and stochastic depth.")
  var noDropout = false

  /// Whether none is given.
  ///
  /// - Throws: `ValidationError` for an option that cannot be so.
  var isEmpty: Bool { get throws { try recipe == nil && !noAugment && apply(to: RecipeSettings()).isEmpty } }

  /// The settings with those of the options in their place.
  ///
  /// - Throws: `ValidationError` for an option that cannot be so.
  func apply(to base: RecipeSettings) throws -> RecipeSettings {
    var result = base
    func set(_ field: String, _ text: String?, option: String) throws {
      guard let text else { return }
      if case .mappings(let stages)? = base["stages"], stages.allSatisfy({ $0[field] != nil }) {
        throw ValidationError("--\(option): each of the recipe's stages has \(field) of its own")
      }
      result = result.overridden(by: try Self.settings("\(field): \(text)", option: option))
    }
    try set("epochs", epochs, option: "epochs")
    try set("batch", batch, option: "batch")
    try set("seed", seed, option: "seed")
    try set("patience", patience, option: "patience")
    try set("optimizer", opt, option: "opt")
    try set("schedule", sched, option: "sched")
    try set("warmup", warmupEpochs, option: "warmup-epochs")
    let optimizer = result.choice("optimizer") ?? "sgd"
    try set("optimizer", lr.map { "{\(optimizer): {lr: \($0)}}" }, option: "lr")
    try set("optimizer", momentum.map { "{\(optimizer): {momentum: \($0)}}" }, option: "momentum")
    try set("optimizer", weightDecay.map { "{\(optimizer): {weight_decay: \($0)}}" }, option: "weight-decay")
    try set(
      "loss", labelSmoothing.map { "{cross_entropy: {label_smoothing: \($0)}}" }, option: "label-smoothing")
    if !freeze.isEmpty { result["freeze"] = .texts(freeze) }
    if noAugment { (result["augment"], result["mix"]) = (nil, nil) }
    if noDropout { result["dropout"] = .flag(false) }
    return result
  }

  /// What a line of a recipe says.
  private static func settings(_ line: String, option: String) throws -> RecipeSettings {
    var reader = RecipeReader()
    let settings = reader.settings(inText: line)
    if let finding = reader.diagnostics.sorted.first {
      throw ValidationError("--\(option): \(finding.message)")
    }
    return settings
  }
}

extension RecipeSettings {
  /// Which form of a choice is said.
  fileprivate func choice(_ name: String) -> String? {
    if case .choice(let form, _)? = self[name] { form } else { nil }
  }
}
