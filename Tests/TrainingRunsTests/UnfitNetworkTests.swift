import Recipes
import Testing

@testable import TrainingRuns

/// What of a network and a recipe does not go together is said before the first step.
@Suite("Networks that cannot learn")
struct UnfitNetworkTests {
  private static func spec(_ layers: String) -> String {
    """
    cnnc: 1
    input: {channels: 1, size: 8}
    layers:
      - global_avg_pool
      - {name: norm, batch_norm}
      - flatten
      - {name: fc, linear: {out: 3}}
    """ + layers
  }

  /// One value has no variance: as in PyTorch, a batch of one image is refused where a map has one pixel.
  @Test(arguments: [
    (45, "batch: 1", "norm (s.yaml:5) has one value of each channel where a step takes one image"),
    (45, "batch: 4\naccumulate: 4", "where a step takes one image"),
    (41, "batch: 10", "where the last batch of 41 images in batches of 10 has one image"),
  ])
  func normsOfOneValueAreRefused(images: Int, recipe: String, message: String) throws {
    let example = try ExampleRun(spec: Self.spec(""), images: images)
    #expect {
      _ = try example.run(example.recipe("epochs: 1\nvalidation: test\n\(recipe)"))
    } throws: { "\($0)".contains(message) }
    // Norms that stay as they are, and maps with more pixels, do not mind.
    let frozen = try example.run(example.recipe("epochs: 1\nvalidation: test\nfreeze: norm\n\(recipe)"))
    #expect(frozen.position.step == 0)
    let other = try ExampleRun(images: images)
    #expect(try other.run(other.recipe("epochs: 1\nvalidation: test\n\(recipe)")).position.step == 0)
  }

  /// Statistics that move beside weights which do not are no learning.
  @Test(arguments: [
    (", trainable: false", "", "no tensor of the network is trainable"),
    ("", "freeze: [norm, fc]", "freeze: nothing is left"),
    ("", "freeze: [\"*\", \"!*.running_*\"]", "freeze: nothing is left"),
  ])
  func whatLearnsNothingIsRefused(fields: String, recipe: String, message: String) throws {
    var spec = Self.spec("")
    if !fields.isEmpty {
      spec = spec.replacing("out: 3", with: "out: 3\(fields)").replacing(
        "batch_norm}", with: "batch_norm: {trainable: false}}")
    }
    let example = try ExampleRun(spec: spec)
    #expect {
      _ = try example.run(example.recipe("epochs: 1\nvalidation: test\n\(recipe)"))
    } throws: { "\($0)".contains(message) }
  }

  @Test func warmupsThatNeverEndAreSaid() throws {
    let example = try ExampleRun()
    func notes(_ recipe: String) throws -> [String] {
      var reader = RecipeReader()
      return try TrainableNetwork(example.graph, Recipe(reader.settings(inText: recipe))).notes
    }
    #expect(try notes("epochs: 2\nwarmup: 3") == ["warmup takes 3 epochs, and there are 2: lr is never reached"])
    #expect(try notes("epochs: 3\nwarmup: 3").isEmpty && notes("warmup: 2").isEmpty)
    var reader = RecipeReader()
    _ = reader.settings(inText: "epochs: 2\nwarmup: 3")
    let found = reader.diagnostics.sorted
    #expect(found.count == 1 && found[0].span.start.line == 2 && found[0].severity == .warning)
  }
}
