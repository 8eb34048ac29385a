import GraphIR
import NetworkWeights
import RecordedNetworks
import Testing

/// The networks that Tests/Fixtures/record_zoo.py records, against PyTorch's figures: counts, tensors, modules. Their outputs
/// are those of InterpreterTests.
@Suite("Recorded figures") struct RecordedTests {
  private func entry(_ recorded: RecordedNetwork) throws -> (network: Zoo.Network, entry: Zoo.Entry) {
    let entry = try #require(Zoo.entries.first { $0.name == recorded.spec }, "no spec is called \(recorded.spec)")
    return (try #require(entry.networks.first { $0.variant == recorded.variant }), entry)
  }

  /// Where PyTorch has linear layers over pixels in place of convolutions of 1×1, shapes differ by
  /// ones.
  private static let alikeButForOnes: Set = ["convnext_tiny"]
  /// Where PyTorch's norms and linear layers see the channels last.
  private static let channelsLast: Set = ["convnext_tiny"]

  private func areSame(_ shape: [Int]?, _ expected: [Int], in recorded: RecordedNetwork) -> Bool {
    guard Self.alikeButForOnes.contains(recorded.name) else { return shape == expected }
    return shape?.filter { $0 != 1 } == expected.filter { $0 != 1 }
  }

  private func isOutput(_ shape: [Int]?, _ expected: [Int], of recorded: RecordedNetwork) -> Bool {
    let last = [expected.last].compactMap(\.self) + expected.dropLast()
    return areSame(shape, expected, in: recorded)
      || Self.channelsLast.contains(recorded.name) && areSame(shape, last, in: recorded)
  }

  @Test func allAreThere() { #expect(RecordedNetwork.all.count == 35) }

  @Test(arguments: RecordedNetwork.all) func counts(_ recorded: RecordedNetwork) throws {
    let graph = try #require(entry(recorded).network.graph)
    let totals = Totals(graph.mainNodes)
    try #require(graph.inputs.count == recorded.inputs.count)
    for (input, expected) in zip(graph.inputs, recorded.inputs) {
      #expect(areSame(input.shape.values, expected.shape, in: recorded))
    }
    #expect(graph.outputs.count == recorded.outputs.count)
    #expect(totals.trainable == recorded.counts["parameters"])
    #expect(totals.buffers == recorded.counts["buffers"])
    #expect(totals.macs.value == recorded.counts["macs"])
  }

  @Test(arguments: RecordedNetwork.all) func tensors(_ recorded: RecordedNetwork) throws {
    let (network, entry) = try entry(recorded)
    let graph = try #require(network.graph)
    let published = try RecordedNetwork.publishedNames(of: graph, spec: #require(entry.spec))
    var found: [String: [Int]] = [:]
    for tensor in graph.expectedTensors where tensor.need != .unused {
      found[published[tensor.name] ?? tensor.name] = tensor.shape
    }
    let expected = recorded.tensors
    let names = Set(expected.keys).symmetricDifference(found.keys).sorted()
    #expect(names == [], "tensors that only one of both has")
    for (name, shape) in expected { #expect(areSame(found[name], shape, in: recorded), "\(name)") }
  }

  /// A module that runs several times has the MACs of all runs, and the output of the last.
  @Test(arguments: RecordedNetwork.all) func modules(_ recorded: RecordedNetwork) throws {
    let (network, entry) = try entry(recorded)
    let graph = try #require(network.graph)
    let published = try RecordedNetwork.publishedNames(of: graph, spec: #require(entry.spec))
    var outputs: [String: [Int]] = [:]
    var macs: [String: Int] = [:]
    for node in graph.mainNodes {
      guard let parameter = node.parameters.first else { continue }
      let owner = node.sharedWith.map { graph.nodes[$0] } ?? node
      let own = graph.tensorName(parameter, of: owner)
      let module = (published[own] ?? own).split(separator: ".").dropLast().joined(separator: ".")
      outputs[module] = node.output.values
      macs[module, default: 0] += node.macs.value ?? 0
    }
    for module in recorded.modules {
      if let output = module.output {
        #expect(isOutput(outputs[module.name], output, of: recorded), "\(module.name)")
      }
      if let expected = module.macs { #expect(macs[module.name] == expected, "\(module.name)") }
    }
  }
}
