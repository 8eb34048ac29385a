import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// Layers as values: in rows of tables, in choices, with arguments given where they are used; and spliced lists.
@Suite struct LayerValueTests {
  private let blocks = """
    blocks:
      A: {params: {out: int, act: layer = relu, pad: padding = valid}, seq: [conv: {out: out, kernel: 3, padding: pad}, use: act]}
      B: {params: {out: int, act: layer = silu if out > 4 else mish}, layers: [conv: {out: out, kernel: 1}, use: act]}

    """

  private func keywords(_ layers: String) throws -> [String] {
    try TestSpecs.build(layers: layers, blocks: blocks).nodes.map(\.keyword)
  }

  private func expect(
    _ id: DiagnosticID, line: Int, column: Int, _ message: String, in layers: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let text = "cnnc: 1\ninput: {channels: 4, size: 8}\nlayers:\n\(layers)\n\(blocks)"
    let found = Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text])).diagnostics
    #expect(found.map(\.id) == [id], "\(found.map(\.message))", sourceLocation: location)
    #expect(found.first?.message.contains(message) ?? false, "\(found.map(\.message))", sourceLocation: location)
    #expect(found.first?.span.start == Position(line: line, column: column), sourceLocation: location)
  }

  @Test func rowsHoldLayers() throws {
    let found = try keywords(
      """
        - for_each:
            rows:
              - {out: 3, act: relu, block: A}
              - {out: 5, act: {leaky_relu: {slope: 0.2}}, block: {B: {out: 7}}}
              - {out: 6, act: tanh if prev.c == 7 else relu, block: {seq: [sigmoid, B: {out: 2}]}}
            layers: [A: {out: out, act: act, pad: half}, {when: out < 6, use: block, with: {out: out}}, {when: out == 6, use: block}]
      """)
    #expect(
      found == [
        "conv", "relu", "conv", "relu", "conv", "leaky_relu", "conv", "silu", "conv", "tanh", "sigmoid", "conv", "mish",
      ])
  }

  @Test("a default may be a block that is declared further down, or by an import; the model's too")
  func defaultsAreBlocks() throws {
    let text = """
      cnnc: 1
      input: {channels: 4, size: 8}
      import: more.yaml
      params: {tail: layer = Leaky}
      blocks:
        First: {params: {act: layer = Leaky if input.c > 3 else Steep}, layers: [use: act]}
        Leaky: {seq: [leaky_relu: {slope: 0.1}]}
      layers: [First, Imported, use: tail]

      """
    let more =
      "cnnc: 1\nblocks:\n  Imported: {params: {act: layer = Steep}, layers: [use: act]}\n  Steep: {seq: [tanh]}\n"
    let found = Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text, "more.yaml": more]))
    let graph = try #require(found.graph, "\(found.diagnostics.map(\.message))")
    #expect(graph.nodes.map(\.keyword) == ["leaky_relu", "tanh", "leaky_relu"])
  }

  @Test("a faulty default is one finding, whoever leaves it out")
  func faultyDefaults() {
    let text = """
      cnnc: 1
      input: {channels: 4, size: 8}
      blocks:
        A: {params: {act: layer = rleu, n: int = "max(1", b: bool = maybe}, layers: [use: act]}
      layers: [A, A, A: {n: 3}]

      """
    let found = Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text])).diagnostics
    #expect(
      !found.contains { $0.id == .missingKey } && found.allSatisfy { $0.span.start.line == 4 },
      "\(found.map(\.message))")
  }

  @Test("blocks that are each other's defaults would never end")
  func defaultsInACircle() {
    let text = """
      cnnc: 1
      input: {channels: 4, size: 8}
      blocks:
        Up: {params: {act: layer = Down}, layers: [use: act]}
        Down: {params: {act: layer = Up}, layers: [use: act]}
        Own: {params: {act: layer = Own}, layers: [use: act]}
      layers: [Up, Own]

      """
    let found = Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text])).diagnostics
    #expect(
      found.map(\.message) == [
        "block Down contains itself: Down → Up → Down", "block Own contains itself: Own → Own",
      ], "\(found.map(\.message))")
    #expect(found.allSatisfy { $0.id == .recursiveBlock })
  }

  @Test func choicesAreMadeWhereTheyAreWritten() throws {
    #expect(
      try keywords(
        "  - B: {out: 4}\n  - B: {out: 5}\n  - B: {out: 5, act: relu if prev.c == 5 else tanh if true else elu}")
        == ["conv", "mish", "conv", "silu", "conv", "relu"])
  }

  @Test func columnsAndWithChooseAmongWhatHasNames() throws {
    #expect(
      try keywords(
        """
          - for_each:
              rows: [{out: 3, a: tanh}, {out: 5, a: mish}]
              layers:
                - for_each:
                    rows: [{b: elu, d: selu}]
                    layers:
                      - for_each:
                          rows: [{c: a if out == 3 else d}]
                          layers: [{use: b}, A: {out: out, act: b if out == 3 else c}, use: c]
        """)
        == ["elu", "conv", "elu", "tanh", "elu", "conv", "selu", "selu"])
    #expect(
      try keywords(
        """
          - for_each:
              rows: [{k: 1, b: A, c: tanh, d: mish}, {k: 2, b: B, c: elu, d: selu}]
              layers: [{use: b, with: {out: 4, act: c if k == 1 else d}}]
        """) == ["conv", "tanh", "conv", "selu"])
  }

  @Test func withGivesWhatTheItemDoesNotSay() throws {
    let graph = try TestSpecs.build(
      layers: """
          - for_each:
              rows: [{x: {A: {pad: half}}}, {x: {conv: {kernel: 3, out: 9}}}, {x: {upsample: {by: 2}}}]
              layers:
                - {when: input.c == prev.c, use: x, with: {out: 2 * prev.c, act: tanh, pad: valid}}
                - {when: prev.c == 8, use: x, with: {padding: half, out: 7}, repeat: 0}
          - for_each:
              as: row
              rows: [{x: {conv: {kernel: 3, out: 9}}}, {x: {upsample: {by: 2}}}]
              layers:
                - {when: row.first, use: x, with: {padding: half, out: 7}, repeat: 2}
                - {when: row.last, use: x, with: {mode: bilinear}, repeat: 1}
        """, blocks: blocks)
    #expect(
      graph.nodes.map(\.output) == [
        .maps(8, 8, 8), .maps(8, 8, 8), .maps(9, 8, 8), .maps(9, 8, 8), .maps(9, 16, 16),
      ])
    #expect(graph.nodes[1].keyword == "tanh")
    #expect(graph.nodes.last?.attributes.first { $0.name == "mode" }?.value.description == "bilinear")
  }

  @Test func withIsChecked() {
    expect(
      .unknownKey, line: 6, column: 61, "has no 'ot'; did you mean 'out'?",
      in: "  - for_each:\n      rows: [{x: A}]\n      layers: [{name: hello, use: x, with: {out: 4, pad: 1, ot: 2}}]")
    expect(
      .unknownKey, line: 6, column: 45, "is seq",
      in:
        "  - for_each:\n      rows: [{x: {seq: [A: {out: 2}]}}]\n      layers: [{name: hello, use: x, with: {out: 4}}]")
    expect(
      .missingKey, line: 5, column: 18, "A needs 'out'",
      in: "  - for_each:\n      rows: [{x: A}]\n      layers: [{use: x}]")
    expect(
      .expressionType, line: 6, column: 31, "is not of type layer",
      in: "  - for_each:\n      rows: [{x: 3}]\n      layers: [{name: a, use: x}]")
  }

  @Test func wordsThatAreNoLayersAreErrors() {
    expect(.unknownOperation, line: 4, column: 22, "no layer kind 'rellu'", in: "  - A: {out: 3, act: rellu}")
    expect(
      .unknownOperation, line: 4, column: 40, "no layer kind 'rellu'",
      in: "  - A: {out: 3, act: tanh if true else rellu}")
    expect(.expressionType, line: 4, column: 30, "true or false", in: "  - A: {out: 3, act: tanh if 3 else relu}")
  }

  @Test func splicedItemsTakeTheNumbersAround() throws {
    let graph = try TestSpecs.build(
      layers: """
          - name: stem
            seq:
              - splice: {A: {out: 4}}
              - splice: {seq: [conv: {out: 4, kernel: 1}, relu], repeat: 2}
              - splice: [{conv: {out: 4, kernel: 1}}, {name: m, conv: {out: 4, kernel: 1}}, B: {out: 3}]
              - A: {out: 5}
          - splice: {A: {out: 6}}
          - {name: gated, seq: [{splice: [gate: [sigmoid, conv: {out: 6, kernel: 1}]]}]}
        """, blocks: blocks)
    #expect(
      graph.layerPaths == [
        "stem.0", "stem.2", "stem.4", "stem.6", "stem.m", "stem.8.conv1", "stem.9.0", "conv1", "gated.0.1",
      ])
  }

  @Test func aSpliceThatIsHandedOverTakesTheNumbersAround() throws {
    let graph = try TestSpecs.build(
      layers: """
          - for_each:
              rows: [{a: {splice: [conv: {out: 3, kernel: 1}, batch_norm]}}]
              layers:
                - {name: u, seq: [tanh, use: a, gelu]}
        """)
    #expect(graph.nodes.map(\.path) == ["u.0", "u.1", "u.2", "u.3"])
  }

  @Test func aSpliceHasNoName() {
    expect(.unknownKey, line: 4, column: 6, "takes no name", in: "  - {name: a, splice: [relu]}")
  }

  @Test(
    "numbers that nothing can be drawn with are told, not drawn with",
    arguments: [
      ("{normal: {std: -1}}", "std is a standard deviation"), ("{truncated_normal: {std: 1 - 3}}", "0 or more"),
      ("{uniform: {low: 2}}", "low is at most high"),
    ])
  func impossibleInitializers(_ initializer: String, _ message: String) {
    let layers = "  - conv: {out: 3, kernel: 1, init: \(initializer)}"
    expect(.outOfRange, line: 4, column: 37, message, in: layers)
  }

  @Test func hexadecimalNumbersAreWrittenOut() throws {
    let text = "cnnc: 1\ninput: {channels: 4, size: 20}\nlayers:\n  - conv: {out: 3, kernel: 0x10}\n"
    let found = Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text])).diagnostics
    #expect(found.map(\.message) == ["'0x10' is written 16 here"])
    #expect(found.first?.fixes.map(\.edit.replacement) == ["16"])
  }
}
