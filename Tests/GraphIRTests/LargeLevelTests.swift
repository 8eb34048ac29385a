import Frontend
import GraphIR
import SpecLanguage
import Testing

/// Names on levels of few and of many, which are looked up in different ways.
@Suite struct LargeLevelTests {
  private func compilation(_ count: Int, _ rest: String) -> Compilation {
    let layers = Array(repeating: "  - relu\n", count: count).joined() + rest
    let text = "cnnc: 1\ninput: {channels: 4, size: 8}\nlayers:\n\(layers)"
    return Compilation("net.yaml", files: MemoryFiles(texts: ["net.yaml": text]))
  }

  /// A join that the spec does not write out makes room for a written name, and keeps the next that is free.
  @Test(arguments: [1, 11, 12, 13, 40]) func joinsMakeRoom(count: Int) throws {
    let compilation = compilation(
      count,
      """
        - residual: [relu]
        - {name: add1, relu}
        - {name: tail, from: add1, conv: {out: 4, kernel: 1}}
        - residual: [relu]
      """)
    let graph = try #require(compilation.graph)
    #expect(graph.node(at: "add1")?.keyword == "relu")
    #expect(graph.nodes.filter { $0.keyword == "add" }.map(\.path) == ["add2", "add3"])
    #expect(graph.node(at: "tail")?.inputs == graph.node(at: "add1").map { [.output(ofNode: $0.id)] })
    #expect(graph.nodes.filter { $0.keyword == "relu" }.map(\.path).contains("relu\(count + 1)"))
  }

  @Test(arguments: [1, 40]) func namesAreTakenOnce(count: Int) {
    let compilation = compilation(count, "  - {name: a, relu}\n  - {name: b, relu}\n  - {name: a, relu}\n")
    #expect(compilation.diagnostics.map(\.id) == [.duplicateName])
    #expect(compilation.diagnostics.first?.span.start.line == count + 6)
  }

  @Test(arguments: [1, 40]) func unknownNamesAreCompared(count: Int) {
    let compilation = compilation(count, "  - {name: trunk, relu}\n  - {from: trunc, relu}\n")
    #expect(compilation.diagnostics.map(\.id) == [.unknownReference])
    #expect(compilation.diagnostics.first?.message.contains("did you mean 'trunk'?") == true)
  }
}
