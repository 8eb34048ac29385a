import Tensors
import Testing

@testable import TrainingRuns

/// Runs that are stopped while they test.
@Suite("Stopping runs")
struct StoppingTests {
  private static let recipe = """
    batch: 15
    validation: test
    optimizer: {sgd: {lr: 0.05, momentum: 0.9}}
    ema: 0.9
    stages: [{epochs: 1, freeze: [conv]}, {epochs: 2}]
    """

  /// A test that is under way ends behind its batch, whatever is left of it, and is made again when the run goes on.
  @Test(arguments: [3, 6, 9]) func testsAreStopped(behind step: Int) throws {
    let example = try ExampleRun()
    let recipe = example.recipe(Self.recipe)
    let whole = try example.run(recipe)
    _ = try whole.run()
    #expect(whole.position.step == 9)
    let stopped = try example.run(recipe, output: "a")
    // Asked once behind each step of an epoch but its last, then before each of the test's two batches.
    var asked = 0
    let ending = try stopped.run(isInterrupted: {
      if stopped.position.step == step { asked += 1 }
      return asked == 2
    })
    #expect(ending == .interrupted && stopped.position.step == step && asked == 2)
    let folder = example.folder("a")
    #expect(stopped.log.timeless.count == step / 3)
    let checkpoint = try #require(try folder.checkpoint("last"))
    #expect(checkpoint.position.epochLosses.count == step / 3 - 1 && checkpoint.position.measures.images == 45)
    let second = try example.run(recipe, output: "a", resuming: checkpoint)
    _ = try second.run()
    #expect(second.checkpoint.parameters == whole.checkpoint.parameters && second.log.timeless == whole.log.timeless)
    #expect(second.checkpoint.kept == whole.checkpoint.kept && second.position.best == whole.position.best)
  }

  /// The time is looked at within a test too.
  @Test func testsEndWithTheTime() throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe(Self.recipe), output: "a", seconds: 0)
    #expect(try run.run() == .outOfTime && run.position.step == 1)
    let checkpoint = try #require(try example.folder("a").checkpoint("last"))
    var (position, made) = (checkpoint.position, 1)
    while position.step < 3 {
      let next = try example.run(
        example.recipe(Self.recipe), output: "a", resuming: try example.folder("a").checkpoint("last"), seconds: 0)
      _ = try next.run()
      position = next.position
      made += 1
    }
    #expect(made == 3 && position.epochLosses.isEmpty)
  }
}
