import Diagnostics
import GraphIR
import Layers
import Reports
import SpecLanguage
import Testing

/// Several inputs, and layers that stand somewhere again with the same weights.
@Suite struct SharedWeightTests {
  @Test func aTowerForTwoInputs() throws {
    let built = try TestSpecs.fixture("sharing")
    let graph = built.graph
    #expect(graph.inputs.map(\.name) == ["left", "right", "hint"])
    #expect(graph.inputs.map(\.shape) == [.maps(3, 16, 16), .maps(3, 16, 16), .features(5)])
    let first = try #require(graph.node(at: "a.conv1"))
    let second = try #require(graph.node(at: "b.conv1"))
    #expect(first.inputs == [.input(0)] && second.inputs == [.input(1)])
    #expect(second.sharedWith == first.id && first.sharedWith == nil)
    #expect(second.parameters == first.parameters && second.ownParameters.isEmpty)
    #expect(second.macs == first.macs)
    let scope = try #require(graph.scopes.first { $0.path == "b" })
    #expect(scope.sharedWith.map { graph.scopes[$0].path } == "a")
    // conv1 224, bn1 16, conv2 584, mlp 136 + 144, mix 272, words 96, fc 68
    #expect(Totals(graph.nodes).trainable == 1540)
    let mixes = graph.nodes.filter { $0.keyword == "conv" && $0.sharedWith.map { graph.nodes[$0].path } == "mix" }
    #expect(mixes.count == 2)
    #expect(Totals(mixes).macs == .known(2 * 16 * 16 * 8 * 8))
  }

  @Test("what is shared twice has the weights of the first")
  func chains() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: a, conv: {out: 4, kernel: 3}}
          - {name: b, share: a}
          - {name: c, share: b}
        """)
    #expect(graph.nodes.map(\.sharedWith) == [nil, 0, 0])
  }

  @Test("a reference within what is shared means what it meant at first")
  func lexicalReferences() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: x, conv: {out: 6, kernel: 1}}
          - {name: t, seq: [{name: y, conv: {out: 4, kernel: 1}}, {from: [y, x], concat}]}
          - {name: again, from: x, layers: [{name: x, conv: {out: 6, kernel: 1}}, {name: u, share: t}]}
        """)
    let join = try #require(graph.nodes.last)
    #expect(join.inputs.last == .output(ofNode: 0))
  }

  @Test(
    "what cannot be shared says why",
    arguments: [
      ("- {name: a, conv: {out: 8, kernel: 3}}\n  - {name: b, share: a}", "7:15", "a.weight is 8×4×3×3"),
      ("- {name: a, conv: {out: 4, kernel: 3}}\n  - {name: b, share: c}", "7:22", "no earlier node 'c'"),
      ("- {name: a, seq: [{when: prev.c == 4, conv: {out: 6, kernel: 1}}, relu]}\n  - {share: a}", "7:6", "'a'"),
      ("- {name: b, share: image}", "6:22", "no earlier node 'image'"),
    ])
  func faults(layers: String, position: String, message: String) throws {
    let failure = #expect(throws: BuildFailure.self) {
      _ = try TestSpecs.build(layers: "  \(layers)")
    }
    let text = failure?.description ?? ""
    #expect(text.contains("spec.yaml:\(position):") && text.contains(message), "\(text)")
  }

  @Test(
    "inputs that are wrong are reported",
    arguments: [
      ("inputs: {}", "1 to 64 inputs"), ("inputs: {a: {channels: 3}}", "input a needs size"),
      ("input: {features: 3}\ninputs: {a: {features: 3}}", "either one input"),
      ("inputs: {a-b: {features: 3}}", "a-b"), ("inputs: [a]", "inputs is a mapping"),
    ])
  func inputFaults(inputs: String, message: String) throws {
    let failure = #expect(throws: BuildFailure.self) {
      _ = try TestSpecs.build(text: "cnnc: 1\n\(inputs)\nlayers: [flatten]\n")
    }
    #expect(failure?.description.contains(message) == true, "\(failure?.description ?? "")")
  }

  @Test("a size from outside belongs to one input by its name")
  func sizes() throws {
    let text = """
      cnnc: 1
      inputs: {a: {channels: 1, size: 8}, b: {channels: 1, size: 4}}
      layers: [global_avg_pool, {name: p, flatten}, {from: b, global_avg_pool}, {name: q, flatten}, {from: [p, q], add}]

      """
    var options = BuildOptions()
    options.namedInputs = ["b": .maps(1, 6, 6)]
    #expect(try TestSpecs.build(text: text, options: options).graph.inputs[1].shape == .maps(1, 6, 6))
    options.namedInputs = ["c": .maps(1, 6, 6)]
    #expect(throws: BuildFailure.self) { _ = try TestSpecs.build(text: text, options: options) }
    options.namedInputs = [:]
    options.input = .maps(1, 6, 6)
    #expect(throws: BuildFailure.self) { _ = try TestSpecs.build(text: text, options: options) }
  }
}
