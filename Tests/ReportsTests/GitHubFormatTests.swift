import Diagnostics
import Reports
import Testing

@Suite struct GitHubFormatTests {
  private static func render(_ diagnostic: Diagnostic, path: String = "specs/a.yaml", times: Int = 1) -> String {
    var sources = SourceTable()
    _ = sources.add(SourceFile(path: path, bytes: []))
    let entry = JSONReport.Entry(file: path, graph: nil, diagnostics: [diagnostic], sources: sources)
    return GitHubFormat.render(Array(repeating: entry, count: times))
  }

  private static func span(_ line: Int, _ column: Int, to endLine: Int, _ endColumn: Int) -> Span {
    Span(
      source: SourceID(index: 0), start: Position(line: line, column: column),
      end: Position(line: endLine, column: endColumn))
  }

  @Test func errorOnOneLine() {
    let diagnostic = Diagnostic(.unknownKey, "conv has no field 'kernal'", at: Self.span(12, 5, to: 12, 11))
    #expect(
      Self.render(diagnostic)
        == "::error file=specs/a.yaml,line=12,endLine=12,col=5,endColumn=10,title=spec.unknown-key::"
        + "conv has no field 'kernal'\n")
  }

  @Test func severities() {
    let place = Self.span(1, 1, to: 1, 2)
    #expect(Self.render(Diagnostic(.shadowedName, "m", at: place)).hasPrefix("::warning file="))
    #expect(Self.render(Diagnostic(.shadowedName, "m", at: place, severity: .note)).hasPrefix("::notice file="))
  }

  @Test func rangeOfSeveralLinesHasNoColumns() {
    let text = Self.render(Diagnostic(.conflict, "m", at: Self.span(3, 7, to: 5, 2)))
    #expect(text == "::error file=specs/a.yaml,line=3,endLine=5,title=spec.conflict::m\n")
  }

  @Test func emptyRangeHasItsColumn() {
    #expect(Self.render(Diagnostic(.version, "m", at: Self.span(1, 1, to: 1, 1))).contains(",col=1,endColumn=1,"))
  }

  @Test func messageKeepsColonsAndEscapesTheRest() {
    let diagnostic = Diagnostic(.unknownKey, "a: 50%, b\r\nc", at: Self.span(1, 1, to: 1, 2))
    #expect(Self.render(diagnostic).hasSuffix("::a: 50%25, b\\r\\nc\n"))
  }

  @Test func propertiesEscapeColonsAndCommas() {
    let diagnostic = Diagnostic(.unknownKey, "m", at: Self.span(1, 1, to: 1, 2))
    let text = Self.render(diagnostic, path: "a:b,c%\n.yaml")
    #expect(text.hasPrefix("::error file=a%3Ab%2Cc%25\\n.yaml,line=1,"))
    #expect(text.split(separator: "\n").count == 1)
  }

  /// Whatever a text holds, it is one command of one line, without what a log's viewer would obey.
  @Test(arguments: ["\n::error::x", "\r::error::x", "\u{2028}::error::x", "\u{1B}[2J", "\u{202E}"])
  func aTextStartsNoCommand(_ text: String) {
    let diagnostic = Diagnostic(
      .unknownKey, "m\(text)", at: Self.span(1, 1, to: 1, 2), trail: [text], notes: [.init(text)])
    let rendered = Self.render(diagnostic, path: "a\(text).yaml")
    #expect(rendered.split(whereSeparator: \.isNewline).count == 1)
    #expect(rendered.unicodeScalars.allSatisfy { !$0.isCommand || $0 == "\n" })
  }

  @Test func trailNotesAndFixesFollow() {
    let place = Self.span(1, 1, to: 1, 2)
    let diagnostic = Diagnostic(
      .residualMismatch, "m", at: place, trail: ["via layer2 (line 53)"],
      notes: [.init("plain"), .init("there", at: Self.span(7, 2, to: 7, 3))],
      fixes: [.init("write 3", edit: .init(place, replacement: "3"))])
    #expect(
      Self.render(diagnostic).hasSuffix(
        "::m%0Avia layer2 (line 53)%0Anote: plain%0Anote: specs/a.yaml:7: there%0Afix: write 3\n"))
  }

  @Test func variantsSayTheSameOnce() {
    let diagnostic = Diagnostic(.unknownKey, "m", at: Self.span(1, 1, to: 1, 2))
    #expect(Self.render(diagnostic, times: 3) == Self.render(diagnostic))
  }
}
