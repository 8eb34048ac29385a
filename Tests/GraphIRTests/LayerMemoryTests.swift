import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

/// Layers that are equal are made once; equal must mean the same for every input.
@Suite struct LayerMemoryTests {
  private func compilation(_ layers: String, input: String = "{channels: 4, length: 32}") -> Compilation {
    let text = "cnnc: 1\ninput: \(input)\nlayers:\n\(layers)\n"
    return Compilation("net.yaml", files: MemoryFiles(texts: ["net.yaml": text]))
  }

  /// `3` and `[3, 3]` are equal sizes, but only one of them suits a signal.
  @Test(arguments: [
    ("kernel: 3", "kernel: [3, 3]"), ("kernel: 3, stride: 1", "kernel: 3, stride: [1, 1]"),
    ("kernel: 3, padding: 1", "kernel: 3, padding: [1, 1, 1, 1]"),
    ("kernel: 3, dilation: 2", "kernel: 3, dilation: [2, 2]"),
  ]) func tellFormsApart(one: String, other: String) {
    let whole = compilation("  - conv: {out: 4, \(one)}\n  - conv: {out: 4, \(one)}")
    #expect(whole.graph?.nodes.count == 2)
    let mixed = compilation("  - conv: {out: 4, \(one)}\n  - conv: {out: 4, \(other)}")
    #expect(mixed.graph == nil)
    #expect(mixed.diagnostics.contains { $0.span.start.line == 5 && $0.severity == .error })
  }

  /// What a layer makes follows from its input too: channels, sizes, the number of inputs.
  @Test func askEachInput() throws {
    let graph = try #require(
      compilation(
        """
          - {name: a, conv: {out: 8, kernel: 3, padding: half, stride: 2}}
          - {name: b, conv: {out: 8, kernel: 3, padding: half, stride: 2}}
          - {name: c, conv: {out: 8, kernel: 3, padding: half, stride: 2}}
          - {from: [c, c], concat}
          - {from: [c, c, c], concat}
        """, input: "{channels: 3, size: 32}"
      ).graph)
    #expect(graph.nodes.map(\.output.description) == ["8×16×16", "8×8×8", "8×4×4", "16×4×4", "24×4×4"])
    #expect(graph.nodes.prefix(3).map { $0.parameters[0].shape } == [[8, 3, 3, 3], [8, 8, 3, 3], [8, 8, 3, 3]])
    #expect(graph.nodes.prefix(3).map(\.macs) == [55296, 36864, 9216])
  }

  /// A fault is reported for each layer that has it.
  @Test func reportEachFault() {
    let faulty = compilation("  - conv: {out: 8, kernel: 99}\n  - conv: {out: 8, kernel: 99}")
    #expect(faulty.graph == nil)
    #expect(faulty.diagnostics.map(\.span.start.line) == [4] || faulty.diagnostics.map(\.span.start.line) == [4, 5])
    let fields = compilation(
      "  - {name: a, conv: {out: 6, kernel: 1, groups: 4}}\n  - {from: input, conv: {out: 6, kernel: 1, groups: 4}}")
    #expect(fields.diagnostics.map(\.span.start.line) == [4, 5])
  }
}
