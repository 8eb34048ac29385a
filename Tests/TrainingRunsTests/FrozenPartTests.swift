import Foundation
import Tensors
import Testing

@testable import TrainingRuns

/// What lies below all that is trained: computed as at inference, and remembered where that is allowed.
@Suite("Frozen parts of networks")
struct FrozenPartTests {
  private static let spec = """
    cnnc: 1
    input: {channels: 1, size: 8}
    layers:
      - {name: conv, conv: {out: 6, kernel: 3, padding: half, bias: false}}
      - {name: norm, batch_norm}
      - relu
      - {name: depth, depthwise_conv: {kernel: 3, padding: half}}
      - {name: norm2, batch_norm}
      - relu
      - max_pool: {kernel: 2}
      - {name: conv3, conv: {out: 9, kernel: 3}}
      - relu
      - flatten
      - {name: hidden, linear: {out: 7}}
      - relu
      - dropout: {rate: 0.2}
      - {name: fc, linear: {out: 3}}
    """
  private static let recipe = """
    epochs: 3
    batch: 10
    validation: test
    optimizer: {sgd: {lr: 0.05, momentum: 0.9}}
    ema: 0.9
    freeze: ["*", "!fc"]
    seed: 7
    """

  /// An image gives the same bits in any batch and at any place of it.
  @Test func imagesGiveTheSameBitsInAnyBatch() throws {
    let example = try ExampleRun(spec: Self.spec)
    let network = try TrainableNetwork(example.graph, example.recipe(Self.recipe))
    let whole = try network.computation(images: 8, parameters: example.parameters())
    let parts = try #require(network.settings.split(whole))
    #expect(parts.rest.parameters.map(\.path) == ["fc.weight", "fc.bias"])
    #expect(parts.frozen.inputShapes == [[8, 1, 8, 8]] && parts.rest.inputShapes == [[8, 7]])
    let frozen = try FrozenPart(parts.frozen, threads: 2)
    let numbers = (0..<19 * 64).map { (index: Int) -> Float in Float(index * 37 % 101) / 50 - 1 }
    let images = Tensor(numbers, shape: [19, 1, 8, 8])
    let all = frozen(images)[0]
    for place in 0..<19 {
      let alone = Tensor(Array(numbers[place * 64..<(place + 1) * 64]), shape: [1, 1, 8, 8])
      let expected = Array(all.elements[place * 7..<(place + 1) * 7])
      #expect(frozen(alone)[0].elements == expected, "image \(place)")
    }
    // The two parts are the network.
    let inputs = Tensor(Array(numbers[..<(8 * 64)]), shape: [8, 1, 8, 8])
    let expected = whole.forInference().plain([inputs])[0]
    let found = parts.rest.forInference().plain(frozen(inputs))[0]
    #expect(zip(expected.elements, found.elements).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// What is remembered, all, some or none of it, changes no bit of the weights, nor of the log.
  @Test(arguments: [0, 300, 1 << 30])
  func memoryChangesNothing(bytes: Int) throws {
    let example = try ExampleRun(spec: Self.spec)
    let recipe = example.recipe(Self.recipe)
    let without = try example.run(recipe, featureBytes: 0)
    _ = try without.run()
    let with = try example.run(recipe, threads: 2, featureBytes: bytes)
    _ = try with.run()
    #expect(with.checkpoint.parameters == without.checkpoint.parameters && with.log.timeless == without.log.timeless)
    for stop in [2, 7] {
      var made = 0
      let name = "run\(stop)"
      let first = try example.run(recipe, output: name, featureBytes: bytes)
      _ = try first.run(isInterrupted: { made >= stop }) { if case .step = $0 { made += 1 } }
      let checkpoint = try #require(try example.folder(name).checkpoint("last"))
      let second = try example.run(recipe, output: name, resuming: checkpoint, featureBytes: bytes)
      _ = try second.run()
      #expect(second.checkpoint.parameters == without.checkpoint.parameters)
      #expect(second.checkpoint.kept == without.checkpoint.kept && second.log.timeless == without.log.timeless)
    }
  }

  /// Images that were seen once are not decoded again, but where they change from epoch to epoch.
  @Test(arguments: [("", true), ("augment: [flip]", false), ("mix: {mixup: 1}", false)])
  func imagesAreMadeOnce(change: String, isOnce: Bool) throws {
    let example = try ExampleRun(spec: Self.spec)
    let run = try example.run(example.recipe("\(Self.recipe)\n\(change)"))
    _ = try run.run()
    let batch = try run.batch(of: [3, 4])
    #expect(batch.inputs.count == (isOnce ? 0 : 2 * 64))
  }

  /// What is trained, random, or moves its statistics is in no frozen part, nor is what lies above it.
  @Test(arguments: [
    ("[conv, norm]", ["depth.weight", "conv3.weight"], true),
    ("[conv]", ["norm.weight", "depth.weight"], true), ("[\"*\", \"!conv\"]", ["conv.weight", "fc.weight"], false),
    ("[hidden]", ["conv.weight"], false), ("[\"*\", \"!norm.bias\"]", ["norm.weight"], true),
  ])
  func partsEndWhereTrainingBegins(freeze: String, above: [String], isSplit: Bool) throws {
    let example = try ExampleRun(spec: Self.spec)
    let network = try TrainableNetwork(example.graph, example.recipe("freeze: \(freeze)"))
    let parts = network.settings.split(try network.computation(images: 2, parameters: example.parameters()))
    #expect((parts != nil) == isSplit)
    guard let parts else { return }
    let names = Set(parts.rest.parameters.map(\.path))
    #expect(names.isSuperset(of: above) && !names.contains("conv.weight"), "\(names)")
    #expect(Set(parts.frozen.parameters.map(\.path)).isDisjoint(with: above))
  }

  /// A head for training on a frozen part, and branches that begin in it.
  @Test func branchesAndHeadsBeginInFrozenParts() throws {
    let example = try ExampleRun(
      spec: """
        cnnc: 1
        input: {channels: 1, size: 8}
        layers:
          - {name: a, conv: {out: 4, kernel: 3, padding: half}}
          - {name: b, conv: {out: 4, kernel: 3, padding: half}}
          - residual: [{name: c, conv: {out: 4, kernel: 3, padding: half}}]
          - flatten
          - {name: fc, linear: {out: 3}}
        """)
    let recipe = example.recipe("epochs: 2\nbatch: 9\nvalidation: test\nfreeze: [a, b]\noptimizer: {sgd: 0.1}")
    let run = try example.run(recipe)
    _ = try run.run()
    let whole = try example.run(
      example.recipe("epochs: 2\nbatch: 9\nvalidation: test\noptimizer: {sgd: 0.1}\nrates: {\"a.*\": 0, \"b.*\": 0}"))
    _ = try whole.run()
    // The same as where the layers below are computed in each step, but for rounding.
    for (name, tensor) in whole.checkpoint.parameters {
      let other = try #require(run.checkpoint.parameters[name])
      #expect(zip(tensor.elements, other.elements).allSatisfy { abs($0 - $1) < 1e-5 }, "\(name)")
    }
  }
}
