import ArgumentParser
import Datasets
import GraphIR
import NetworkImages
import NetworkWeights
import Recipes
import Reports
import SpecLanguage
import Tensors
import TrainingRuns
import Weights

/// `cnnc train SPEC`.
struct TrainCommand: ExemplifiedCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network on labelled images.",
    discussion: discussion(
      """
      What is learned from and how is the recipe: `train:` in the spec, a file, options; the later over the earlier. The \
      run's folder has the recipe and the spec as they were used, log.csv, and the checkpoints last and best, whose \
      model.safetensors every other command takes as --weights.

      Ctrl-C ends the step under way, saves and leaves with status 130; --resume goes on from there, or from wherever a \
      run was killed, to the same bits as a run that was not. Status 1: the recipe expects more than was reached.
      """))

  static let examples = [
    Example(
      "cnnc train specs/lenet5.yaml --recipe recipes/lenet5.yaml --data mnist",
      "By a recipe, in a folder of its own below runs"),
    Example("cnnc train specs/lenet5.yaml --data photos/ --epochs 20 --lr 0.05", "By options alone"),
    Example("cnnc train specs/lenet5.yaml --data mnist --resume", "Go on where the run was interrupted"),
    Example("cnnc train specs/lenet5.yaml --data mnist --dry-run", "What it would take"),
  ]

  enum Log: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case none
  }

  @ArgumentParser.Argument(help: "The spec; - reads the standard input.", completion: Completions.spec)
  var spec: String

  @OptionGroup var options: NetworkOptions

  @Option(
    help: ArgumentHelp(
      """
      What to learn from: a folder of IDX or CIFAR files or with a subfolder for each class, a .csv of files and classes, \
      a .npz with x and y. idx:, cifar:, folder:, csv: or npz: before a path says which.
      """, valueName: "path"), completion: .directory)
  var data: String?

  @Option(
    help: ArgumentHelp(
      "What to be tested on: another path, test for the set's own test part, a share such as 0.1, or none.",
      valueName: "path|test|share|none"))
  var val: String?

  @OptionGroup var recipe: RecipeOptions

  @Option(
    help: ArgumentHelp("A file of weights to begin with; without one they are drawn by the seed.", valueName: "file"),
    completion: Completions.weights)
  var weights: String?

  @OptionGroup var fitting: FittingOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The run's folder; runs/SPEC without it, or runs/SPEC-VARIANT.", valueName: "folder"),
    completion: .directory)
  var output: String?

  @Flag(help: "Go on with the run in the folder.")
  var resume = false

  @Option(
    help: ArgumentHelp("Also write checkpoints within epochs.", valueName: "500steps|10m"),
    transform: SavingInterval.parse)
  var saveEvery: SavingInterval?

  @Option(help: ArgumentHelp("Epochs between tests.", valueName: "n"))
  var evalEvery = 1

  @Option(
    help: ArgumentHelp("Stop after a time, as if interrupted.", valueName: "90s|30m|2h"), transform: Duration.parse)
  var time: Double?

  @Option(help: ArgumentHelp("Learn from a part of the images, of each class the same.", valueName: "share"))
  var fraction = 1.0

  @Option(
    help: ArgumentHelp("Threads of a step, 1 to 256; without it CNNC_NUM_THREADS, else the processors.", valueName: "n")
  )
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "low makes values of the forward pass again in the backward pass in place of keeping them: the same bits.",
      valueName: "standard|low"))
  var memory = MemoryUse.standard

  @Option(help: ArgumentHelp("Threads that make batches beside.", valueName: "n"))
  var workers = 1

  @Option(
    help: ArgumentHelp(
      "Where images are kept decoded between runs; in the user's folder of caches without it.", valueName: "folder"),
    completion: .directory)
  var cache: String?

  @Flag(help: "Decode images whenever they are needed.")
  var noCache = false

  @Option(
    help: ArgumentHelp(
      "Memory for what a frozen part gives of images, between epochs: 512MiB, or 0 for none; 1GiB without it.",
      valueName: "bytes"), transform: Self.bytes)
  var featureMemory: Int?

  @Flag(help: "Also write events for TensorBoard into the run's folder.")
  var tensorboard = false

  @Option(
    help: ArgumentHelp(
      "Learn some batches by heart and be tested on them, images as they are: a network that cannot has a fault.",
      valueName: "n"))
  var overfitBatches: Int?

  @Flag(help: "Compare the gradients of a few images with their definition in double precision, and end.")
  var checkGradients = false

  @Flag(help: "Prove on a few steps that a run which is stopped and goes on comes to the same bits, and end.")
  var verifyResume = false

  @Flag(help: "Say what would be done, its memory and, from a few steps, its time, and end.")
  var dryRun = false

  @Option(help: "How to tell what happens, on the standard output.")
  var log = Log.text

  func validate() throws {
    if let threads, !(1...256 ~= threads) { throw ValidationError("--threads must be 1 to 256") }
    if !(0...64 ~= workers) { throw ValidationError("--workers must be 0 to 64") }
    if noCache, cache != nil { throw ValidationError("--no-cache and --cache exclude each other") }
    if let overfitBatches, overfitBatches < 1 { throw ValidationError("--overfit-batches must be at least 1") }
    if [checkGradients, verifyResume, dryRun].count(where: { $0 }) > 1 {
      throw ValidationError("--check-gradients, --verify-resume and --dry-run exclude each other")
    }
    if resume, checkGradients || verifyResume {
      throw ValidationError("--check-gradients and --verify-resume begin anew, without --resume")
    }
    if evalEvery < 1 { throw ValidationError("--eval-every must be at least 1") }
    if !(fraction > 0 && fraction <= 1) { throw ValidationError("--fraction must be above 0 and at most 1") }
  }

  private static func bytes(_ text: String) throws -> Int {
    if text == "0" { return 0 }
    if let count = ByteCount(argument: text) { return count.bytes }
    throw ValidationError("--feature-memory takes a number of bytes, such as 512MiB, not '\(text.shown)'")
  }

  /// Whether no run is made that writes into its folder.
  var isTrial: Bool { dryRun || checkGradients || verifyResume }

  func run() throws {
    let network = try Network(spec, options.choice)
    do {
      let ending = try PreparedRun(self, network).run()
      if let ending { throw ending }
    } catch {
      throw reportedOfTraining(error, spec: spec)
    }
  }
}

/// `500steps`, `10m`.
enum SavingInterval: Equatable {
  case steps(Int)
  case seconds(Double)

  static func parse(_ text: String) throws -> SavingInterval {
    for ending in ["steps", "step"] where text.hasSuffix(ending) {
      if let steps = Int(text.dropLast(ending.count)), steps > 0 { return .steps(steps) }
    }
    if let seconds = try? Duration.parse(text), seconds > 0 { return .seconds(seconds) }
    throw ValidationError("--save-every takes steps or a time, 500steps or 10m, not '\(text)'")
  }
}

/// A time of the command line, in seconds.
enum Duration {
  static func parse(_ text: String) throws -> Double {
    let units = ["s": 1.0, "m": 60, "h": 3600]
    if let unit = text.last.flatMap({ units[String($0)] }), let number = Double(text.dropLast()), number.isFinite,
      number >= 0, number <= 1e6
    {
      return number * unit
    }
    throw ValidationError("a time is written 90s, 30m or 2h, not '\(text)'")
  }
}
