import Datasets
import GraphIR
import Hashing
import Images
import NetworkImages
import Recipes
import Reports
import SpecLanguage
import Training
import TrainingRuns

/// What holds when a run goes on: what of its recipe may be another, and what must be the same.
enum Resumption {
  /// The settings of a run with those of the options in their place, of which is said what they change.
  ///
  /// - Throws: `ValidationError` for an option that cannot be so.
  static func settings(_ recorded: RecipeSettings, changedBy command: TrainCommand) throws -> RecipeSettings {
    if command.recipe.recipe != nil {
      standardError("cnnc: going on with the recipe of the run, not that of --recipe; options change it\n")
    }
    let now = try command.recipe.apply(to: recorded)
    for field in RecipeField.all where now[field.name] != recorded[field.name] {
      let old = RecipeWriter.yaml(recorded.only(field.name)).dropLast()
      let new = RecipeWriter.yaml(now.only(field.name)).dropLast()
      standardError(
        "cnnc: going on with \(new.isEmpty ? "no \(field.name)" : String(new)); the run went by "
          + "\(old.isEmpty ? "none" : String(old))\n")
    }
    return now
  }

  /// Refuses settings with which a run would be another from its beginning: what its steps are made of, what was drawn, and
  /// what the optimizer keeps.
  ///
  /// - Parameter isTestedElsewhere: Whether the images to be tested on are another data set's.
  /// - Throws: `TrainingRunError` with the name of what changed.
  static func checkSettings(
    _ settings: RecipeSettings, _ recorded: RecipeSettings, isTestedElsewhere: Bool
  ) throws(TrainingRunError) {
    let (now, old) = (Recipe(settings), Recipe(recorded))
    func refuse(_ name: String, _ new: String, _ old: String) -> TrainingRunError {
      TrainingRunError(
        "\(name): a run that began with \(old) does not go on with \(new); leave it as it was, or begin another run: "
          + "--output FOLDER without --resume")
    }
    if now.batch != old.batch { throw refuse("batch", "\(now.batch)", "\(old.batch)") }
    if now.seed != old.seed { throw refuse("seed", "\(now.seed)", "\(old.seed)") }
    if now.validation != old.validation, !isTestedElsewhere {
      throw refuse("validation", now.validation.text, old.validation.text)
    }
    let (kind, oldKind) = (optimizer(settings), optimizer(recorded))
    if kind != oldKind { throw refuse("optimizer", kind, oldKind) }
    if now.optimizer.slots != old.optimizer.slots {
      throw refuse("momentum", "\(now.optimizer.momentum)", "\(old.optimizer.momentum)")
    }
  }

  /// Refuses fewer epochs than were made.
  ///
  /// - Throws: `TrainingRunError` that says how many were.
  static func checkEpochs(_ recipe: Recipe, _ position: RunPosition) throws(TrainingRunError) {
    guard recipe.stages.indices.contains(position.stage.index) else { return }
    let (made, wanted) = (
      position.epochLosses.count - position.stage.epoch, recipe.stages[position.stage.index].epochs
    )
    guard made > wanted else { return }
    let stage = recipe.stages.count > 1 ? " of stage \(position.stage.index + 1)" : ""
    throw TrainingRunError("epochs: the run has made \(made)\(stage), and \(wanted) are no way to go on")
  }

  private static func optimizer(_ settings: RecipeSettings) -> String {
    if case .choice(let form, _)? = settings["optimizer"] { form } else { "sgd" }
  }

  /// By what is known whether a run goes on with what it began with: the network's layers, whatever file and line they stand
  /// in, how images become its input, the classes and labels that it learns and is tested on, the images and the times of
  /// their files, and the weights that it began with.
  ///
  /// - Throws: `PreprocessingError` if images cannot become the network's input.
  static func fingerprints(_ network: Network, _ data: TrainingData, weights: String?) throws -> [String: String] {
    let graph = network.graph
    var contents: [String: String] = [:]
    // A copy of the spec elsewhere names copies of the files that it has values from.
    func content(of file: String) -> String {
      if let known = contents[file] { return known }
      let place = (Graph.steps(toFolderOf: graph.file) + [file[...]]).joined(separator: "/")
      let result = (try? DiskFiles().read(place, limit: 1 << 40)).map { SHA256.hash($0) } ?? file
      contents[file] = result
      return result
    }
    let layers = graph.nodes.map { node in
      // As `spec.yaml` of the run has them, with defaults.
      let fields = ExpandedSpec.fields(of: node, in: graph, fileName: content).map { "\($0.name)=\($0.value)" }
        .joined(separator: ",")
      return "\(node.keyword) \(node.path) \(fields) \(node.inputs.map(\.index)) \(node.output)"
    }
    let outputs = graph.outputs.map(\.value.index) + graph.heads.map(\.output.index)
    let preprocessing = try ImagePreprocessing(network.spec, for: graph)
    let labels = data.training.classes + Self.labels(of: data.training)
    let traces = data.training.traces
    var texts = [
      "network": "\(graph.input)\n" + layers.joined(separator: "\n") + "\n\(outputs)",
      "preprocessing": "\(preprocessing)", "data": labels.joined(separator: "\n"), "images": "\(traces.content)",
    ]
    texts["times"] = traces.times.map { "\($0)" }
    let tested = data.validation
    texts["validation"] =
      tested.map { "\($0.traces.content) \($0.hasSeveralLabels ? "\($0.annotations)" : "\($0.labels)")" } ?? "none"
    texts["weights"] = weights
    return texts.mapValues { String(FowlerNollVo($0).value, radix: 16) }
  }

  private static func labels(of set: Dataset) -> [String] {
    (0..<set.count).map { set.annotations[$0].map(String.init).joined(separator: ";") }
  }

  /// Compares what a run goes on with to what it began with, and keeps of the latter what is not given again.
  ///
  /// - Throws: `TrainingRunError` with the name of what is another.
  static func check(
    _ fingerprints: inout [String: String], _ recorded: [String: String], folder: String
  ) throws(TrainingRunError) {
    func differs(_ name: String) -> Bool {
      recorded[name].map { $0 != fingerprints[name] } ?? false
    }
    for name in ["network", "preprocessing"] where differs(name) {
      throw TrainingRunError("the \(name) is not what the run in \(folder) was of; another folder takes a new run")
    }
    if differs("data") || differs("images") {
      throw TrainingRunError(
        "the data is not what the run in \(folder) was of: other images, sizes of files, or classes. --fraction, and a path "
          + "behind --val, are given again; another folder takes a new run")
    }
    if differs("validation") {
      throw TrainingRunError(
        "what the run in \(folder) is tested on is not what it was; a path behind --val is given again")
    }
    if let weights = fingerprints["weights"], weights != recorded["weights"] {
      throw TrainingRunError(
        "--weights: the run in \(folder) goes on from its own weights and did not begin with these; leave the option away, "
          + "or begin another run: --output FOLDER without --resume")
    }
    fingerprints["weights"] = recorded["weights"]
    if differs("times") {
      standardError(
        "cnnc: files of images were written since the run was here last; of copies nothing is lost, but where their "
          + "content changed the run goes on with other images\n")
    }
  }
}

extension Recipe.Validation {
  /// As a recipe has it.
  fileprivate var text: String {
    switch self {
    case .none: "none"
    case .testPart: "test"
    case .share(let share): "\(share)"
    }
  }
}
