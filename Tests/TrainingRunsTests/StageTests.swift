import JSON
import Recipes
import Tensors
import Testing

@testable import TrainingRuns

/// Stages of a recipe: one after the other, each with its own settings, as one run.
@Suite("Stages of training")
struct StageTests {
  private static let recipe = """
    batch: 15
    validation: test
    seed: 5
    ema: 0.5
    augment: [flip]
    optimizer: {sgd: {lr: 0.1, momentum: 0.9}}
    stages:
      - {epochs: 2, freeze: ["*", "!fc"]}
      - {epochs: 1, optimizer: {adam: 0.002}, batch: 10, mix: {mixup: 0.2}}
      - {epochs: 2, optimizer: {sgd: {lr: 0.01}}, schedule: cosine, freeze: [conv], augment: []}
    """

  @Test func stagesOverrideTheRecipe() throws {
    let example = try ExampleRun()
    let recipe = example.recipe(Self.recipe)
    #expect(recipe.stages.map(\.epochs) == [2, 1, 2] && recipe.allEpochs == 5)
    #expect(recipe.stages.map(\.batch) == [15, 10, 15] && recipe.stages.map(\.seed) == [5, 5, 5])
    #expect(recipe.stages.map(\.frozen) == [["*", "!fc"], [], ["conv"]])
    #expect(recipe.stages[2].optimizer == .sgd(rate: 0.01, momentum: 0.9) && recipe.stages[2].augmentations.isEmpty)
    #expect(recipe.stages.map { $0.stages.count } == [1, 1, 1] && example.recipe("epochs: 3").stages.count == 1)
  }

  /// What is frozen in a stage moves in the next, and the log goes on.
  /// A run that was stopped between tests goes on to where the others count.
  @Test func epochsWithoutATestAreKept() throws {
    var position = RunPosition()
    position.epochLosses = [nil, 0.5, nil]
    #expect(try RunPosition(JSONParser.parse(Array(position.json.text.utf8))).epochLosses == [nil, 0.5, nil])
  }

  @Test func stagesFollowOneAnother() throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe(Self.recipe))
    var ends: [[String: Tensor]] = []
    var stages: [Int] = []
    #expect(run.notes.contains { $0.contains("tensors are frozen") })
    let ending = try run.run(report: { event in
      switch event {
      case .epoch: ends.append(run.parameters)
      case .stage(let index, _): stages.append(index)
      default: break
      }
    })
    #expect(ending == .finished && stages == [1, 2] && ends.count == 5)
    let start = try example.parameters()
    #expect(ends[1]["conv.weight"] == start["conv.weight"] && ends[1]["fc.weight"] != start["fc.weight"])
    #expect(ends[1]["norm.running_mean"] == start["norm.running_mean"])
    #expect(ends[2]["conv.weight"] != start["conv.weight"] && ends[4]["conv.weight"] == ends[2]["conv.weight"])
    let rows = run.log.timeless.dropFirst().map { $0.split(separator: ",").map(String.init) }
    #expect(rows.map { $0[0] } == ["1", "2", "3", "4", "5"])
    #expect(rows.map { $0[1] } == ["3", "6", "11", "14", "17"])
    #expect(rows.map { $0[3] }.prefix(3) == ["0.1", "0.1", "0.002"], "\(rows)")
    // A third along half a cosine, whatever was before.
    let rate = Double(rows[3][3]) ?? 0
    #expect(abs(rate - 0.0075) < 1e-12)
    #expect(run.position.images == 5 * 45)
  }

  /// A run that is stopped behind any step of any stage ends with the same bits.
  @Test func stoppedStagesGoOnToTheSameBits() throws {
    let example = try ExampleRun()
    let recipe = example.recipe(Self.recipe)
    let whole = try example.run(recipe)
    _ = try whole.run()
    #expect(whole.position.step == 17)
    for stop in 1..<17 { try example.expectSameBits(of: whole, recipe, stoppedBehind: stop) }
  }

  /// Patience ends a stage, and training with the last.
  @Test func patienceEndsStages() throws {
    let example = try ExampleRun()
    let recipe = example.recipe(
      "batch: 45\noptimizer: {sgd: {lr: 0}}\nstages: [{epochs: 9, patience: 2}, {epochs: 3}, {epochs: 50, patience: 1}]"
    )
    let run = try example.run(recipe, output: "a")
    #expect(try run.run() == .outOfPatience)
    // The first epoch is the best; no later one of its stage is better.
    #expect(run.position.step == 3 + 3 + 1 && run.position.stage.epoch == 6)
    let again = try example.run(recipe, output: "a", resuming: run.checkpoint)
    #expect(try again.run() == .outOfPatience && again.position.step == 7)
  }

  @Test func checkpointsOfOtherStagesAreRefused() throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe(Self.recipe), output: "a")
    _ = try run.run()
    let single = example.recipe("batch: 15\nvalidation: test\nema: 0.5\noptimizer: {sgd: {lr: 0.1, momentum: 0.9}}")
    #expect {
      _ = try example.run(single, output: "a", resuming: run.checkpoint)
    } throws: { "\($0)".contains("the recipe has 1") }
  }
}
