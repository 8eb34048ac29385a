import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// References that are computed, and the inputs of blocks.
@Suite struct ReferenceTests {
  private let blocks = """
    blocks:
      Merge:
        inputs: [x, skip]
        params: {gain: int = skip.c}
        layers:
          - {name: inner, conv: {out: gain, kernel: 1}}
          - {name: both, from: [skip, inner], add}
      Plain: {layers: [relu]}

    """

  private func findings(_ layers: String, blocks: String? = nil) throws -> [Diagnostic] {
    let text = "cnnc: 1\ninput: {channels: 4, size: 8}\nlayers:\n\(layers)\n\(blocks ?? self.blocks)"
    return Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text])).diagnostics
  }

  private func expect(
    _ id: DiagnosticID, line: Int = 5, column: Int, _ message: String, in layers: String, blocks: String? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let found = try findings("  - {name: a, conv: {out: 6, kernel: 1}}\n" + layers, blocks: blocks)
    #expect(found.map(\.id) == [id], sourceLocation: location)
    #expect(found.first?.message.contains(message) ?? false, "\(found.map(\.message))", sourceLocation: location)
    #expect(found.first?.span.start == Position(line: line, column: column), sourceLocation: location)
  }

  @Test(
    "what could not be made has its name: who refers to it is not at fault",
    arguments: [
      "{name: j, from: [a, input, a], Merge}", "{name: j, Merge}", "{name: j, from: [a, input], relu}",
      "{name: j, from: [a, input], seq: [relu]}", "{name: j, share: missing}", "{name: j, use: missing}",
    ])
  func faultyNodesHaveNames(item: String) throws {
    let found = try findings(
      "  - {name: a, conv: {out: 4, kernel: 1}}\n  - \(item)\n  - {from: j, relu}\noutputs: {y: j}")
    #expect(found.count == 1 && found.first?.span.start.line == 5, "\(found.map(\.message))")
  }

  @Test func inputsOfABlockAreValuesWithSizes() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: a, conv: {out: 6, kernel: 1}}
          - max_pool: {kernel: 2}
          - upsample: {by: 2}
          - {name: m, from: [prev, a], Merge}
        """, blocks: blocks)
    let merge = try #require(graph.scopes.first { $0.name == "m" })
    #expect(merge.inputs.map { $0.node.map { graph.nodes[$0].path } } == ["upsample1", "a"])
    #expect(graph.node(at: "m.inner")?.output == .maps(6, 8, 8))
  }

  @Test func templatesAndChoicesLeadToNodes() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: stage, seq: [conv: {out: 4, kernel: 1}, relu]}
          - {name: b2, conv: {out: 4, kernel: 1}}
          - for_each:
              rows: [{k: 2, j: 0}, {k: 3, j: 1}]
              layers:
                - {name: b$(k + 1), from: ["b$(k) if k > 2 else stage.$(j)", input if k == 2 else prev, "b$(max(2, 1))"], add}
        """)
    let sums = graph.nodes.filter { $0.keyword == "add" }
    #expect(
      sums.map { $0.inputs.map { $0.node.map { graph.nodes[$0].path } } } == [
        ["stage.0", nil, "b2"], ["b3", "b3", "b2"],
      ])
  }

  @Test func theInputOfABlockIsItsOwn() throws {
    let graph = try TestSpecs.build(
      layers: "  - {name: a, conv: {out: 6, kernel: 1}}\n  - {name: b, Own}\n  - {from: [a, input], concat}",
      blocks: "blocks: {Own: {layers: [relu, {from: [prev, input], concat}]}}\n")
    #expect(graph.node(at: "b.concat1")?.output == .maps(12, 8, 8))
    #expect(graph.shape(of: graph.outputs[0].value) == .maps(10, 8, 8))
  }

  @Test func whatABlockDoesNotTakeIsAnError() throws {
    try expect(.inputCount, column: 5, "Merge takes 2 inputs, x, skip, but one flows in", in: "  - Merge")
    try expect(.inputCount, column: 23, "but `from` names 3", in: "  - {from: [a, input, a], Merge}")
    try expect(.inputCount, column: 16, "Plain takes one input, but `from` names 2", in: "  - {from: [a, a], Plain}")
    try expect(.inputCount, column: 16, "a repeat hands one value", in: "  - {from: [a, a], Merge, repeat: 2}")
    try expect(.inputCount, column: 16, "gate takes one input", in: "  - {from: [a, a], gate: [sigmoid]}")
  }

  @Test func whatIsNotThereIsAnError() throws {
    try expect(.unknownReference, column: 12, "no earlier node 'b2'", in: "  - {from: b$(1 + 1), relu}")
    try expect(
      .illFormedName, column: 15, "non-negative integers", in: "  - {from: a$(1 - 2), relu}")
    try expect(.unknownName, column: 17, "'k' is not known", in: "  - {from: a if k else a, relu}")
    try expect(.expressionType, column: 17, "true or false", in: "  - {from: a if 2 else a, relu}")
    try expect(.expressionSyntax, column: 12, "needs its else", in: "  - {from: a if true, relu}")
    try expect(.illFormedName, column: 12, "is not a path", in: "  - {from: a..b, relu}")
    try expect(.illFormedName, column: 12, "is not a path", in: "  - {from: a b if true else a, relu}")
    try expect(
      .unknownReference, line: 9, column: 21, "is an input of the block", in: "  - {from: [a, a], B}",
      blocks: "blocks:\n  B:\n    inputs: [x, y]\n    layers: [{from: y.z, relu}]\n")
  }

  @Test func anItemDoesNotReferToItself() throws {
    try expect(.unknownReference, column: 27, "no earlier node 'b'", in: "  - {name: b, conv: {out: b.c, kernel: 1}}")
    try expect(.unknownReference, column: 28, "no value yet", in: "  - {name: b, seq: [{from: b, relu}]}")
    try expect(
      .unknownReference, column: 36, "no value yet", in: "  - {name: b, layers: [conv: {out: b.c, kernel: 1}]}")
    // What follows from a fault is not reported.
    try expect(
      .outOfRange, column: 27, "at least 1",
      in: "  - {name: b, conv: {out: 0, kernel: 1}}\n  - {from: b, conv: {out: b.c, kernel: 1}}")
  }

  @Test func wordsAreNoNamesOfNodes() throws {
    try expect(
      .reservedName, line: 6, column: 12, "'input' is what", in: "  - {name: input, relu}\n  - {from: input, relu}")
    try expect(
      .reservedName, line: 6, column: 16, "'prev' is what", in: "  - {name: prev, relu}\n  - {from: [a, prev], concat}")
  }

  @Test func declarationsOfInputsAreChecked() throws {
    func check(_ inputs: String, _ id: DiagnosticID, column: Int) throws {
      let found = try findings(
        "  - relu", blocks: "blocks:\n  B: {inputs: \(inputs), params: {p: int = 1}, layers: [relu]}\n")
      #expect(found.map(\.id) == [id], "\(inputs)")
      #expect(found.first?.span.start == Position(line: 6, column: column), "\(inputs)")
    }
    try check("[x, x]", .duplicateDeclaration, column: 19)
    try check("[x, p]", .duplicateDeclaration, column: 19)
    try check("[prev]", .reservedName, column: 16)
    try check("[a b]", .illFormedName, column: 16)
    try check("[]", .wrongType, column: 15)
    try check("x", .wrongType, column: 15)
  }

  @Test("what a join reads twice is told once")
  func oneNoteOfOneInput() {
    func notes(_ from: String) -> [String] {
      let text = """
        cnnc: 1
        input: {channels: 3, size: 8}
        layers:
          - {name: a, relu}
          - {name: b, tanh}
          - {from: \(from), concat: {axis: depth}}
        """
      let found = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).diagnostics
      #expect(found.map(\.id) == [.wrongRank] && found.map(\.span.start.line) == [6])
      return found.flatMap(\.notes).map(\.message)
    }
    #expect(notes("[a, a]") == ["the input 3×8×8 is the output of relu a"])
    #expect(notes("[input, input, a]") == ["the input 3×8×8 is the model's"])
    #expect(notes("[a, b]").count == 2)
  }

  @Test(
    "branches differ in the axes that the input has",
    arguments: [
      ("{channels: 3, length: 8}", "length"), ("{channels: 3, size: 8}", "height and width"),
      ("{channels: 3, depth: 8, size: 8}", "depth, height and width"),
    ])
  func axesOfBranches(input: String, axes: String) {
    let text = "cnnc: 1\ninput: \(input)\nlayers:\n  - {branches: [relu, conv: {out: 3, kernel: 3}], join: concat}\n"
    let found = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).diagnostics
    #expect(found.map(\.message).first?.hasPrefix("concat needs branches of equal \(axes): branch 1 3×8") == true)
  }

  @Test("of a join's inputs, the one that is another shape is told")
  func noteOfTheOtherShape() {
    let text = """
      cnnc: 1
      input: {channels: 3, size: 8}
      layers:
        - {name: a, relu}
        - {name: b, from: a, conv: {out: 4, kernel: 1}}
        - {from: [a, a, b], add}
      """
    let found = Compilation("m.yaml", files: MemoryFiles(texts: ["m.yaml": text])).diagnostics
    #expect(
      found.flatMap(\.notes).map(\.message)
        == ["the input 3×8×8 is the output of relu a", "the input 4×8×8 is the output of conv b"])
  }
}
