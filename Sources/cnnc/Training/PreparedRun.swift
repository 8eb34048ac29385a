import ArgumentParser
import Datasets
import GraphIR
import Images
import NetworkImages
import Recipes
import Reports
import SpecLanguage
import Tensors
import TrainingRuns

extension Network {
  /// Says that the spec's `preprocess` does nothing to a set of numbers that are inputs already; nil where it does.
  func unappliedPreprocessing(of set: Dataset) -> String? {
    guard set.holdsInputs, spec.preprocessing != nil else { return nil }
    return "preprocess is of images; the data has real numbers, which are the network's input as they are"
  }
}

/// A run of training with everything that it needs: recipe, data, network, folder.
struct PreparedRun {
  private let command: TrainCommand
  private let network: Network
  private let settings: RecipeSettings
  private let recipe: Recipe
  private let folder: RunFolder
  private let data: TrainingData
  private let trainable: TrainableNetwork
  private let checkpoint: RunFolder.Checkpoint?
  /// The settings that the run went by before; nil for a new one.
  private let recorded: RecipeSettings?
  private let fingerprints: [String: String]
  /// Held from when the checkpoint is read; nil for a run that does not go on.
  private let lock: RunLock?

  init(_ command: TrainCommand, _ network: Network) throws {
    self.command = command
    self.network = network
    folder = RunFolder(command.output ?? Self.standardFolder(command))
    lock = command.resume && !command.isTrial && folder.exists ? try folder.lock() : nil
    // What the recipe names is not opened where the data is named.
    var source = try RecipeSource(network, command.recipe, allowsAnyPath: command.data != nil)
    if command.resume, let text = folder.read("recipe.yaml"), !text.isEmpty {
      let recorded = try RecipeSource.read(folder.file("recipe.yaml"), allowsAnyPath: true)
      source.replace(with: try Resumption.settings(recorded, changedBy: command))
      self.recorded = recorded
    } else {
      recorded = nil
    }
    source.place(data: command.data, Self.absolute)
    var settings = source.settings
    var other: Recipe.Source?
    switch command.val {
    case nil: break
    case "test"?, "none"?: settings["validation"] = command.val.map { .text($0) }
    case let text?:
      if let share = Double(text) {
        guard 0...0.9 ~= share else { throw ValidationError("--val: a share is 0 to 0.9") }
        settings["validation"] = .number(share)
      } else {
        other = Recipe.Source(argument: text)
      }
    }
    if command.overfitBatches != nil { settings = settings.withoutChanges }
    self.settings = settings
    recipe = Recipe(settings)
    try source.checkLosses(of: recipe, for: network.graph)
    trainable = try TrainableNetwork(network.graph, recipe.stages[0])
    data = try TrainingData(
      recipe, folder: "", names: ClassNames.learned(network.spec, of: network.graph, classes: trainable.classes),
      validatingOn: other, share: command.fraction, batches: command.overfitBatches,
      decoding: ImageDecoding(command, network, trainable, recipe))
    var fingerprints = try Resumption.fingerprints(network, data, weights: command.weights.map(Self.absolute))
    if command.resume {
      checkpoint = try folder.checkpoint("last")
      if let checkpoint {
        if let recorded { try Resumption.checkSettings(settings, recorded, isTestedElsewhere: other != nil) }
        try Resumption.checkEpochs(recipe, checkpoint.position)
        try Resumption.check(&fingerprints, checkpoint.position.fingerprints, folder: folder.path)
      } else {
        standardError("cnnc: \(folder.path) has no checkpoint yet; the run begins anew\n")
      }
    } else {
      checkpoint = nil
      if folder.holdsCheckpoint, !command.isTrial { throw Self.holdsRun(folder) }
    }
    self.fingerprints = fingerprints
    let expectation = recipe.expectation
    if expectation.isOfOneClass, data.training.hasSeveralLabels {
      throw TrainingRunError("expect: top1 and top5 are of one class an image; of several labels there are map and f1")
    }
    if expectation.isOfSeveralLabels, !data.training.hasSeveralLabels {
      throw TrainingRunError("expect: map and f1 are of several labels an image; of one class there are top1 and top5")
    }
    if expectation.isSaid, data.validation == nil {
      throw TrainingRunError("expect needs images to be tested on: --val test, or `validation: 0.1` in the recipe")
    }
    try data.training.requireClasses(of: trainable)
  }

  /// Where a run is that no option names: in the folder of the spec, if that is a run's, else in one called like the spec and
  /// its variant.
  static func standardFolder(_ command: TrainCommand) -> String {
    if command.resume, let end = command.spec.lastIndex(of: "/"), command.spec[end...] == "/spec.yaml",
      RunFolder(String(command.spec[..<end])).holdsRun
    {
      return String(command.spec[..<end])
    }
    if command.resume, command.spec == "spec.yaml", RunFolder(".").holdsRun { return "." }
    let stem = command.spec.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? "run"
    let name = stem.isEmpty || command.spec == "-" ? "run" : String(stem)
    return "runs/\(name)" + (command.options.variant.map { "-\($0)" } ?? "")
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(WorkingFolder.path)/\(path)"
  }

  private static func holdsRun(_ folder: RunFolder) -> TrainingRunError {
    TrainingRunError("\(folder.path) has a run; --resume goes on with it, --output FOLDER begins another")
  }

  /// Writes the spec as it is used, with copies of the files that it names, so that it can be used from there.
  ///
  /// - Throws: `TrainingRunError` if a file cannot be read or written.
  private func writeSpec() throws(TrainingRunError) {
    let steps = Graph.steps(toFolderOf: network.graph.file)
    func copy(_ file: String) throws(TrainingRunError) {
      let place = (steps + [file[...]]).joined(separator: "/")
      let bytes: [UInt8]
      do throws(FileError) {
        bytes = try DiskFiles().read(place, limit: 1 << 40)
      } catch {
        throw TrainingRunError("\(place.printable): \(error.reason)")
      }
      try folder.write(bytes, to: "files/\(file)")
    }
    for file in network.graph.valueFiles { try copy(file) }
    // Labels may be absent, and are not read where they lie elsewhere.
    if case .file(let labels, _)? = network.spec.labels,
      DiskFiles().lies((steps + [labels[...]]).joined(separator: "/"), within: steps.joined(separator: "/"))
    {
      try? copy(labels)
    }
    let text = ExpandedSpec.render(network.graph, spec: network.spec, sources: network.sources, flat: false) {
      "files/\($0)"
    }
    try folder.write(text, to: "spec.yaml")
  }

  /// A run as the command says.
  private func make(
    _ folder: RunFolder?, _ checkpoint: RunFolder.Checkpoint?, from parameters: [String: Tensor]
  ) throws -> TrainingRun {
    let preprocessing = try ImagePreprocessing(network.spec, for: network.graph)
    func maker(_ set: Dataset) -> BatchMaker {
      BatchMaker(
        set, preprocessing: preprocessing, inputShape: trainable.inputShape, classes: trainable.classes,
        labelForm: trainable.labelForm)
    }
    return try TrainingRun(
      network.graph, recipe, parameters: parameters, training: maker(data.training),
      validation: data.validation.map(maker), folder: folder, resuming: checkpoint, fingerprints: fingerprints,
      options: options)
  }

  /// Runs, tells what happens, and gives the status to leave with where it is not that of success.
  func run() throws -> ExitCode? {
    let reporter = TrainingReporter(command.log, recipe: recipe, classes: trainable.classes)
    let others = [
      ClassNames.mismatch(network.spec, of: network.graph, classes: trainable.classes),
      network.unappliedPreprocessing(of: data.training), network.orientationNote(of: data.training),
    ]
    for note in data.notes + others.compactMap({ $0 }) {
      standardError("cnnc: \(note)\n")
    }
    let parameters = try FirstTensors(network, command, seed: recipe.seed, resumes: checkpoint != nil).tensors
    let run = try make(command.isTrial ? nil : folder, checkpoint, from: parameters)
    for note in run.notes { standardError("cnnc: \(note)\n") }
    reporter.begin(run, images: data.training.count, tested: data.validation?.count ?? 0, folder: folder.path)
    if command.dryRun {
      let tested = data.validation
      // A share of the training images lies in the same memory.
      let held = [data.training.heldBytes, recipe.validation == .testPart ? tested?.heldBytes ?? 0 : 0].reduce(0, +)
      reporter.tell(try run.forecast(tested: tested?.count ?? 0, data: held))
      standardOutput(RecipeWriter.yaml(settings))
      return nil
    }
    if command.checkGradients { return TrainingChecks.tell(try run.checkGradients()) }
    if command.verifyResume {
      return TrainingChecks.tell(
        try TrainingChecks.resume { try make($0, $1, from: parameters) }, recipe: recipe)
    }
    try run.checkFirstImages()
    try folder.create()
    let lock = try self.lock ?? folder.lock()
    defer { withExtendedLifetime(lock) {} }
    // Another run may have begun here since this one looked.
    if checkpoint == nil, recorded == nil, folder.holdsCheckpoint { throw Self.holdsRun(folder) }
    if checkpoint != nil { folder.removeLeftovers() }
    if recorded != settings { try folder.write(RecipeWriter.yaml(settings), to: "recipe.yaml") }
    if checkpoint == nil {
      try writeSpec()
      try folder.write(classNames: data.training)
    }
    Interruption.watch()
    let events = command.tensorboard ? try EventFile(in: folder, at: run.position) : nil
    var failure: TrainingRunError?
    do throws(TrainingRunError) {
      let ending = try run.run(isInterrupted: { Interruption.happened || failure != nil }) { event in
        reporter.report(event)
        do throws(TrainingRunError) {
          try events?.add(event, at: run.position)
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      return reporter.end(ending, run)
    } catch {
      throw located(error, from: parameters)
    }
  }

  /// An error with the layer whose numbers went wrong first: the steps from the last checkpoint are made again, to the same
  /// bits, up to the one that failed.
  private func located(_ error: TrainingRunError, from parameters: [String: Tensor]) -> TrainingRunError {
    guard let step = error.faultyStep, !Interruption.happened else { return error }
    standardError("cnnc: going to step \(step) again, to see where numbers go wrong; Ctrl-C leaves it at that\n")
    guard let again = try? make(nil, try folder.checkpoint("last"), from: parameters) else { return error }
    func isThere() -> Bool { again.position.step >= step - 1 || Interruption.happened }
    if !isThere() { _ = try? again.run(isInterrupted: isThere) }
    guard !Interruption.happened, let fault = try? again.nextFault() else { return error }
    return TrainingRunError("\(error); in step \(step) \(fault)", faultyStep: step)
  }

  private var options: TrainingRun.Options {
    var options = TrainingRun.Options()
    options.threads = command.threads
    options.workers = command.workers
    options.recomputes = command.memory == .low
    options.testEpochs = command.evalEvery
    options.seconds = command.time
    if let memory = command.featureMemory { options.featureBytes = memory }
    switch command.saveEvery {
    case .steps(let steps)?: options.saveSteps = steps
    case .seconds(let seconds)?: options.saveSeconds = seconds
    case nil: break
    }
    return options
  }
}
