import GraphIR
import Testing

/// What a name stands for is said in two places: to the spec while it is expanded, and of the graph afterwards.
@Suite struct NamedValueTests {
  private static let text = """
    cnnc: 1
    input: {channels: 4, size: 8}
    blocks:
      B: {layers: [{name: c, conv: {out: 4, kernel: 1}}, {name: r, residual: [relu]}, {name: q, gate: sigmoid}]}
      S: {seq: [conv: {out: 4, kernel: 1}, relu]}
    layers:
      - {name: a, conv: {out: 4, kernel: 1}}
      - {name: one, residual: {conv: {out: 4, kernel: 1}}}
      - {name: scaled, residual: {conv: {out: 4, kernel: 1}}, scale: 0.5}
      - {name: two, residual: [conv: {out: 4, kernel: 1}, relu]}
      - {name: block, residual: {S}}
      - {name: inner, residual: {residual: {relu}}}
      - {name: squeeze, gate: {sigmoid}}
      - {name: list, gate: [global_avg_pool, sigmoid]}
      - {name: grown, append: {conv: {out: 4, kernel: 1}}}
      - {name: back, conv: {out: 4, kernel: 1}}
      - {name: b, B}
      - {name: copies, residual: {conv: {out: 4, kernel: 1}}, repeat: 2}
      - {name: many, repeat: 2, seq: [{residual: {conv: {out: 4, kernel: 1}}}, relu]}
      - {name: split, branches: {left: {residual: {relu}}, right: {S}}, join: add}
      - {name: again, share: one}
      - {name: shortcut, residual: {conv: {out: 4, kernel: 1}}, shortcut: {name: side, conv: {out: 4, kernel: 1}}}

    """

  @Test(arguments: [
    "a", "one", "scaled", "two", "two.0", "block", "block.1", "inner", "squeeze", "list", "list.1", "grown", "back",
    "b",
    "b.c", "b.r", "b.q", "copies", "copies.0", "copies.1", "many", "many.1", "many.0.0", "split", "split.left",
    "split.right", "again", "shortcut", "side",
  ]) func aGraphKnowsANameAsReferencesDo(_ name: String) throws {
    let graph = try TestSpecs.build(text: Self.text + "outputs: {o: \(name), end: shortcut}\n").graph
    let expected = try #require(graph.outputs.first { $0.name == "o" }).value
    #expect(graph.value(named: name) == expected)
    let again = try GraphJSON.read(Array(GraphJSON.write(graph).utf8))
    #expect(again == graph)
    #expect(again.value(named: name) == expected)
  }

  /// One layer in a combinator's place has its name, and is not what the name stands for.
  @Test func combinatorsOfOneItemStandForTheirJoin() throws {
    let graph = try TestSpecs.build(text: Self.text).graph
    for (name, kind) in [
      ("one", "add"), ("scaled", "add"), ("squeeze", "multiply"), ("grown", "concat"), ("again", "add"),
    ] {
      let value = try #require(graph.value(named: name)?.node)
      #expect(graph.nodes[value].keyword == kind, "\(name)")
    }
  }
}
