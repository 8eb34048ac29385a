import Testing

@testable import Weights

/// Which of the sets of tensors in a checkpoint is taken, and what is said of the choice.
@Suite struct SetChoiceTests {
  private let network = [ExpectedTensor(name: "w", shape: [2, 3]), ExpectedTensor(name: "v", shape: [2, 3])]

  /// A checkpoint of dictionaries, each with tensors of 2×3 by their names; no names stand for a whole module.
  private func checkpoint(_ sets: [(key: String, names: [String])]) throws -> WeightFile {
    let pickle = PickleBuilder.make { pickle in
      pickle.op(.emptyDictionary)
      for (key, names) in sets {
        pickle.text(key)
        if names.isEmpty {
          pickle.global("net", "Module")
          pickle.op(.emptyTuple)
          pickle.op(.reduce)
          pickle.op(.emptyDictionary)
          pickle.text("_modules")
          pickle.op(.emptyDictionary)
          pickle.op(.setItem)
          pickle.op(.build)
        } else {
          pickle.op(.emptyDictionary)
        }
        for name in names {
          pickle.text(name)
          pickle.tensor()
          pickle.op(.setItem)
        }
        pickle.op(.setItem)
      }
    }
    return try WeightFile(bytes: PickleBuilder.archive(pickle), name: "x")
  }

  private func choice(_ file: WeightFile, allowing: [String] = []) -> (key: String?, note: String?, isComplete: Bool) {
    let (file, binding) = file.fitted(to: network, allowUnexpected: allowing)
    return (file.keys.first, file.choiceNote, binding.isComplete)
  }

  @Test func setsThatFitEquallyAreNamed() throws {
    for keys in [["student", "teacher"], ["G", "D"], ["best", "last"]] {
      let file = try checkpoint(keys.map { ($0, ["w", "v"]) })
      let note = "has weights under '\(keys[0])', which are taken; others that fit as well are under '\(keys[1])'"
      #expect(choice(file).note == note && choice(file).key == keys[0])
      #expect(file.choiceNote == note, "without a network")
      #expect(try file.selecting(key: keys[1]).choiceNote == nil)
    }
    // AveragedModel under a key that does not say so.
    let averaged = try checkpoint([("model", ["w", "v"]), ("swa", ["module.w", "module.v", "n_averaged"])])
    #expect(
      choice(averaged).note == "has weights under 'model', which are taken; others that fit as well are under 'swa'")
    #expect(try choice(checkpoint([("model", ["w", "v"]), ("other", ["w"])])).note == nil)
  }

  @Test(arguments: [[], ["n.num_batches_tracked"]])
  func theAverageWinsWhateverStandsBesideIt(more: [String]) throws {
    let note = "has the weights' moving average under 'ema', which is taken; the weights themselves are under 'model'"
    let file = try checkpoint([("model", ["w", "v"]), ("ema", ["w", "v"] + more)])
    #expect(choice(file).key == "ema" && choice(file).note == note && choice(file).isComplete)
    #expect(file.choiceNote == note)
    #expect(try choice(file.selecting(key: "ema")).isComplete)
    // What a profiler left in one of them changes nothing.
    let profiled = try checkpoint([("model", ["w", "v", "total_ops"]), ("ema", ["w", "v"] + more)])
    #expect(choice(profiled, allowing: ["total*"]).note == note)
  }

  @Test func anAverageThatIsAModuleIsNamed() throws {
    let file = try checkpoint([("model", ["w", "v"]), ("ema", [])])
    let note = "has weights under 'model', which are taken; 'ema' is a whole module, which is not read"
    #expect(file.choiceNote == note && choice(file).note == note)
  }
}
