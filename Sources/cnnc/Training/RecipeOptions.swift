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

  @Option(help: ArgumentHelp("Tests without a better result after which training ends.", valueName: "n"))
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
  /// - Parameter note: Takes what an option does not do, for stages that say otherwise.
  /// - Throws: `ValidationError` for an option that cannot be so.
  func apply(
    to base: RecipeSettings, note: (String) -> Void = { standardError("cnnc: \($0)\n") }
  ) throws -> RecipeSettings {
    var result = base
    func set(_ field: String, to changed: RecipeSettings, option: String) throws {
      let hidden = Self.stages(of: result, thatHide: field, of: changed)
      if !hidden.isEmpty, hidden.count == Self.stages(of: result).count {
        throw ValidationError("--\(option): each of the recipe's stages has \(field) of its own")
      }
      if !hidden.isEmpty {
        let list = hidden.map { String($0 + 1) }.joined(separator: ", ")
        note(
          "--\(option): \(hidden.count == 1 ? "stage \(list) has" : "stages \(list) have") \(field) of "
            + "\(hidden.count == 1 ? "its" : "their") own, which the option leaves as it is")
      }
      result = changed
    }
    func set(_ field: String, _ text: String?, option: String) throws {
      guard let text else { return }
      try set(
        field, to: result.overridden(by: try Self.settings("\(field): \(text)", option: option)), option: option)
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
    if !freeze.isEmpty { try set("freeze", to: result.setting("freeze", .texts(freeze)), option: "freeze") }
    if noAugment { result = result.withoutChanges }
    if noDropout {
      result["dropout"] = .flag(false)
      let stages = Self.stages(of: result).map { $0.setting("dropout", nil) }
      if !stages.isEmpty { result["stages"] = .mappings(stages) }
    }
    return result
  }

  private static func stages(of settings: RecipeSettings) -> [RecipeSettings] {
    if case .mappings(let stages)? = settings["stages"] { stages } else { [] }
  }

  /// The places of the stages in which a change of a field changes nothing, or not what it says, because they say it
  /// themselves.
  private static func stages(
    of settings: RecipeSettings, thatHide field: String, of changed: RecipeSettings
  ) -> [Int] {
    guard settings[field] != changed[field] else { return [] }
    return stages(of: settings).enumerated().filter { _, stage in
      if let own = stage.choice(field), let other = changed.choice(field), own != other { return true }
      return settings.only(field).overridden(by: stage)[field] == changed.only(field).overridden(by: stage)[field]
    }.map(\.offset)
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
