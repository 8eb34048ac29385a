import Datasets
import Foundation
import Images
import Random
import Recipes
import Testing

@testable import TrainingRuns

/// Training on images that are kept decoded.
@Suite("Decoded images in training") struct ImageDecodingTests {
  /// The same batches with a cache and without, whether images are resized before what is random or in it.
  @Test(arguments: ["[flip, pad_crop: 1, erase: 0.3]", "[random_resized_crop, color: {brightness: 0.2}]", "[]"])
  func batchesAreTheSame(augment: String) throws {
    let example = try ExampleRun(images: 9)
    let photographs = example.folder + "/photographs"
    for index in 0..<12 {
      let folder = "\(photographs)/\(["x", "y", "z"][index % 3])"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let noise = CounterGenerator(seed: 3, name: "\(index)")
      let (width, height) = (9 + index, 10)
      let samples = (0..<width * height * 3).map { UInt8(noise.integer(below: 256, at: $0)) }
      let png = try #require(Image(width: width, height: height, channels: 3, samples: samples).png)
      try Data(png).write(to: URL(fileURLWithPath: "\(folder)/\(index).png"))
    }
    let recipe = example.recipe("data: {folder: p}\nvalidation: 0.3\naugment: \(augment)\nseed: 5")
    let network = try TrainableNetwork(example.graph, recipe)
    var preprocessing = ImagePreprocessing()
    preprocessing.resize = .shorterSide(9)
    preprocessing.crop = .init(height: 8, width: 8)
    func batches(_ decoding: ImageDecoding?) throws -> [Batch] {
      let data = try TrainingData(recipe, folder: example.folder, validatingOn: nil, decoding: decoding)
      return try [data.training, try #require(data.validation)].enumerated().map { index, set in
        let maker = BatchMaker(
          set, preprocessing: preprocessing, inputShape: network.inputShape, classes: network.classes,
          labelForm: network.labelForm)
        let changing = maker.changing(recipe.augmentations, mix: recipe.mix, seed: recipe.seed)
        return try (index == 0 ? changing : maker).batch(Array(0..<set.count), epoch: 2, step: 1)
      }
    }
    try FileManager.default.moveItem(atPath: photographs, toPath: example.folder + "/p")
    let expected = try batches(nil)
    for built in [1, 0] {
      var count = 0
      let decoding = ImageDecoding(
        ImageCache(folder: example.folder + "/cache"), preprocessing, for: network, recipe, mayBuild: built == 1
      ) { if case .finished = $0 { count += 1 } }
      let made = try batches(decoding)
      #expect(count == built)
      #expect(made.map(\.inputs) == expected.map(\.inputs) && made.map(\.labels) == expected.map(\.labels))
    }
  }

  /// What is left is counted, a few steps are measured, and nothing is written.
  @Test func runsAreForeseen() throws {
    let example = try ExampleRun()
    let recipe = example.recipe("epochs: 5\nbatch: 5\nvalidation: test\noptimizer: {adam: 0.01}")
    let forecast = try example.run(recipe, workers: 1).forecast(tested: 30, data: 1000)
    #expect(forecast.steps == 45 && forecast.tests == 5 && forecast.measuredSteps == 12)
    // Adam keeps two numbers for each of a parameter.
    #expect(forecast.memory.parameters > 0 && forecast.memory.kept > forecast.memory.parameters)
    #expect(forecast.data == 1000 + 2 * forecast.memory.batch)
    // Images and labels, and the few numbers that a step takes beside them.
    #expect(4 * (5 * 64 + 5)...4 * (5 * 64 + 5 + 64) ~= forecast.memory.batch, "\(forecast.memory.batch)")
    #expect(forecast.stepSeconds > 0 && forecast.testSeconds == forecast.stepSeconds * 2)
    #expect(forecast.seconds == 45 * forecast.stepSeconds + 5 * forecast.testSeconds)
    let run = try example.run(example.recipe("epochs: 1\nbatch: 45\nvalidation: none"), output: "a")
    _ = try run.run()
    let over = try example.run(
      example.recipe("epochs: 1\nbatch: 45\nvalidation: none"), resuming: example.folder("a").checkpoint("last"))
    let nothing = try over.forecast(tested: 0, data: 0)
    #expect(nothing.steps == 0 && nothing.measuredSteps == 0 && nothing.seconds == 0 && nothing.tests == 0)
  }

  /// What loading takes is measured: with a thread beside and without one, where all of it is waited for.
  @Test(arguments: [0, 1, 2]) func loadingIsMeasured(workers: Int) throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe("epochs: 3\nbatch: 5"), workers: workers)
    #expect(run.loading.waitingShare == nil)
    _ = try run.run()
    let loading = run.loading
    #expect(loading.working > 0 && loading.waited > 0 && loading.waited < loading.seconds)
    // Clocks of threads and of the wall are not the same one.
    if workers == 0 { #expect(loading.waited > 0.9 * loading.working) }
    #expect(loading.waitingShare == loading.waited / loading.seconds)
    #expect(loading.workingShare(processors: 2) == loading.working / loading.seconds / 2)
    #expect(run.position.seconds >= loading.seconds)
  }
}
