import Diagnostics
import Frontend
import GraphIR
import SpecLanguage
import Testing

@Suite struct CompilationTests {
  private static let spec = """
    cnnc: 1
    model: Small
    import: [parts.yaml]
    params: {width: int = 4}
    variants: {wide: {width: 8}}
    input: {channels: 3, size: 8}
    layers:
      - Unit: {out: width}
      - Unit: {out: 2, act: {leaky_relu: {slope: 0.5}}}
    """
  private static let parts = """
    cnnc: 1
    blocks:
      Unit:
        params: {out: int, act: layer = relu}
        layers: [conv: {out: out, kernel: 1}, use: act]
    """

  private func files(_ changes: [String: String] = [:]) -> MemoryFiles {
    MemoryFiles(texts: ["net.yaml": Self.spec, "parts.yaml": Self.parts].merging(changes) { $1 })
  }

  @Test func aSpecBecomesAGraph() throws {
    let plain = Compilation("net.yaml", files: files())
    #expect(plain.diagnostics.isEmpty && !plain.hasErrors && !plain.hasWarnings && !plain.isUnusable)
    #expect(plain.graph?.nodes.first?.output == .maps(4, 8, 8))
    #expect(plain.sources.files.map(\.path) == ["net.yaml", "parts.yaml"])
    var options = BuildOptions()
    options.variant = "wide"
    #expect(Compilation("net.yaml", options: options, files: files()).graph?.nodes.first?.output == .maps(8, 8, 8))
    let chosen = Compilation("net.yaml", options: options, assignments: ["width=6"], files: files())
    #expect(chosen.graph?.nodes.first?.output == .maps(6, 8, 8))
    #expect(chosen.options.assignments.map(\.name) == ["width"])
  }

  @Test func whatCannotBeReadIsNotBuilt() {
    let missing = Compilation("other.yaml", files: files())
    #expect(missing.isUnusable && missing.spec == nil && missing.attempt == nil)
    let broken = Compilation("net.yaml", files: files(["net.yaml": "cnnc: 1\nlayers: [conv: {"]))
    #expect(broken.hasErrors && !broken.isUnusable && broken.attempt == nil)
    let wrong = Compilation("net.yaml", assignments: ["with=6"], files: files())
    #expect(wrong.findings.diagnostics.map(\.id) == [.unknownParameter])
    #expect(wrong.spec != nil && wrong.attempt == nil)
  }

  @Test func whatDoesNotFitIsFoundWithItsPlace() {
    let text = Self.spec.replacing("out: 2,", with: "out: 0,")
    let compilation = Compilation("net.yaml", files: files(["net.yaml": text]))
    #expect(compilation.findingsOfReading.diagnostics.isEmpty)
    #expect(compilation.hasErrors && compilation.graph == nil && compilation.attempt != nil)
  }

  @Test func openFilesHideOthers() throws {
    let open = OverlaidFiles(
      ["parts.yaml": Array(Self.parts.replacing("kernel: 1", with: "kernel: 3").utf8)], over: files())
    #expect(Compilation("net.yaml", files: open).graph?.nodes.first?.output == .maps(4, 6, 6))
    #expect(Compilation("net.yaml", files: OverlaidFiles([:], over: files())).graph != nil)
    #expect(throws: FileError.self) { try open.read("parts.yaml", limit: 10) }
    #expect(throws: FileError.self) { try open.read("none.yaml", limit: 10) }
  }

  @Test func anIndexFindsWhatIsWritten() throws {
    let compilation = Compilation("net.yaml", files: files())
    let index = SpecIndex(try #require(compilation.spec))
    let graph = try #require(compilation.graph)
    // Every node's operation, but for items that are handed on by `use`; these are found by what the graph says of them.
    #expect(graph.nodes.filter { $0.keyword == "conv" }.allSatisfy { index.operations[$0.span]?.word == "conv" })
    for scope in graph.scopes {
      guard case .module(_, let arguments) = scope.kind else { continue }
      #expect(index.items[scope.span]?.word == "Unit")
      guard case .layer(let word, let span)? = arguments["act"] else {
        Issue.record("no layer was handed over")
        continue
      }
      #expect(index.items[span]?.word == word)
    }
    #expect(index.inOrder.map(\.word) == ["Unit", "Unit", "leaky_relu", "relu", "conv", "use"])
    #expect(index.arguments.count == 6)
  }
}
