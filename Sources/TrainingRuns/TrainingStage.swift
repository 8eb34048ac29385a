import Runtime
import Tensors
import Training

/// A network in training by one recipe: its state, plans of steps on it, and tests.
final class TrainingStage {
  let network: TrainableNetwork
  let recipe: Recipe
  let state: TrainingState
  /// What steps take their inputs from.
  let source: StepSource
  private let test: TestRun?
  private let options: TrainingRun.Options
  /// Plans by the number of images of a step, or of a part of one.
  private var plans: [Int: TrainingPlan] = [:]
  /// What a user should know of the frozen part; nil if there is none.
  private let note: String?
  private let takesLogits: Bool

  /// What a user should know of how steps are computed.
  var notes: [String] {
    let output = network.graph.outputs[0].value.node.map { network.graph.nodes[$0] }
    let fused = takesLogits ? output.map { "the loss takes the logits before \($0.path), where it rounds less" } : nil
    return network.notes + [fused, note].compactMap { $0 }
  }

  /// - Parameters:
  ///   - parameters: What the stage begins with; a checkpoint's are loaded over them.
  ///   - images: What the network learns from, and what it is tested on.
  /// - Throws: `TrainingRunError` if the network cannot be trained, or the checkpoint is of another.
  init(
    _ network: TrainableNetwork, _ recipe: Recipe, parameters: [String: Tensor],
    images: (training: BatchMaker, validation: BatchMaker?), resuming checkpoint: RunFolder.Checkpoint?,
    folder: RunFolder?, options: TrainingRun.Options
  ) throws(TrainingRunError) {
    (self.network, self.recipe, self.options) = (network, recipe, options)
    let training = images.training.training(by: recipe, labels: network.labelForm)
    let part = recipe.batch / recipe.accumulation
    let size = min(part, max(1, training.set.count))
    // Says before anything else what has no gradient.
    let first = try network.trained(network.computation(images: size, parameters: parameters), images: size)
    try Self.checkNorms(first, network, recipe, parameters: parameters, images: training.set.count, size: size)
    takesLogits = first.takesLogits
    let frozenSize = FrozenPart.images(ofBatch: size)
    var whole = try network.computation(images: frozenSize, parameters: parameters)
    do throws(PlanError) {
      state = try TrainingState(whole, settings: network.settings)
    } catch {
      throw TrainingRunError("\(error)")
    }
    if let checkpoint {
      do throws(TrainingError) {
        try state.load(parameters: checkpoint.parameters, kept: checkpoint.kept)
      } catch {
        var hint = ""
        if case .missingTensor = error { hint = "; what is frozen or averaged is what it was when the run began" }
        throw TrainingRunError("\(folder?.file("last") ?? "the checkpoint"): \(error)\(hint)")
      }
      state.step = checkpoint.position.step - checkpoint.position.stage.step
      whole = try network.computation(images: frozenSize, parameters: state.parameters)
    }
    let parts = network.settings.split(whole)
    var frozen: FrozenPart?
    if let parts {
      do throws(PlanError) {
        frozen = try FrozenPart(parts.frozen, threads: options.threads)
      } catch {
        throw TrainingRunError("\(error)")
      }
    }
    let source = StepSource(training, frozen: frozen, bytes: options.featureBytes)
    let isFrozen = network.settings.rules.values.contains(where: \.isFrozen)
    note = isFrozen ? parts.map { Self.note($0, source) } : nil
    self.source = source
    // The images that are tested take what memory the others leave.
    let left = max(0, options.featureBytes - source.rememberedBytes)
    guard let maker = images.validation else {
      test = nil
      return
    }
    test = try TestRun(
      network, parameters: state.parameters, objective: recipe.objective,
      source: StepSource(maker, frozen: frozen, bytes: left), batch: recipe.batch, threads: options.threads)
  }

  /// Makes sure that batch norms have more than one value of each channel in every step.
  private static func checkNorms(
    _ whole: TrainedComputation, _ network: TrainableNetwork, _ recipe: Recipe, parameters: [String: Tensor],
    images: Int, size: Int
  ) throws(TrainingRunError) {
    if let norm = whole.normOfOneValue {
      throw TrainingRunError(normOfOneValue: norm, where: "a step takes", "take a larger batch")
    }
    guard size > 1, recipe.accumulation == 1, images % recipe.batch == 1 else { return }
    let last = try network.trained(network.computation(images: 1, parameters: parameters), images: 1)
    guard let norm = last.normOfOneValue else { return }
    throw TrainingRunError(
      normOfOneValue: norm, where: "the last batch of \(images) images in batches of \(recipe.batch) has",
      "take a batch that leaves more over")
  }

  private static func note(_ parts: Computation.Parts, _ source: StepSource) -> String {
    let first = parts.rest.nodes.first { if case .operation = $0.origin { $0.label != nil } else { false } }?.label
    let place = first?.location.map { " (\($0))" } ?? ""
    var note = "what is below \(first?.path ?? "the loss")\(place) is frozen and runs as at inference"
    let (kept, all) = (source.rememberedImages, source.maker.set.count)
    if source.maker.changesImages {
      note += ", in each epoch anew, as images change"
    } else if kept > 0 {
      note += "; what it gives of \(kept == all ? "" : "\(kept) of ")\(all) images is kept between epochs"
    }
    return note
  }

  /// Steps of an epoch.
  var stepsPerEpoch: Int { recipe.stepsPerEpoch(images: source.maker.set.count) }

  /// Whether results are of images that are not learned from.
  var isTested: Bool { test != nil }

  /// The parameters that are tested and kept: the average, if there is one.
  var parameters: [String: Tensor] { recipe.average == nil ? state.parameters : state.averages }

  /// The network of a step for so many images, or what of it is not frozen, and the step.
  private func step(
    images: Int
  ) throws(TrainingRunError) -> (network: Computation, trained: TrainedComputation) {
    let whole = try network.computation(images: images, parameters: state.parameters)
    let part = source.isSplit ? network.settings.split(whole)?.rest ?? whole : whole
    return (part, try network.trained(part, images: images))
  }

  /// The memory of a step, or a part of one, for so many images.
  ///
  /// - Throws: `TrainingRunError` if it cannot be planned.
  func memory(images: Int) throws(TrainingRunError) -> TrainingMemory {
    let (network, trained) = try step(images: images)
    do throws(PlanError) {
      return try TrainingMemory(
        trained, of: network, settings: self.network.settings,
        PlanOptions(threads: options.threads, recomputes: options.recomputes))
    } catch {
      throw TrainingRunError("\(error)")
    }
  }

  /// The plan of a step, or a part of one, for so many images.
  ///
  /// - Throws: `TrainingRunError` if it cannot be planned.
  func plan(images: Int) throws(TrainingRunError) -> TrainingPlan {
    if let plan = plans[images] { return plan }
    let trained = try trained(images: images)
    do throws(PlanError) {
      let plan = try TrainingPlan(
        trained, on: state, PlanOptions(threads: options.threads, recomputes: options.recomputes))
      plans[images] = plan
      return plan
    } catch {
      throw TrainingRunError("\(error)")
    }
  }

  /// What a step computes of so many images, of what is trained.
  ///
  /// - Throws: `TrainingRunError` if it cannot be computed.
  func trained(images: Int) throws(TrainingRunError) -> TrainedComputation {
    try step(images: images).trained
  }

  /// Which parameter has an element that is no finite number, with its layer's place in the spec; nil if none has.
  var parameterFault: String? {
    let parameters = state.parameters
    let graph = network.graph
    for node in graph.nodes where node.sharedWith == nil {
      for parameter in node.parameters {
        let name = graph.tensorName(parameter, of: node)
        guard let tensor = parameters[name], let place = tensor.firstFault else { continue }
        return "an element of \(name) (\(graph.place(of: node))) is \(tensor.elements[place])"
      }
    }
    return nil
  }

  /// What the network makes of the images that it is tested on; nil if there are none, or the test was stopped.
  ///
  /// - Parameters:
  ///   - isStopped: Asked before each batch.
  ///   - body: Takes each image's outcome.
  /// - Throws: `TrainingRunError` for an image that cannot be used.
  func tested(
    isStopped: () -> Bool, _ body: (TestRun.Outcome) -> Void
  ) throws(TrainingRunError) -> TrainingMeasures? {
    guard let test else { return nil }
    return try test.run(parameters: parameters, workers: options.workers, isStopped: isStopped, body)
  }
}
