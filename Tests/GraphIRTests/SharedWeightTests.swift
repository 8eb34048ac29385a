import Diagnostics
import Frontend
import GraphIR
import Layers
import Reports
import Shapes
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

  @Test("an identity with a `from` is an item as any other where a shortcut stands")
  func shortcutFrom() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: q, relu}
          - {residual: [silu], shortcut: {from: q, identity}}
          - {residual: [silu], shortcut: {from: input, identity}}
        """)
    let joins = graph.nodes.filter { $0.keyword == "add" }
    #expect(joins.map { $0.inputs.last } == [.output(ofNode: 0), .input])
  }

  @Test("a long chain of uses is as many uses of the first")
  func longChains() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: b0, prelu}
          - {for_each: {as: t, rows: 3000, layers: [{name: "b$(t.i + 1)", share: "b$(t.i)"}]}}
        """)
    #expect(graph.nodes.count == 3001 && graph.nodes.dropFirst().allSatisfy { $0.sharedWith == 0 })
  }

  @Test("uses within uses nest as lists do")
  func nesting() throws {
    for (wrap, id) in [("repeat: 1, ", "repeat"), ("", "share")] {
      let failure = #expect(throws: BuildFailure.self) {
        _ = try TestSpecs.build(
          layers: """
              - {name: b0, seq: [prelu, relu]}
              - {for_each: {as: t, rows: 400, layers: [{name: "b$(t.i + 1)", \(wrap)seq: [share: "b$(t.i)"]}]}}
            """)
      }
      #expect(failure?.description.contains("nest more than 256 deep") == true, "\(id): \(failure?.description ?? "")")
    }
  }

  @Test("what grows too large by sharing does so where it is shared")
  func growth() throws {
    let doubling = (1...30).map { "  - {name: a\($0), seq: [share: a\($0 - 1), share: a\($0 - 1)]}" }
    let failure = #expect(throws: BuildFailure.self) {
      _ = try TestSpecs.build(layers: "  - {name: a0, relu}\n" + doubling.joined(separator: "\n"))
    }
    let text = failure?.description ?? ""
    #expect(text.contains("limit") && !text.contains("spec.yaml:4:"), "\(text)")
  }

  @Test("copies of a repeat can be shared, whether they have numbers or names that count")
  func copies() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: r, repeat: 2, conv: {out: 4, kernel: 1}}
          - {name: c, share: r.1}
          - {name: b$(i), B, repeat: 3}
          - {name: d, share: b1}
        """, blocks: "blocks: {B: {layers: [conv: {out: prev.c, kernel: 1}]}}\n")
    let owners = graph.nodes.map { node in node.sharedWith.map { graph.nodes[$0].path } }
    #expect(owners == [nil, nil, "r.1", nil, nil, nil, "b1.conv1"])
  }

  @Test("layers without weights may follow the input of a use, which is no use of the whole then")
  func followingLayers() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: d, max_pool: {kernel: 4}}
          - {name: m, from: input, max_pool: {kernel: 2}}
          - {name: u, from: [d, m], Up}
          - {name: v, from: [u, input], share: u}
          - {name: w, from: [d, m], share: u}
        """,
      blocks:
        "blocks: {Up: {inputs: [x, k], layers: [upsample: {like: k}, {seq: [conv: {out: 4, kernel: 1}, relu]}]}}\n")
    func first(_ path: String) -> String? {
      graph.scopes.first { $0.path == path && $0.name != nil }?.sharedWith.map { graph.scopes[$0].path }
    }
    #expect(first("v") == nil && first("w") == "u")
    #expect(graph.node(at: "v.conv1")?.sharedWith == graph.node(at: "u.conv1")?.id)
    // The list within is the same.
    let inner = graph.scopes.filter { $0.path == "v" && $0.name == nil }
    #expect(inner.compactMap(\.sharedWith).count == 1)
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
      (
        "- {name: a, seq: [{name: c, conv: {out: 4, kernel: 3, stride: 2 if prev.h > 6 else 1, padding: half}}]}\n"
          + "  - {name: b, share: a}", "7:15", "the stride of a.c is 2, but for this input it would be 1"
      ),
      (
        "- {name: a, batch_norm}\n  - global_avg_pool\n  - flatten\n  - {name: b, share: a}", "9:15",
        "a takes 4×8×8, but here 4 flows in"
      ),
    ])
  func faults(layers: String, position: String, message: String) throws {
    let failure = #expect(throws: BuildFailure.self) {
      _ = try TestSpecs.build(layers: "  \(layers)")
    }
    let text = failure?.description ?? ""
    #expect(text.contains("spec.yaml:\(position):") && text.contains(message), "\(text)")
  }

  @Test("what flows into a shared layer is of one kind, volumes too")
  func kindsOfInputs() {
    let text = """
      cnnc: 1
      input: {channels: 4, size: 8}
      layers:
        - {name: a, batch_norm}
        - reshape: {shape: [4, 2, 4, 8]}
        - {name: b, share: a}
      """
    let found = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).diagnostics
    #expect(found.map(\.id) == [.shares])
    #expect(
      found.first?.notes.last?.message == "a layer that is shared takes signals always, or maps, or volumes, or vectors"
    )
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

  /// Four numbers are a volume's, which a spec of maps is not given.
  @Test func aVolumeInPlaceOfMaps() throws {
    var options = BuildOptions()
    options.input = Shape([1, 3, 8, 8])
    let failure = #expect(throws: BuildFailure.self) {
      _ = try TestSpecs.build(text: "cnnc: 1\ninput: {channels: 1, size: 8}\nlayers: [flatten]\n", options: options)
    }
    let found = failure?.description ?? ""
    #expect(found.contains("`--input` is a volume, 1×3×8×8, but the spec's input is none"), "\(found)")
    #expect(found.contains("`--input 3x8x8 --batch 1`"), "\(found)")
    #expect(found.contains("2:8") && found.contains("spec.unknown-input"), "\(found)")
  }
}
