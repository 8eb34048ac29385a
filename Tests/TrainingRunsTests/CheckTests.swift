import Tensors
import Testing

@testable import TrainingRuns

/// What is looked at beside steps: faulty numbers, gradients, resuming.
@Suite("Checks of training")
struct CheckTests {
  private static let recipe = "epochs: 2\nbatch: 15\nvalidation: test\noptimizer: {sgd: {lr: 0.05, momentum: 0.9}}"

  @Test func faultyNumbersAreTraced() throws {
    let example = try ExampleRun()
    let recipe = example.recipe(Self.recipe)
    #expect(try example.run(recipe).nextFault() == nil)
    var weight = try #require(try example.parameters()["conv.weight"])
    weight.withUnsafeMutableBufferPointer { $0[3] = .infinity }
    let tensor = try example.run(recipe, changing: ["conv.weight": weight])
    #expect(try tensor.nextFault() == "an element of conv.weight (s.yaml:4) is inf")
    #expect {
      _ = try tensor.run()
    } throws: { ($0 as? TrainingRunError)?.faultyStep == 1 }
    // Finite weights whose products are none.
    let huge = Tensor(repeating: 3e38, shape: weight.shape)
    let layer = try #require(try example.run(recipe, changing: ["conv.weight": huge]).nextFault())
    #expect(layer.hasPrefix("conv (s.yaml:4) is the first that gives inf of") && layer.contains("image"), "\(layer)")
    let frozen = try #require(
      try example.run(example.recipe(Self.recipe + "\nfreeze: [conv, norm]"), changing: ["conv.weight": huge])
        .nextFault())
    #expect(frozen.contains("what the frozen part gives of it is"), "\(frozen)")
  }

  /// The step that fails is reached again from the checkpoint before it, with the same numbers.
  @Test func explosionsAreTraced() throws {
    let example = try ExampleRun()
    let recipe = example.recipe(
      "epochs: 60\nbatch: 9\nloss: mean_squared\noptimizer: {sgd: {lr: 1e6, momentum: 0.9}}")
    let run = try example.run(recipe, output: "a")
    var failure: TrainingRunError?
    do { _ = try run.run() } catch { failure = error }
    let step = try #require(failure?.faultyStep)
    let again = try example.run(recipe, resuming: try example.folder("a").checkpoint("last"))
    if again.position.step < step - 1 { _ = try? again.run(isInterrupted: { again.position.step >= step - 1 }) }
    #expect(try again.nextFault() != nil, "step \(step)")
    if let kept = try example.folder("a").checkpoint("last") {
      #expect(kept.parameters.values.allSatisfy { $0.firstFault == nil })
    }
  }

  @Test(arguments: ["", "loss: {cross_entropy: {label_smoothing: 0.1}}", "mix: {mixup: 1}", "freeze: [conv, norm]"])
  func gradientsAreWhatTheirDefinitionGives(change: String) throws {
    let example = try ExampleRun()
    let check = try example.run(example.recipe("\(Self.recipe)\n\(change)")).checkGradients()
    #expect(check.images == 4 && check.layers == nil && check.loss.map { $0 < 1e-5 } == true)
    let worst = try #require(check.gradients.first)
    #expect(worst.error < 1e-4 && worst.error >= check.gradients[check.gradients.count - 1].error, "\(worst)")
    #expect(check.gradients.count == (change.contains("freeze") ? 2 : 6) && check.gradients.contains { $0.norm > 0.01 })
  }

  /// A network that is too large is looked at by fewer images, or layer by layer, and how much of it is said.
  @Test func checksOfLargeNetworksAreSamples() throws {
    let example = try ExampleRun()
    let run = try example.run(example.recipe(Self.recipe))
    let whole = try run.checkGradients()
    let fewer = try run.checkGradients(macs: whole.macs - 1)
    #expect(fewer.images == 3 && fewer.layers == nil && fewer.macs < whole.macs)
    let one = try run.checkGradients(macs: run.checkGradients(images: 1).macs - 1)
    #expect(one.images == 1 && one.loss == nil && one.macs < fewer.macs)
    let layers = try #require(one.layers)
    // All but one fit, or fewer; the most costly is over the bound or takes the place of others.
    #expect(1..<layers ~= one.gradients.count, "\(one.gradients.count) of \(layers)")
    #expect(one.gradients.allSatisfy { $0.error < 1e-4 } && one.gradients.contains { $0.norm > 0 }, "\(one.gradients)")
    let least = try run.checkGradients(macs: 0)
    #expect(least.gradients.count == 1 && least.layers == layers)
  }

  @Test func resumingIsProved() throws {
    let example = try ExampleRun()
    let recipe = example.recipe(Self.recipe)
    let check = try ResumeCheck(steps: 5, in: example.folder("check")) { folder, checkpoint in
      try example.run(recipe, output: folder == nil ? nil : "check", resuming: checkpoint)
    }
    #expect(check.steps == 5 && check.stop == 2 && check.differences.isEmpty, "\(check.differences)")
    // Whoever goes on from something else is found out.
    let other = try ResumeCheck(steps: 5, in: example.folder("other")) { folder, checkpoint in
      var wrong = checkpoint
      wrong?.kept["fc.bias.momentum"] = Tensor(repeating: 1, shape: [3])
      return try example.run(recipe, output: folder == nil ? nil : "other", resuming: wrong)
    }
    #expect(other.differences.contains("fc.bias") && other.differences.contains("fc.bias.momentum"))
  }
}
