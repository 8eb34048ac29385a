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
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Say how well a network tells the images of a data set apart.",
    discussion: """
      Loss, top-1 and top-5 over all images, precision and recall of each class, what was most often taken for what, and \
      the images that went most wrong. Where images have several labels: mean average precision, F1 over all labels, and \
      the share of images that are given exactly theirs.
      """)

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
    if let confusion { _ = try EvaluationReport.ConfusionFormat.chosen(nil, output: confusion, by: "--confusion") }
    if worst < 0 { throw ValidationError("--worst must be at least 0") }
  }

  func run() throws {
    let (spec, weights) = try subject()
    let network = try Network(spec, options.choice)
    do {
      try evaluate(network, weights)
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

  /// The set: its test part where it has one.
  private func open() throws -> Dataset {
    let source = Recipe.Source(argument: data)
    return trainingPart
      ? try TrainingData.open(source, folder: "", part: .training)
      : try TrainingData.openForTesting(source, folder: "")
  }

  private func evaluate(_ network: Network, _ weights: WeightSource) throws {
    var set = try open()
    var recipe = Recipe(network.spec.training ?? RecipeSettings()).stages[0]
    let classes = try TrainableNetwork(network.graph, recipe).classes
    let names = ClassNames.learned(network.spec, of: network.graph, classes: classes)
    let ordered = ClassOrder(set, names: names)
    set = ordered.set
    for note in set.notes + [ordered.note, network.unappliedPreprocessing(of: set)].compactMap({ $0 }) {
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
    let report = EvaluationReport(set, classes: trainable.classes, measures, outcomes, worst: worst)
    standardOutput(report.text(format))
    if let confusion { try report.writeConfusion(to: confusion) }
  }
}
