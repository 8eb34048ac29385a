import ArgumentParser
import Recipes
import Testing
import TrainingRuns

@testable import cnnc

/// What options make of a recipe and of its stages.
@Suite struct RecipeOptionsTests {
  @Test func optionsLieOverTheRecipe() throws {
    let options = try RecipeOptions.parse([
      "--epochs", "3", "--lr", "0.5", "--sched", "cosine", "--no-augment", "--no-dropout", "--freeze", "a", "--freeze",
      "b.*",
    ])
    var base = RecipeReader()
    let settings = try options.apply(
      to: base.settings(inText: "{optimizer: {adam: {lr: 0.1, beta1: 0.8}}, augment: [flip], epochs: 9, batch: 7}"))
    let recipe = Recipe(settings)
    #expect(recipe.epochs == 3 && recipe.batch == 7 && recipe.augmentations.isEmpty && !recipe.drops)
    #expect(recipe.optimizer == .adam(rate: 0.5, beta1: 0.8) && recipe.frozen == ["a", "b.*"])
    #expect(try SavingInterval.parse("500steps") == .steps(500) && SavingInterval.parse("10m") == .seconds(600))
    #expect(try Duration.parse("1.5h") == 5400)
  }

  /// A comma in a number is said, and a word of another library.
  @Test(arguments: [
    (["--lr", "0,1"], "--lr: a number has a decimal point, no comma: 0.1"),
    (["--momentum", "0,9"], "--momentum: a number has a decimal point, no comma: 0.9"),
    (
      ["--opt", "adamax"],
      "--opt: optimizer cannot be 'adamax'; cnnc does not have it; there are sgd, adam, adamw, rmsprop"
    ),
  ])
  func wrongValuesAreSaid(arguments: [String], message: String) throws {
    let error = try #require(throws: ValidationError.self) {
      try RecipeOptions.parse(arguments).apply(to: RecipeSettings())
    }
    #expect(error.message == message)
  }

  @Test func optionsThatStagesHideAreRefused() throws {
    var reader = RecipeReader()
    let base = reader.settings(inText: "{stages: [{epochs: 1}, {epochs: 2, batch: 4}]}")
    #expect(throws: ValidationError.self) { try RecipeOptions.parse(["--epochs", "3"]).apply(to: base) }
    #expect(Recipe(try RecipeOptions.parse(["--batch", "8"]).apply(to: base)).stages.map(\.batch) == [8, 4])
  }

  /// What an option does not do in some of the stages is said.
  @Test(arguments: [
    (["--lr", "0.5"], ["--lr: stage 2 has optimizer of its own, which the option leaves as it is"]),
    (["--momentum", "0.8"], []), (["--opt", "adam"], ["--opt: stages 2, 3 have optimizer of their own"]),
    (["--sched", "cosine"], ["--sched: stage 3 has schedule"]), (["--freeze", "fc"], ["--freeze: stage 2 has freeze"]),
    (["--seed", "4"], []), (["--no-augment"], []), (["--no-dropout"], []),
  ])
  func optionsThatStagesHideAreNamed(arguments: [String], expected: [String]) throws {
    var reader = RecipeReader()
    let base = reader.settings(
      inText: """
        {optimizer: {sgd: {lr: 0.1, momentum: 0.9}}, stages: [{epochs: 1, dropout: true, augment: [flip]},
        {epochs: 1, optimizer: {sgd: 0.01}, freeze: c}, {epochs: 1, optimizer: {sgd: {nesterov: true}}, schedule: one_cycle}]}
        """)
    #expect(reader.diagnostics.isEmpty)
    var notes: [String] = []
    let settings = try RecipeOptions.parse(arguments).apply(to: base) { notes.append($0) }
    #expect(notes.count == expected.count && zip(notes, expected).allSatisfy { $0.hasPrefix($1) }, "\(notes)")
    let stages = Recipe(settings).stages
    #expect(arguments[0] != "--no-augment" || stages.allSatisfy(\.augmentations.isEmpty))
    #expect(arguments[0] != "--no-dropout" || stages.allSatisfy { !$0.drops })
    #expect(arguments[0] != "--momentum" || stages.map(\.optimizer.momentum) == [0.8, 0.8, 0.8])
  }

  /// Stages have steps of their own.
  @Test func stepsAreThoseOfTheStages() {
    func epochs(_ text: String) -> String {
      var reader = RecipeReader()
      return TrainingReporter.epochs(Recipe(reader.settings(inText: text)).stages, images: 100)
    }
    #expect(epochs("{epochs: 1, batch: 100}") == "1 epoch of 1 step")
    #expect(
      epochs("{batch: 16, stages: [{epochs: 3}, {epochs: 5, batch: 10}]}") == "8 epochs: 3 of 7 steps, 5 of 10 steps")
  }
}
