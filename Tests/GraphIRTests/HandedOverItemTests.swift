import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// An item handed to a block sees the nodes of the place where it was written, and its own.
@Suite struct HandedOverItemTests {
  private let up = """
    blocks:
      Up:
        params: {out: int, skip: layer}
        layers:
          - {name: up, transposed_conv: {out: out, kernel: 2, stride: 2}}
          - {name: s, use: skip}
          - {from: [s, up], concat}
      Flat:
        params: {skip: layer}
        seq:
          - {name: t, conv: {out: 5, kernel: 1}}
          - {name: s, use: skip}
      Twice:
        params: {inner: layer}
        layers:
          - {name: a, conv: {out: 7, kernel: 1}}
          - {name: u, Up: {out: 8, skip: {use: inner}}}

    """

  @Test func referencesAreThoseOfTheCaller() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: a, conv: {out: 8, kernel: 3}}
          - max_pool: {kernel: 2}
          - {name: up, conv: {out: 16, kernel: 3}}
          - max_pool: {kernel: 2}
          - {name: up1, Up: {out: 8, skip: {from: up, identity}}}
        """, blocks: up, input: "{channels: 3, size: 64}")
    #expect(graph.shape(of: graph.outputs[0].value) == .maps(24, 32, 32))
  }

  @Test func sizesInExpressionsAreThoseOfTheCaller() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: t, conv: {out: 4, kernel: 1}}
          - {name: m, layers: [{name: x, conv: {out: 6, kernel: 1}}, Flat: {skip: {from: t, conv: {out: 10 * t.c, kernel: 1}}}]}
        """, blocks: up)
    #expect(graph.shape(of: graph.outputs[0].value) == .maps(40, 8, 8))
  }

  @Test func whatItNamesItselfComesFirst() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: a, conv: {out: 2, kernel: 1}}
          - {name: b, Flat: {skip: {layers: [{name: a, conv: {out: 3, kernel: 1}}, {from: a, conv: {out: 2 * a.c, kernel: 1}}]}}}
        """, blocks: up)
    #expect(graph.shape(of: graph.outputs[0].value) == .maps(6, 8, 8))
  }

  @Test func anItemHandedOnTwiceKeepsItsPlace() throws {
    let graph = try TestSpecs.build(
      layers: """
          - {name: a, conv: {out: 3, kernel: 1}}
          - max_pool: {kernel: 2}
          - {name: b, Twice: {inner: {from: a, identity}}}
        """, blocks: up)
    #expect(graph.shape(of: graph.outputs[0].value) == .maps(11, 8, 8))
  }

  @Test func nodesOfTheBlockAreNotSeen() throws {
    let text = """
      cnnc: 1
      input: {channels: 3, size: 8}
      \(up)layers:
        - {name: a, conv: {out: 8, kernel: 3}}
        - {name: up1, Up: {out: 8, skip: {from: u, identity}}}
        - {name: up2, Up: {out: 8, skip: {from: up, identity}}}
      """
    let compilation = Compilation("spec.yaml", files: MemoryFiles(texts: ["spec.yaml": text]))
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let found = compilation.diagnostics
    #expect(found.map(\.id) == [.unknownReference, .unknownReference])
    let line = try #require(lines.firstIndex { $0.contains("up2") }) + 1
    #expect(found.map(\.span.start.line) == [line - 1, line])
    #expect(found.last?.span.start.column == 43)
    #expect(found.allSatisfy { !$0.message.contains("a block sees its own") })
  }
}
