import Analysis
import Diagnostics
import Frontend
import SpecLanguage
import Testing

/// Findings stand where editors count their lines, whatever else YAML takes for a break.
@Suite("Places in texts with other line breaks") struct LineBreakTests {
  private static let lines = [
    "cnnc: 1", "summary: \"× → 😀\"", "input: {channels: 3, size: 8}", "layers:",
    "  - conv: {out: 8, kernel: 3}   # → 😀",
    "  - {name: a, seq: [relu, rleu]}", "  - linear: {out: 4}",
  ]

  @Test(arguments: ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"], ["\n", "\r\n", "\r"])
  func places(inside: String, end: String) throws {
    // The break stands within a text, where YAML folds it; the others end lines.
    let summary = "summary: \"× →\(inside)  😀\""
    let text = Self.lines.joined(separator: end).replacing(Self.lines[1], with: summary)
    let isLine = ["\n", "\r\n", "\r"].contains(inside)
    let found = Findings(of: text)
    let finding = try #require(found.diagnostics.first)
    #expect(found.diagnostics.count == 1)
    #expect(finding.span.start == Position(line: isLine ? 7 : 6, column: 27))
    let file = found.sources[finding.span.source]
    #expect(file.text(of: finding.span) == "rleu")
    #expect(
      DiagnosticRenderer(sources: found.sources).render(finding).contains(" |   - {name: a, seq: [relu, rleu]}\n"))
    let fixed = file.applying(finding.fixes.map(\.edit))
    #expect(Array(fixed.utf8) == Array(text.replacing("rleu", with: "relu").utf8))
  }

  @Test(arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
  func aCommentThatYAMLEnds(mark: String) throws {
    let text = "cnnc: 1\n# a paper →\(mark) of 1998\ninput: {channels: 3, size: 8}\nlayers: [relu]\n"
    let finding = try #require(Findings(of: text).diagnostics.first)
    #expect(finding.id == .syntax && finding.span.start == Position(line: 2, column: 14))
    #expect(finding.notes.contains { $0.message.contains("in this line ends it for YAML") })
  }

  /// Lines that a fix adds end as the file's do.
  @Test func fixesInAFileOfCarriageReturns() throws {
    let text = "input: {channels: 3, size: 8}\rlayers:\r  - residual: [conv: {out: 8, kernel: 1}]\r"
    let found = Findings(of: text)
    let finding = try #require(found.diagnostics.first { !$0.fixes.isEmpty })
    let fixed = found.sources[finding.span.source].applying(finding.fixes.prefix(1).map(\.edit))
    #expect(Array(fixed.utf8) == Array(("cnnc: 1\r" + text).utf8))
  }
}
