import Diagnostics
import Testing

@testable import YAML

@Suite("YAML trees")
struct YAMLComposerTests {
  private func compose(_ bytes: [UInt8]) -> (node: YAMLNode?, diagnostics: [Diagnostic]) {
    var bag = DiagnosticBag()
    let node = YAMLComposer.compose(bytes, source: SourceID(index: 0), into: &bag)
    return (node, bag.sorted)
  }

  private func compose(_ text: String) -> (node: YAMLNode?, diagnostics: [Diagnostic]) { compose(Array(text.utf8)) }

  private func place(_ span: Span) -> String {
    "\(span.start.line):\(span.start.column)-\(span.end.line):\(span.end.column)"
  }

  @Test func scalarsKeepTheirText() throws {
    let root = try #require(compose("a: 007\nb: no\nc: 3e1\nd: '1'\ne:\nf: ''\n").node)
    let entries = try #require(root.entries)
    #expect(entries.map(\.key) == ["a", "b", "c", "d", "e", "f"])
    #expect(entries.map(\.value.text) == ["007", "no", "3e1", "1", "", ""])
    #expect(entries.map(\.value.isEmpty) == [false, false, false, false, true, false])
  }

  @Test func spansAreThoseOfTheText() throws {
    let root = try #require(compose("a: [x, {b: \"c\"}]\nd:\n  - e\n  - f\n").node)
    let entries = try #require(root.entries)
    #expect(place(entries[0].keySpan) == "1:1-1:2")
    #expect(place(entries[0].value.span) == "1:4-1:17")
    let items = try #require(entries[0].value.items)
    #expect(items.map { place($0.span) } == ["1:5-1:6", "1:8-1:16"])
    #expect(items[1].isFlow)
    let inner = try #require(items[1].entries)
    #expect(inner[0].value.textStart == Position(line: 1, column: 13))
    // A block collection ends where its last value does, not where the next token stands.
    #expect(place(entries[1].value.span) == "3:3-4:6")
    #expect(!entries[1].value.isFlow)
  }

  @Test func columnsCountScalars() throws {
    let root = try #require(compose("é𝒳: ä\n").node)
    #expect(try #require(root.entries)[0].value.span.start == Position(line: 1, column: 5))
  }

  @Test func aliasesStandWhereTheyAreWritten() throws {
    let root = try #require(compose("a: &x [1, 2]\nb: *x\n").node)
    let value = try #require(root.entries)[1].value
    #expect(value.items?.compactMap(\.text) == ["1", "2"])
    #expect(place(value.span) == "2:4-2:6")
    #expect(root.weight == 10)
  }

  @Test(arguments: [
    ("a: 1\na: 2\n", "spec.duplicate-key"), ("<<: {a: 1}\n", "spec.merge-key"),
    ("a: !!str 1\n", "spec.unsupported-yaml"),
    ("[a]: 1\n", "spec.unsupported-yaml"), ("a: 1\n---\nb: 2\n", "spec.unsupported-yaml"), ("a: *b\n", "spec.syntax"),
    ("a: &b [*b]\n", "spec.syntax"), ("", "spec.syntax"), ("# nothing\n", "spec.syntax"), ("a: [1\n", "spec.syntax"),
    ("a: 'b\n", "spec.syntax"), ("a: b: c\n", "spec.syntax"), ("\tb: 1\n", "spec.syntax"), ("a: @b\n", "spec.syntax"),
    ("a: \u{1}\n", "spec.encoding"), ("a: \u{7F}\n", "spec.encoding"), ("? a\n? a\n", "spec.duplicate-key"),
  ])
  func faults(_ text: String, _ id: String) {
    #expect(compose(text).diagnostics.map(\.id.rawValue) == [id])
  }

  @Test func quotedMergeKeyIsAKey() { #expect(compose("'<<': 1\n").diagnostics.isEmpty) }

  @Test(arguments: [
    ([0xFF, 0xFE, 0x61, 0x00], 1), ([0xFE, 0xFF, 0x00, 0x61], 1), ([0x61, 0x00], 2), ([0x61, 0xE9], 2),
    ([0x61, 0xC0, 0xAF], 2), ([0x61, 0xED, 0xA0, 0x80], 2), ([0x61, 0xF4, 0x90, 0x80, 0x80], 2),
    ([0x61, 0xF0, 0x9F], 2),
    ([0x61, 0x80], 2), ([0xC3, 0xA9, 0xC3], 2),
  ])
  func encodings(_ bytes: [UInt8], _ column: Int) {
    let found = compose(bytes).diagnostics
    #expect(found.map(\.id) == [.encoding])
    #expect(found.first?.span.start == Position(line: 1, column: column))
  }

  @Test func lineBreaksOfWindows() throws {
    let root = try #require(compose("a: 1\r\nb:\r\n  - c\r\n").node)
    let entries = try #require(root.entries)
    #expect(entries.map(\.key) == ["a", "b"])
    #expect(entries[0].value.text == "1")
    #expect(entries[1].value.items?.first?.span.start == Position(line: 3, column: 5))
  }

  /// What editors take for a line's end, and what libyaml takes for one besides.
  private static let breaks = ["\n", "\r\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]

  @Test("places are those of the file, whatever ends its lines", arguments: 0..<36, [0, 1, 5])
  func placesInLines(pair: Int, step: Int) throws {
    let lines = [
      "a×: \"x→😀\" # ×😀", "bb: [u, 'é😀', {k: v}]", "c→:", "  - w×", "  - 'z 😀'   # →", "😀d: &n \"\\u00d7\"", "e: *n",
    ]
    // Two kinds of breaks in turn, each at every line.
    let ends = [Self.breaks[pair / 6], Self.breaks[pair % 6]]
    let text = lines.enumerated().map { $1 + ends[($0 + step) / (step == 5 ? 2 : 1) % 2] }.joined()
    let file = SourceFile(path: "", bytes: Array(text.utf8))
    let (node, diagnostics) = compose(text)
    #expect(diagnostics.isEmpty)
    var spans: [(Span, String)] = []
    func note(_ node: YAMLNode) {
      switch node.content {
      case .scalar(let text, _): spans.append((node.span, text))
      case .sequence(let items): items.forEach(note)
      case .mapping(let entries):
        for entry in entries {
          spans.append((entry.keySpan, entry.key))
          note(entry.value)
        }
      }
    }
    note(try #require(node))
    #expect(
      spans.map(\.1) == [
        "a×", "x→😀", "bb", "u", "é😀", "k", "v", "c→", "w×", "z 😀", "😀d", "×", "e", "×",
      ])
    for (span, value) in spans {
      let written = file.text(of: span)
      let plain = ["*n", "&n \"\\u00d7\""].contains(written) ? value : written.trimmingQuotes
      #expect(plain == value, "\(span)")
    }
  }

  @Test func linesOfAFile() {
    let file = SourceFile(path: "", bytes: Array("a\rb\r\nc\u{2028}d\n\re\u{85}\r\rf\n".utf8))
    #expect(
      (1...file.lineCount).map { file.line($0) } == ["a", "b", "c\u{2028}d", "", "e\u{85}", "", "f", ""])
    #expect(
      file.text(
        of: Span(
          source: SourceID(index: 0), start: Position(line: 3, column: 2), end: Position(line: 5, column: 2)))
        == "\u{2028}d\n\re")
  }

  @Test func placesOfEncodings() {
    let found = compose(Array("a: ×\rb: 😀".utf8) + [0x07]).diagnostics
    #expect(found.first?.span.start == Position(line: 2, column: 5))
  }

  @Test func limits() {
    let flow = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
    #expect(compose(flow).diagnostics.map(\.id) == [.limit])
    let block = (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(compose(block).diagnostics.map(\.id) == [.limit])
    var bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for (name, inner) in zip("bcdefghijk", "abcdefghij") {
      bomb += "\(name): &\(name) [" + Array(repeating: "*\(inner)", count: 9).joined(separator: ", ") + "]\n"
    }
    #expect(compose(bomb).diagnostics.map(\.id) == [.limit])
    let keys = (0...200_001).map { "k\($0): 1\n" }.joined()
    #expect(compose(keys).diagnostics.map(\.id) == [.limit])
  }
}

extension String {
  /// The text without the quotes around it.
  fileprivate var trimmingQuotes: String {
    first == "'" || first == "\"" ? String(dropFirst().dropLast()) : self
  }
}
