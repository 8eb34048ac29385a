import ArgumentParser
import Datasets
import GraphIR
import Images
import NetworkImages
import NetworkWeights
import Recipes
import Tensors
import Training
import TrainingRuns
import Weights

/// `cnnc evaluate SPEC --weights FILE --data DATA`.
struct EvaluateCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Say how well a network tells the images of a data set apart.",
    discussion: discussion(
      """
      Loss, top-1 and top-5 over all images, precision and recall of each class, what was most often taken for what, and \
      the images that went most wrong. Where images have several labels: mean average precision, F1 over all labels, and \
      the share of images that are given exactly theirs.
      """))

  static let examples = [
    Example("cnnc evaluate runs/lenet5 --data mnist", "A run by its best weights, on the test part"),
    Example(
      "cnnc evaluate specs/lenet5.yaml --weights best.safetensors --data mnist",
      "A spec with weights of your own"),
  ]

  @ArgumentParser.Argument(
    help: "The spec, or the folder of a run; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @Option(
    help: ArgumentHelp(
      "A file of weights, or first weights drawn from a seed; of a run's folder those of its best test without it.",
      valueName: "file|random:seed"), completion: Completions.weights)
  var weights: WeightSource?

  @OptionGroup var fitting: FittingOptions

  @Option(
    help: ArgumentHelp(
      """
      The recipe whose loss is taken: a file, or one of the spec's `recipes`. Without it that of the run, or of the spec's \
      `train`.
      """, valueName: "file|name"), completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String?

  @Option(
    help: ArgumentHelp(
      "The images, as of `cnnc train --data`; of a set in two parts, the test part.", valueName: "path"),
    completion: .directory)
  var data: String

  @Flag(help: "Take the training part of a set in two parts.")
  var trainingPart = false

  @Option(name: [.customShort("b"), .long], help: ArgumentHelp("How many images run at once.", valueName: "n"))
  var batch = 32

  @Option(
    help: ArgumentHelp("Threads of a run, 1 to 256; without it CNNC_NUM_THREADS, else the processors.", valueName: "n"))
  var threads: Int?

  @Option(help: "How many of the images that went most wrong are named.")
  var worst = 10

  @Option(
    help: ArgumentHelp(
      "Write how often each class was taken for each other: as a picture, .svg, else as a table, CSV.",
      valueName: "file"),
    completion: .file(extensions: ["csv", "svg"]))
  var confusion: String?

  @Option(help: "How to print the figures.")
  var format = EvaluationReport.Format.text

  func validate() throws {
    if let threads, !(1...256 ~= threads) { throw ValidationError("--threads must be 1 to 256") }
    if !(1...65536 ~= batch) { throw ValidationError("--batch must be 1 to 65536") }
    if let confusion {
      _ = try EvaluationReport.ConfusionFormat.chosen(nil, output: confusion, by: "--confusion", asking: nil)
    }
    if worst < 0 { throw ValidationError("--worst must be at least 0") }
  }

  func run() throws {
    let report = try report()
    standardOutput(report.text(format))
    if let confusion { try report.writeConfusion(to: confusion) }
  }

  /// What is printed.
  ///
  /// - Throws: `ExitCode` for what is at fault, which is said.
  func report() throws -> EvaluationReport {
    let (spec, weights) = try subject()
    let network = try Network(spec, options.choice)
    do {
      return try evaluate(network, weights)
    } catch {
      throw reportedOfTraining(error, spec: spec)
    }
  }

  /// The spec and the weights: of a run's folder its own spec, and the best weights, which are averages where it kept those.
  private func subject() throws -> (spec: String, weights: WeightSource) {
    let run = RunFolder(spec)
    guard run.exists, run.holdsRun else {
      guard let weights else {
        throw ValidationError("--weights FILE is missing, for \(spec.shown) is no run's folder")
      }
      return (spec, weights)
    }
    return (run.file("spec.yaml"), weights ?? .file(run.file("best/model.safetensors")))
  }

  /// Says that classes are taken in the order of the data, where nothing says which of the network's they are and there are
  /// fewer of them; nil otherwise.
  private static func numbering(of set: Dataset, names: [String], classes: Int) -> String? {
    guard names.isEmpty, !set.isNumbered, set.classes.count < classes else { return nil }
    let list = set.classes.prefix(3).enumerated().map { "\($1) is \($0)" }.joined(separator: ", ")
    return
      "the data has \(set.classes.count) classes, and the network tells \(classes) apart; they are numbered as the data has "
      + "them: \(list)\(set.classes.count > 3 ? ", …" : ""). A run's folder in place of the spec, or `labels` in it for all "
      + "\(classes), says which are which"
  }

  /// What is measured beside the classes: the loss of `--recipe`, of the run, or of the spec's `train`; without one that of
  /// what the network ends in.
  private func objective(_ network: Network) throws -> Recipe.Objective {
    let run = RunFolder(spec)
    if recipe == nil, run.exists, run.holdsRun, run.read("recipe.yaml") != nil {
      let stages = Recipe(try RecipeSource.read(run.file("recipe.yaml"), allowsAnyPath: true)).stages
      let stage = try run.position(of: weights == nil ? "best" : "last")?.stage.index ?? 0
      return stages[min(stage, stages.count - 1)].objective
    }
    let source = try RecipeSource(network, recipe: recipe, allowsAnyPath: true)
    let written = Recipe(source.settings)
    try source.checkLosses(of: written, for: network.graph)
    return source.saysLoss ? written.stages[0].objective : .standard(for: network.graph.scores)
  }

  /// The set: its test part where it has one.
  private func open() throws -> Dataset {
    let source = Recipe.Source(argument: data)
    return trainingPart
      ? try TrainingData.open(source, folder: "", part: .training)
      : try TrainingData.openForTesting(source, folder: "")
  }

  private func evaluate(_ network: Network, _ weights: WeightSource) throws -> EvaluationReport {
    var set = try open()
    var recipe = Recipe(RecipeSettings())
    recipe.objective = try objective(network)
    let classes = try TrainableNetwork(network.graph, recipe).classes
    let run = RunFolder(spec)
    var note: String?
    if run.exists, run.classNames != nil {
      set = try run.arranged(set)
    } else {
      let names = ClassNames.learned(network.spec, of: network.graph, classes: classes)
      let ordered = ClassOrder(set, names: names)
      (set, note) = (ordered.set, ordered.note ?? Self.numbering(of: set, names: names, classes: classes))
      if let mismatch = ClassNames.mismatch(network.spec, of: network.graph, classes: classes) {
        standardError("cnnc: \(mismatch)\n")
      }
    }
    let notes = [note, network.unappliedPreprocessing(of: set), network.orientationNote(of: set)]
    for note in set.notes + notes.compactMap({ $0 }) {
      standardError("cnnc: \(note)\n")
    }
    if set.hasSeveralLabels {
      // What a recipe of one class an image says is not of these.
      if !recipe.objective.takesSeveralLabels { recipe.objective = .binaryCrossEntropy }
      if confusion != nil {
        throw TrainingRunError("--confusion is of one class an image, and the data has several labels")
      }
    }
    let trainable = try TrainableNetwork(network.graph, recipe)
    try set.requireClasses(of: trainable)
    let parameters = try weights.parameters(of: network, fitting: fitting)
    let maker = BatchMaker(
      set, preprocessing: try ImagePreprocessing(network.spec, for: network.graph), inputShape: trainable.inputShape,
      classes: trainable.classes, labelForm: .classes)
    let test = try TestRun(
      trainable, parameters: parameters, objective: recipe.objective, maker: maker, batch: batch, threads: threads)
    var outcomes: [TestRun.Outcome] = []
    let measures = try test.run(parameters: parameters, workers: 1) { outcomes.append($0) }
    let faulty = outcomes.filter { !$0.isFinite }
    if let first = faulty.first {
      let more = faulty.count > 1 ? ", as have those of \(faulty.count) of \(outcomes.count) images" : ""
      throw RunError("\(set.name(of: first.place).printable): the network's output has NaN or infinity\(more)")
    }
    return EvaluationReport(
      set, classes: trainable.classes, measures, outcomes, loss: recipe.objective.name, worst: worst)
  }
}
