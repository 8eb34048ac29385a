import Diagnostics
import Testing

/// The full texts that people read, for some specs of each sort.
@Suite("Rendered findings")
struct GoldenRenderingTests {
  @Test(arguments: [
    "residual_stride", "many_faults", "many_shape_faults", "comma_in_braces", "branches_sizes", "name_in_repeat",
    "tab_indentation", "vgg16_no_pools",
  ])
  func text(_ name: String) throws {
    let path = "specs/errors/\(name).yaml"
    let rendered = Findings(path, bytes: try Repository.bytes(path)).rendered
    let golden = "Tests/DiagnosticsTests/Golden/\(name).txt"
    #expect(rendered == Repository.text(golden))
    if Repository.isRecording, rendered != Repository.text(golden) { try Repository.write(rendered, to: golden) }
  }

  @Test func colouredTextHasTheSameWords() throws {
    let path = "specs/errors/many_faults.yaml"
    let found = Findings(path, bytes: try Repository.bytes(path))
    let plain = DiagnosticRenderer(sources: found.sources)
    let coloured = DiagnosticRenderer(sources: found.sources, color: true)
    for diagnostic in found.diagnostics {
      let text = coloured.render(diagnostic)
      #expect(text.contains("\u{1B}[1;31m"))
      #expect(text.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain.render(diagnostic))
    }
  }

  /// Editors find a place in a build's output by `file:line:column: error: `.
  @Test func compilerStyle() throws {
    let text = """
      cnnc: 1
      input: {channels: 1, size: 8}
      layers:
        - {name: a, conv: {out: 2, kernel: 3}}
        - {name: a, conv: {out: 2, kernel: 3}}

      """
    let found = Findings(of: text)
    let renderer = DiagnosticRenderer(sources: found.sources, style: .compiler)
    let lines = found.diagnostics.flatMap { renderer.render($0).split(separator: "\n") }
    #expect(lines.contains { $0.wholeMatch(of: /[^:]+:5:12: error: .+ \[name\.duplicate\]/) != nil }, "\(lines)")
    #expect(lines.contains { $0.wholeMatch(of: /[^:]+:4:12: note: .+/) != nil }, "\(lines)")
  }

  /// A line of a megabyte is shown around its finding; control characters never reach the terminal.
  @Test func longLinesAreCut() {
    let filler = String(repeating: "a", count: 1 << 20)
    let found = Findings(of: "cnnc: 1\ninput: {channels: 1, size: 8}\nlayers: [\(filler), relu]\n")
    #expect(found.rendered.count < 1000)
    let c1 = Findings(of: "cnnc: 1\ninput: {channels: 1, size: 8}\nlayers: [\"re\u{9B}lu\"]\n")
    #expect(!c1.rendered.contains("\u{9B}") && !c1.diagnostics.isEmpty)
  }
}
