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

  private static let alone = """
    cnnc: 1
    model: Alone
    params: {width: int = 4}
    blocks: {Unit: {params: {out: int}, seq: [conv: {out: out, kernel: 1}, relu]}}
    input: {channels: 3, size: 8}
    layers:
      - Unit: {out: width}
      - {name: a, conv: {out: 8, kernel: 3}}   # one
      - relu
      - {from: a, conv: {out: a.c, kernel: 1}}

    """

  /// A text is read again as far as it has changed, and gives what a first reading of it gives.
  @Test(arguments: [
    ("# one", "# two", true), ("relu]", "relu ]", false), ("kernel: 3", "kernel: 5", false),
    ("out: 8", "out: 12", false), ("  - relu\n", "  - relu\n  - relu6\n", false), ("  - relu\n", "", false),
    ("layers:\n", "layers:\n# down\n", false), ("kernel: 1}, relu", "kernel: 3}, relu", false),
    ("= 4", "= 5", false), ("name: a", "name: b", false), ("out: width", "out: widht", false),
    ("- relu", "- {name: a, relu}", false), ("Unit: {out: width}", "Unit: {out: width, out: 3}", false),
    ("model: Alone", "model: Other", false), ("conv: {out: 8", "\"conv\": {out: 8", false),
    ("- relu", "- for_each: {rows: [{c: 1}], layers: [conv: {out: c, kernel: 1}]}", false),
  ]) func readsAgainWhatHasChanged(old: String, new: String, isRepeated: Bool) {
    let changed = Self.alone.replacing(old, with: new)
    var texts = [Self.alone, changed, Self.alone, changed, changed + "# end\n"]
    texts.append(Self.alone)
    var last: Compilation?
    for text in texts {
      let files = files(["net.yaml": text])
      var earlier = last
      let isSameText = earlier?.sources.files.first.map { $0.bytes == Array(text.utf8) } ?? false
      let compilation = Compilation("net.yaml", options: BuildOptions(), after: &earlier, files: files, willBuild: {})
      #expect(earlier == nil)
      let fresh = Compilation("net.yaml", files: files)
      #expect(compilation.graph == fresh.graph)
      #expect(compilation.diagnostics == fresh.diagnostics)
      #expect(compilation.sources.files.map(\.bytes) == fresh.sources.files.map(\.bytes))
      if isSameText { #expect(compilation.isRepeated) }
      if text == changed, last?.sources.files.first?.bytes == Array(Self.alone.utf8) {
        #expect(compilation.isRepeated == isRepeated)
      }
      if compilation.graph != nil { last = compilation }
    }
  }

  /// Of a spec that reads others nothing is kept, for they may have changed.
  @Test func readsOthersEachTime() {
    var last: Compilation?
    for kernel in [1, 3] {
      let files = files(["parts.yaml": Self.parts.replacing("kernel: 1", with: "kernel: \(kernel)")])
      let compilation = Compilation("net.yaml", options: BuildOptions(), after: &last, files: files, willBuild: {})
      #expect(compilation.graph == Compilation("net.yaml", files: files).graph)
      #expect(!compilation.isRepeated)
      last = compilation
    }
  }

  /// An editor keeps the last network until it is known that there may be another.
  @Test(arguments: [(spec, 1), (spec + "\n  - {", 0), (spec + "\n  - cnv", 0), (spec + "\n  - linear: {out: 3}", 1)])
  func saysWhenItBuilds(text: String, count: Int) {
    var calls = 0
    _ = Compilation("net.yaml", files: files(["net.yaml": text]), willBuild: { calls += 1 })
    #expect(calls == count)
  }

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
