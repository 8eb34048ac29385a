import Datasets
import Random
import Runtime
import Tensors
import Training

// What is looked at beside steps: where numbers go wrong, and whether gradients and resuming are right.
extension TrainingRun {
  /// The batch of some places as the next epoch would have it.
  func batch(of places: [Int]) throws(DatasetError) -> Batch {
    try stage.source.batch(places, epoch: epoch, step: position.step)
  }

  /// Makes sure that the first image of each set fits the network, before anything is written.
  ///
  /// - Throws: `TrainingRunError` if it does not, or cannot be read.
  package func checkFirstImages() throws(TrainingRunError) {
    for maker in [images.training, images.validation].compactMap({ $0 }) where maker.set.count > 0 {
      do throws(DatasetError) {
        _ = try maker.batch([0], epoch: 0, step: 0)
      } catch {
        throw TrainingRunError(error.description)
      }
    }
  }

  /// Where the next step first has a number that is none: in a parameter, an image, or what a layer gives; nil if nowhere.
  ///
  /// - Throws: `TrainingRunError` for an image that cannot be used.
  package func nextFault() throws(TrainingRunError) -> String? {
    if let fault = stage.parameterFault { return fault }
    let parts = stage.recipe.accumulation
    let first = (position.step - firstStep(of: epoch)) * parts
    for (part, places) in batches(of: epoch)[first..<first + parts].enumerated() {
      let batch: Batch
      do throws(DatasetError) {
        batch = try self.batch(of: places)
      } catch {
        throw TrainingRunError(error.description)
      }
      let inputs = stage.source.inputs(batch, of: places)
      for input in inputs {
        guard let place = input.firstFault else { continue }
        let image = places[place / (input.count / places.count)]
        let what = stage.source.isSplit ? "what the frozen part gives of it" : "an element of it"
        return "\(images.training.set.name(of: image)): \(what) is \(input.elements[place])"
      }
      let trained = try stage.trained(images: places.count)
      let step = stage.state.step * parts + part
      guard
        let fault = try? trained.firstFault(inputs, labels: batch.labels, step: step, threads: options.threads)
      else { continue }
      let image = fault.image.map { " of \(images.training.set.name(of: places[$0]))" } ?? ""
      guard let label = fault.label else { return "the loss is the first that is \(fault.number)" }
      return "\(label.path)\(label.location.map { " (\($0))" } ?? "") is the first that gives \(fault.number)\(image)"
    }
    return nil
  }

  /// The gradients of a few images of the next step by the plan beside those by definition in double precision.
  package struct GradientCheck: Sendable {
    package var images: Int
    /// How far the loss is from its definition, relative; nil where layers were looked at each by itself.
    package var loss: Double?
    /// The worst first: of gradients, or of operations where layers were looked at each by itself.
    package var gradients: [TrainedComputation.GradientDeviation]
    /// Multiplications that the definition of the whole takes.
    package var macs: Int
    /// How many layers there are, where a part of them was looked at.
    package var layers: Int?
  }

  /// Compares the gradients of the next step, of so many images at most, with their definition. Where that takes too many
  /// multiplications there are fewer images, and where it still does, layers that the seed draws are looked at each by
  /// itself.
  ///
  /// - Parameter macs: The most multiplications, one after the other in double precision: some tens of seconds.
  /// - Throws: `TrainingRunError` for an image that cannot be used, or if there is too little memory.
  package func checkGradients(
    images most: Int = 4, macs: Int = 20_000_000_000
  ) throws(TrainingRunError) -> GradientCheck {
    let first = (position.step - firstStep(of: epoch)) * stage.recipe.accumulation
    let places = try imagesToCheck(Array(batches(of: epoch)[first].prefix(most)), macs: macs)
    let batch: Batch
    do throws(DatasetError) {
      batch = try stage.source.maker.batch(places, epoch: epoch, step: position.step)
    } catch {
      throw TrainingRunError(error.description)
    }
    let trained = try checked(images: places.count)
    let (inputs, labels, threads) = ([batch.inputs], batch.labels, options.threads)
    do throws(PlanError) {
      guard trained.macs > macs else {
        let (loss, gradients) = try trained.checkGradients(inputs, labels: labels, threads: threads)
        return GradientCheck(
          images: places.count, loss: loss, gradients: gradients.sorted { $0.error > $1.error }, macs: trained.macs)
      }
      let generator = CounterGenerator(seed: recipe.seed, name: "check")
      let sample = try trained.checkLayers(inputs, labels: labels, threads: threads, macs: macs) {
        generator.permutation(of: $0)
      }
      return GradientCheck(
        images: places.count, gradients: sample.deviations.sorted { $0.error > $1.error }, macs: trained.macs,
        layers: sample.layers)
    } catch {
      throw TrainingRunError("\(error)")
    }
  }

  /// A step of so many images, from the first layer on.
  private func checked(images: Int) throws(TrainingRunError) -> TrainedComputation {
    let network = try stage.network.computation(images: images, parameters: stage.state.parameters)
    return try stage.network.trained(network, images: images)
  }

  /// As many of some images as multiplications allow: one at least, or two where a norm needs them.
  private func imagesToCheck(_ places: [Int], macs: Int) throws(TrainingRunError) -> [Int] {
    var count = places.count
    while count > 1, try checked(images: count).macs > macs { count -= 1 }
    if count == 1, places.count > 1, try checked(images: 1).normOfOneValue != nil { return Array(places.prefix(2)) }
    return Array(places.prefix(count))
  }
}

/// Whether a run that is stopped and goes on comes to the same bits as one that is not.
package struct ResumeCheck: Sendable {
  /// The steps of both runs, and after how many the one was stopped.
  package private(set) var steps = 0
  package private(set) var stop = 0
  /// What differs, by name.
  package private(set) var differences: [String] = []

  /// Makes some steps twice, once with a stop between, a checkpoint, and another run from it.
  ///
  /// - Parameters:
  ///   - steps: How many, if the run has as many.
  ///   - folder: An empty one for the checkpoint.
  ///   - make: Makes a run with a folder, from a checkpoint or from the beginning.
  package init(
    steps most: Int, in folder: RunFolder,
    make: (RunFolder?, RunFolder.Checkpoint?) throws -> TrainingRun
  ) throws {
    let whole = try make(nil, nil)
    try Self.run(whole, upTo: most)
    steps = whole.position.step
    stop = steps / 2
    let first = try make(folder, nil)
    try Self.run(first, upTo: stop)
    guard let checkpoint = try folder.checkpoint("last") else {
      differences = ["there is no checkpoint"]
      return
    }
    let second = try make(folder, checkpoint)
    try Self.run(second, upTo: steps)
    compare(whole.checkpoint, second.checkpoint)
    if whole.log.timelessLines != second.log.timelessLines { differences.append("log.csv") }
  }

  private static func run(_ run: TrainingRun, upTo step: Int) throws {
    guard run.position.step < step else { return }
    _ = try run.run(isInterrupted: { run.position.step >= step })
  }

  private mutating func compare(_ whole: RunFolder.Checkpoint, _ resumed: RunFolder.Checkpoint) {
    for (all, others) in [(whole.parameters, resumed.parameters), (whole.kept, resumed.kept)] {
      for name in Set(all.keys).union(others.keys).sorted() where all[name] != others[name] { differences.append(name) }
    }
    var (one, other) = (whole.position, resumed.position)
    (one.seconds, other.seconds) = (0, 0)
    if one != other { differences.append("state.json") }
  }
}
