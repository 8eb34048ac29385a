import Testing

@testable import Weights

@Suite struct WeightBindingTests {
  private let network = [
    ExpectedTensor(name: "conv1.weight", shape: [8, 3, 3, 3]), ExpectedTensor(name: "bn1.weight", shape: [8]),
    ExpectedTensor(name: "bn1.running_mean", shape: [8]), ExpectedTensor(name: "fc.weight", shape: [10, 8]),
    ExpectedTensor(name: "aux.fc.weight", shape: [10, 8], need: .unused),
    ExpectedTensor(name: "rbf.centers", shape: [10, 8], need: .optional),
  ]

  private func file(_ change: (inout [TensorInfo]) -> Void = { _ in }) -> [TensorInfo] {
    var tensors = network.prefix(4).map { TensorInfo(name: $0.name, shape: $0.shape, type: .float16) }
    tensors.append(TensorInfo(name: "bn1.num_batches_tracked", shape: [], type: .int64))
    change(&tensors)
    return tensors
  }

  @Test func complete() throws {
    let binding = WeightBinding.match(network, to: file())
    #expect(binding.isComplete && binding.map == nil && binding.bound.count == 4)
    #expect(binding.ignored == ["bn1.num_batches_tracked"])
    #expect(binding.problems().isEmpty)
    try binding.requireComplete(file: "x")
  }

  @Test("names that all have, or lack, the same before them are told in one line, with the map that finds them")
  func oneRenaming() {
    let before = file { for index in $0.indices where $0[index].isWeight { $0[index].name = "net_" + $0[index].name } }
    let binding = WeightBinding.match(network, to: before)
    #expect(
      binding.problems() == [
        "4 tensors have names in the file with 'net_' before them; a map of the spec's weights finds them: "
          + "{\"*\": \"net_*\"}"
      ])
    let map = NameMap(name: "m", rules: [NameMap.Rule(pattern: "*", replacement: "net_*")])
    #expect(WeightBinding.match(network, to: before, maps: [map]).isComplete)
    let inner = network.map { ExpectedTensor(name: "net." + $0.name, shape: $0.shape, need: $0.need) }
    let less = WeightBinding.match(inner, to: file { $0[3].name = "head.weight" })
    #expect(
      less.problems() == [
        "3 tensors have names in the file without 'net.' before them; a map of the spec's weights finds them: "
          + "{\"net.*\": \"*\"}",
        "1 tensor is missing:", "  net.fc.weight [10, 8]", "1 tensor is unexpected:", "  head.weight [10, 8]",
      ])
    // Of other shapes they are others.
    let other = WeightBinding.match(inner, to: file { for index in $0.indices { $0[index].shape.append(2) } })
    #expect(other.problems().first == "4 tensors are missing:")
  }

  @Test func headsArePassedOverAndFixedTensorsUsed() {
    let more = file {
      $0.append(TensorInfo(name: "aux.fc.weight", shape: [1], type: .float32))
      $0.append(TensorInfo(name: "rbf.centers", shape: [10, 8], type: .float32))
    }
    let binding = WeightBinding.match(network, to: more)
    #expect(binding.isComplete && binding.ignored.contains("aux.fc.weight"))
    #expect(binding.bound.last?.name == "rbf.centers")
  }

  @Test func everythingThatDoesNotFitIsListed() {
    let wrong = file {
      $0[0].name = "conv_1.weight"
      $0[3].shape = [1000, 8]
      $0.append(TensorInfo(name: "extra", shape: [2], type: .float32))
      $0[1].type = .int64
    }
    let binding = WeightBinding.match(network, to: wrong)
    #expect(binding.missing.map(\.name) == ["conv1.weight"])
    #expect(binding.unexpected.map(\.name) == ["conv_1.weight", "extra"])
    #expect(binding.mismatched.map(\.name) == ["bn1.weight", "fc.weight"])
    #expect(
      binding.problems() == [
        "1 tensor is missing:", "  conv1.weight [8, 3, 3, 3]; did you mean 'conv_1.weight'?",
        "2 tensors are unexpected:", "  conv_1.weight [8, 3, 3, 3]", "  extra [2]", "2 tensors have other shapes:",
        "  bn1.weight: the network has [8], the file [8] of I64",
        "  fc.weight: the network has [10, 8], the file [1000, 8]",
      ])
    #expect(throws: WeightError.self) { try binding.requireComplete(file: "x") }
  }

  @Test func missingTensorsCanBeAllowed() {
    let less = file { $0.removeAll { $0.name.hasPrefix("bn1") } }
    #expect(WeightBinding.match(network, to: less).missing.count == 2)
    let binding = WeightBinding.match(network, to: less, allowMissing: ["*.running_*", "bn1.weight"])
    #expect(binding.isComplete && binding.allowed == ["bn1.weight", "bn1.running_mean"])
  }

  @Test func theMapThatFitsBestWins() {
    let published = file { tensors in
      for index in tensors.indices { tensors[index].name = "net_" + tensors[index].name }
    }
    let half = NameMap(name: "half", rules: [.init(pattern: "bn1", replacement: "net_bn1")])
    let broken = NameMap(name: "broken", rules: [.init(pattern: "nothing", replacement: "x")])
    let whole = NameMap(
      name: "whole", rules: ["conv1", "bn1", "fc"].map { .init(pattern: $0, replacement: "net_" + $0) })
    let binding = WeightBinding.match(network, to: published, maps: [half, broken, whole])
    #expect(binding.isComplete && binding.map == "whole")
    #expect(
      binding.bound[0] == WeightBinding.Bound(name: "conv1.weight", source: "net_conv1.weight", shape: [8, 3, 3, 3]))
    let partial = WeightBinding.match(network, to: published, maps: [half, broken])
    #expect(partial.map == "half" && partial.missing.map(\.source) == ["conv1.weight", "fc.weight"])
    #expect(partial.problems().last == "the map 'broken' cannot be used: the rule 'nothing' fits no tensor")
  }

  @Test(arguments: [
    ("module.", "module. or _orig_mod."), ("_orig_mod.module.", "module. or _orig_mod."), ("model.", "model."),
    ("backbone.body.", "backbone.body."),
  ])
  func wrappersComeOff(prefix: String, text: String) {
    let wrapped = file { tensors in
      for index in tensors.indices { tensors[index].name = prefix + tensors[index].name }
      tensors.append(TensorInfo(name: "n_averaged", shape: [], type: .int64))
    }
    let binding = WeightBinding.match(network, to: wrapped)
    #expect(binding.isComplete && binding.wrapping == text, "\(binding.problems())")
    #expect(binding.bound[0].source == prefix + "conv1.weight")
    #expect(WeightBinding.match(network, to: file()).wrapping == nil)
  }

  /// `features.module.0.weight`, as PyTorch's ImageNet example wraps AlexNet, and a loss beside Lightning's network.
  @Test func wrappersWithinAndBeside() {
    let inner = [TensorInfo(name: "fc.module.weight", shape: [2], type: .float32)]
    #expect(WeightBinding.match([ExpectedTensor(name: "fc.weight", shape: [2])], to: inner).isComplete)
    let lightning =
      inner.map { TensorInfo(name: "model." + $0.name, shape: $0.shape, type: $0.type) }
      + [TensorInfo(name: "loss.weight", shape: [3], type: .float32)]
    let expected = [ExpectedTensor(name: "fc.weight", shape: [2])]
    #expect(WeightBinding.match(expected, to: lightning).unexpected.map(\.name) == ["loss.weight"])
    #expect(WeightBinding.match(expected, to: lightning, allowUnexpected: ["loss.*"]).isComplete)
  }

  /// A head, a loss or another encoder beside the network: named as what is left over, and no matter where it may be.
  @Test(arguments: [
    ("encoder.", ["head.weight"], "head.*"), ("net.", ["loss.weight", "loss.bias"], "loss.*"),
    ("module.encoder_q.", ["module.encoder_k.conv1.weight", "module.queue"], "*"),
  ])
  func whatLiesBesideAWrappedNetwork(prefix: String, others: [String], pattern: String) {
    let wrapped = file { tensors in
      for index in tensors.indices { tensors[index].name = prefix + tensors[index].name }
      tensors += others.map { TensorInfo(name: $0, shape: [3], type: .float32) }
    }
    let strict = WeightBinding.match(network, to: wrapped)
    #expect(strict.unexpected.map(\.name) == others && strict.bound.count == 4, "\(strict.problems())")
    let binding = WeightBinding.match(
      network, to: wrapped, allowUnexpected: pattern == "*" ? ["*encoder_k.*", "*queue"] : [pattern])
    #expect(binding.isComplete && binding.bound[0].source == prefix + "conv1.weight", "\(binding.problems())")
  }

  /// `half()` and averages over a state_dict make floats of PyTorch's counters.
  @Test func countersArePassedOverWhateverTheirType() {
    let floats = file { tensors in
      tensors[4].type = .float16
      tensors.append(TensorInfo(name: "n_averaged", shape: [], type: .float32))
    }
    let binding = WeightBinding.match(network, to: floats)
    #expect(binding.isComplete && binding.ignored == ["bn1.num_batches_tracked", "n_averaged"])
  }

  @Test(arguments: [
    ([5, 3], [5, 3, 1, 1], true), ([5, 3, 1, 1], [5, 3], true), ([8, 1, 1], [8], true),
    ([32, 1, 80], [32, 1, 1, 80], true),
    ([], [1], true), ([3, 5], [5, 3], false), ([15], [5, 3], false), ([5, 3, 2], [5, 3], false),
  ])
  func sizesOfOne(found: [Int], expected: [Int], fits: Bool) {
    let binding = WeightBinding.match(
      [ExpectedTensor(name: "w", shape: expected)], to: [TensorInfo(name: "w", shape: found, type: .float32)])
    #expect(binding.isComplete == fits && (!fits || binding.bound[0].shape == expected))
  }

  /// Two ways to write é: not one name.
  @Test func namesAreComparedByBytes() {
    let names = ["e\u{301}", "\u{E9}"]
    let found = names.map { TensorInfo(name: $0, shape: [1], type: .float32) }
    let binding = WeightBinding.match(names.map { ExpectedTensor(name: $0, shape: [1]) }, to: found)
    #expect(binding.isComplete && binding.bound.count == 2)
  }

  @Test(
    arguments: [
      ("*", "a.b", true), ("a.*", "a.b", true), ("a.*.c", "a.b.c.c", true), ("a", "ab", false), ("*b*d", "abcd", true),
      ("*b", "abc", false), ("", "", true), ("**", "x", true), ("a*", "", false),
    ])
  func patterns(pattern: String, name: String, fits: Bool) {
    #expect(WeightBinding.matches(pattern, name) == fits)
  }

  /// The name of a layer or block is a pattern of what is in it.
  @Test(
    arguments: [
      ("fc", "fc.weight", true), ("fc", "fc", true), ("layer*.0", "layer1.0.conv.weight", true),
      ("fc", "fc1.weight", false),
      ("f", "fc.weight", false), ("c.weight", "fc.weight", false),
    ])
  func layersStandForTheirTensors(pattern: String, name: String, fits: Bool) {
    #expect(WeightBinding.fits(pattern, name) == fits)
    let expected = [ExpectedTensor(name: name, shape: [1]), ExpectedTensor(name: "other", shape: [1])]
    let found = [TensorInfo(name: "other", shape: [1], type: .float32)]
    #expect(WeightBinding.match(expected, to: found, allowMissing: [pattern]).isComplete == fits)
    let more = found + [TensorInfo(name: name, shape: [1], type: .float32)]
    #expect(WeightBinding.match([expected[1]], to: more, allowUnexpected: [pattern]).isComplete == fits)
  }
}
