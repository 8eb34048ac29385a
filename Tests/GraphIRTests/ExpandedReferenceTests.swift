import GraphIR
import Reports
import Testing

/// References of an expanded spec lead where those of the graph do, whatever hides what.
@Suite struct ExpandedReferenceTests {
  /// Expands in both forms, reads back and compares what each layer reads.
  private func check(_ layers: String, blocks: String = "", keepsPaths: Bool = true) throws -> String {
    let text = "cnnc: 1\nmodel: Test\ninput: {channels: 4, size: 8}\n\(blocks)layers:\n\(layers)\n"
    let built = try TestSpecs.build(text: text)
    func expanded(flat: Bool) -> String {
      ExpandedSpec.render(built.graph, spec: built.spec, sources: built.sources, flat: flat)
    }
    for flat in [false, true] {
      let again = try TestSpecs.build(text: expanded(flat: flat)).graph
      #expect(again.nodes.map(\.inputs) == built.graph.nodes.map(\.inputs), "flat: \(flat)")
      #expect(again.nodes.map(\.output) == built.graph.nodes.map(\.output))
      #expect(again.outputs == built.graph.outputs)
      if !flat, keepsPaths { #expect(again.nodes.map(\.path) == built.graph.nodes.map(\.path)) }
    }
    return expanded(flat: false)
  }

  @Test func aLongerPathLeadsPastANearerName() throws {
    let text = try check(
      """
        - name: s
          seq:
            - conv: {out: 4, kernel: 1}
            - seq:
                - conv: {out: 5, kernel: 1}
                - {from: s.0, conv: {out: 4, kernel: 1}}
      """)
    #expect(text.contains("from: s.0,"))
  }

  @Test func aHiddenNodeGetsAnotherName() throws {
    let text = try check(
      """
        - {name: tree1, conv: {out: 4, kernel: 1}}
        - {name: first, identity}
        - name: tree2
          layers:
            - {name: tree1, conv: {out: 4, kernel: 1}}
            - {from: [tree1, first], concat}
      """)
    #expect(text.contains("from: [tree1, tree1_out]"))
  }

  @Test func aNodeBehindAHiddenNameGetsOneFurtherOut() throws {
    let text = try check(
      """
        - {name: a, seq: [{name: x, conv: {out: 4, kernel: 1}}, relu]}
        - {name: b, Hides: {skip: {from: a.x, identity}}}
      """,
      blocks: """
        blocks:
          Hides:
            params: {skip: layer}
            layers:
              - {name: a, seq: [{name: y, conv: {out: 4, kernel: 1}}, relu]}
              - {name: s, use: skip}
              - {from: [s, a.y], add}

        """)
    #expect(text.contains("{name: x_out_1_, from: a.x, identity}"))
  }

  @Test func aNodeWithinTheOneItemOfACombinatorIsFoundToo() throws {
    _ = try check(
      """
        - gate: {name: a, layers: [{name: x, conv: {out: 4, kernel: 1}}, sigmoid]}
        - {name: b, Hides: {skip: {from: a.x, identity}}}
        - {name: c, append: [{name: b, Hides: {skip: {from: a.x, identity}}}]}
      """,
      blocks: """
        blocks:
          Hides:
            params: {skip: layer}
            layers:
              - {name: a, seq: [{name: y, conv: {out: 4, kernel: 1}}, relu]}
              - {name: s, use: skip}
              - {from: [s, a.y], add}

        """, keepsPaths: false)
  }
}
