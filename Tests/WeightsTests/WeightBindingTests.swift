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
      for index in tensors.indices { tensors[index].name = "net." + tensors[index].name }
    }
    let half = NameMap(name: "half", rules: [.init(pattern: "bn1", replacement: "net.bn1")])
    let broken = NameMap(name: "broken", rules: [.init(pattern: "nothing", replacement: "x")])
    let whole = NameMap(
      name: "whole", rules: ["conv1", "bn1", "fc"].map { .init(pattern: $0, replacement: "net." + $0) })
    let binding = WeightBinding.match(network, to: published, maps: [half, broken, whole])
    #expect(binding.isComplete && binding.map == "whole")
    #expect(binding.bound[0] == WeightBinding.Bound(name: "conv1.weight", source: "net.conv1.weight"))
    let partial = WeightBinding.match(network, to: published, maps: [half, broken])
    #expect(partial.map == "half" && partial.missing.map(\.source) == ["conv1.weight", "fc.weight"])
    #expect(partial.problems().last == "the map 'broken' cannot be used: the rule 'nothing' fits no tensor")
  }

  @Test(
    arguments: [
      ("*", "a.b", true), ("a.*", "a.b", true), ("a.*.c", "a.b.c.c", true), ("a", "ab", false), ("*b*d", "abcd", true),
      ("*b", "abc", false), ("", "", true), ("**", "x", true), ("a*", "", false),
    ])
  func patterns(pattern: String, name: String, fits: Bool) {
    #expect(WeightBinding.matches(pattern, name) == fits)
  }
}
