import Testing

@testable import Diagnostics

@Suite("Near misses and circles")
struct SupportTests {
  @Test(
    arguments: [
      ("kernle", "kernel"), ("Kernel", "kernel"), ("strid", "stride"), ("pading", "padding"), ("xyz", nil), ("k", nil),
      ("", nil), ("ker", "kernel"),
    ] as [(String, String?)])
  func nearestWord(_ word: String, _ expected: String?) {
    #expect(nearest(to: word, among: ["kernel", "padding", "stride"]) == expected)
  }

  /// What is suggested is a misspelling, and what is written unasked has at most a letter in four as another,
  /// and no other number.
  @Test(
    arguments: [
      ("nodes", ["model", "layers"], nil, false), ("a1", ["AG"], "AG", false), ("layres", ["layers"], "layers", true),
      ("ad", ["add"], "add", false), ("labels", ["layers"], "layers", false),
      ("paramtres", ["parameters"], "parameters", true),
      ("flot", ["float", "flat"], "flat", false), ("cat", ["mat"], "mat", true),
      ("residul", ["residual"], "residual", true), ("skip2", ["skip1"], "skip1", false),
      ("conv2_x", ["conv3_x"], "conv3_x", false), ("skp2", ["skip2"], "skip2", true),
    ] as [(String, [String], String?, Bool)])
  func nearMisses(_ word: String, _ known: [String], _ expected: String?, isCertain: Bool) {
    let found = nearMiss(to: word, among: known)
    #expect(found?.candidate == expected)
    #expect(found?.isOnly ?? false == isCertain)
  }

  /// Edits are made as the file is written.
  @Test(arguments: ["\n", "\r\n", "\r"], ["", "\u{FEFF}"])
  func editsKeepLineEndsAndMarks(end: String, mark: String) {
    let text = ["a: 1", "b: 2"].joined(separator: end)
    let file = SourceFile(path: "m.yaml", bytes: Array((mark + text).utf8))
    #expect(file.lineEnd == end && file.hasByteOrderMark == !mark.isEmpty && file.line(1) == "a: 1")
    let start = Position(line: 1, column: 4)
    let source = SourceID(index: 0)
    let edit = Diagnostic.Edit(
      Span(source: source, start: start, end: start.advanced(by: 1)), replacement: "x\n  y\r\n  z")
    let edited = file.applying([edit, file.appending("c: 3\n", source: source)])
    let expected = mark + ["a: x", "  y", "  z", "b: 2", "c: 3", ""].joined(separator: end)
    // Line ends that are in a text already stay.
    #expect(
      Array(edited.utf8) == Array(end == "\n" ? expected.replacing("  y\n", with: "  y\r\n").utf8 : expected.utf8))
    #expect(SourceFile(path: "", bytes: []).lineEnd == "\n")
  }

  @Test func longWordsHaveNoNeighbours() {
    #expect(nearest(to: String(repeating: "a", count: 1 << 20), among: ["kernel"]) == nil)
  }

  @Test func distances() {
    #expect(Self.distance("", "abc") == 3)
    #expect(Self.distance("abc", "acb") == 1)
    #expect(Self.distance("kitten", "sitting") == 3)
    #expect(Self.distance("kitten", "sitting", limit: 2) == nil)
    #expect(Self.distance("abcdef", "abcdef", limit: 0) == 0)
  }

  /// The bounded distance is the distance of the textbook, as far as the bound.
  @Test func distancesWithinABound() {
    var generator = SplitMix64(state: 7)
    var comparison = EditDistance()
    for _ in 0..<3000 {
      let words = (0..<2).map { _ in
        (0..<Int.random(in: 0...7, using: &generator)).map { _ in UInt16.random(in: 0..<3, using: &generator) }
      }
      let whole = Self.textbook(words[0], words[1])
      for limit in 0...3 {
        #expect(comparison.measure(words[0], words[1], limit: limit) == (whole <= limit ? whole : nil), "\(words)")
      }
    }
  }

  private static func distance(_ a: String, _ b: String, limit: Int = 9) -> Int? {
    var comparison = EditDistance()
    return comparison.measure(Array(a.utf16), b.utf16, limit: limit)
  }

  private static func textbook(_ a: [UInt16], _ b: [UInt16]) -> Int {
    var cells = (0...a.count).map { i in (0...b.count).map { j in i == 0 ? j : j == 0 ? i : 0 } }
    for i in 0..<a.count {
      for j in 0..<b.count {
        var best = min(cells[i][j + 1] + 1, cells[i + 1][j] + 1, cells[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, cells[i - 1][j - 1] + 1) }
        cells[i + 1][j + 1] = best
      }
    }
    return cells[a.count][b.count]
  }

  /// What a terminal obeys, and what turns a line's direction, is written out wherever a finding is printed.
  @Test(arguments: [
    "\u{1B}[31m", "\u{7}", "\r", "\n::error::", "\u{9B}2J", "\u{85}", "\u{202E}gpj", "\u{2066}", "\u{200F}", "\u{2028}",
    "\u{7F}",
  ])
  func commandsAreEscaped(_ text: String) {
    #expect(!text.printable.unicodeScalars.contains { $0.isCommand })
    #expect("é\(text)ü".printable.hasPrefix("é\\"))
    let file = "a\(text).yaml"
    var sources = SourceTable()
    let source = sources.add(SourceFile(path: file, bytes: Array("x\(text)\n".utf8)))
    let span = Span(source: source, start: Position(line: 1, column: 1), end: Position(line: 1, column: 2))
    let fix = Diagnostic.Fix("write \(text)", edit: .init(span, replacement: ""))
    let finding = Diagnostic(
      .syntax, "m \(text)", at: span, trail: ["via \(text)"],
      notes: [.init("n \(text)"), .init("p \(text)", at: span)],
      fixes: [fix])
    for style in DiagnosticRenderer.Style.allCases {
      let lines = DiagnosticRenderer(sources: sources, style: style).render(finding).split(separator: "\n")
      #expect(lines.count == 7, "\(lines)")
      #expect(!lines.joined().unicodeScalars.contains { $0.isCommand })
    }
  }

  @Test func printableTextStaysAsItIs() {
    #expect("Größe 16×⌊H/2⌋ → 日本 😀".printable == "Größe 16×⌊H/2⌋ → 日本 😀")
    #expect("a\tb\u{1}".printable == "a\\tb\\u{1}")
  }

  /// A character that people see as one can be of any length; findings count scalars.
  @Test func quotedTextsAreShort() {
    let long = "a" + String(repeating: "\u{200D}😀", count: 1000)
    #expect(long.count < 1001 && long.shown.unicodeScalars.count == 61 && long.shown.hasSuffix("…"))
    #expect("short".shown == "short")
    #expect(String(repeating: "a", count: 60).shown == String(repeating: "a", count: 60))
  }

  @Test func circlesAreFoundOnce() {
    let graph = ["a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["d"], "e": ["a", "f"], "f": [], "g": ["nowhere"]]
    #expect(circles(in: graph, order: graph.keys.sorted()) == [["a", "b", "c", "a"], ["d", "d"]])
    #expect(circles(in: [:], order: []).isEmpty)
  }

  @Test func findingsAreCountedAndBounded() {
    var bag = DiagnosticBag()
    func span(_ line: Int) -> Span {
      Span(source: SourceID(index: 0), start: Position(line: line, column: 1), end: Position(line: line, column: 2))
    }
    bag.report(Diagnostic(.overflow, "first", at: span(9), trail: ["via a"]))
    bag.report(Diagnostic(.overflow, "first", at: span(9), trail: ["via a"]))
    bag.report(Diagnostic(.overflow, "first", at: span(9), trail: ["via b"]))
    bag.report(Diagnostic(.shadowedName, "earlier in the text", at: span(2)))
    #expect(bag.sorted.map(\.message) == ["earlier in the text", "first"])
    #expect(bag.sorted[1].notes.map(\.message) == ["the same again 1 more time"])
    for word in ["second", "third", "fourth", "fifth", "sixth"] {
      bag.report(Diagnostic(.overflow, word, at: span(9)))
    }
    #expect(bag.sorted.map(\.message) == ["earlier in the text", "first", "second", "third", "fourth"])
    #expect(bag.sorted[4].notes.map(\.message) == ["a finding like these again 2 more times"])
    #expect(!bag.isFull)
    for line in 10..<1000 { bag.report(Diagnostic(.overflow, "again", at: span(line))) }
    #expect(bag.isFull && bag.diagnostics.count == DiagnosticBag.capacity)
    #expect(bag.sorted.last?.notes.count == 1)
  }

  @Test func windowsOfLines() {
    let file = SourceFile(path: "f", bytes: Array("abc\n\(String(repeating: "é", count: 500))x\n".utf8))
    #expect(file.window(around: Position(line: 1, column: 2), width: 160).text == "abc")
    let middle = file.window(around: Position(line: 2, column: 300), width: 100)
    #expect(middle.firstColumn == 250)
    #expect(middle.text.unicodeScalars.count == 100)
    #expect(file.window(around: Position(line: 2, column: 9999), width: 100).text.hasSuffix("éx"))
    #expect(file.window(around: Position(line: 7, column: 1), width: 100).text.isEmpty)
  }

  @Test("names are made unlike those before, in time that grows with their number")
  func uniqueNames() {
    var names = UniqueNames(taken: ["b", "a_3"])
    #expect((0..<4).map { _ in names.make("a") } == ["a", "a_2", "a_4", "a_5"])
    #expect([names.make("b", separator: ""), names.make("b2"), names.make("c")] == ["b2", "b2_2", "c"])
    var many = UniqueNames()
    var last = ""
    for _ in 0..<200_000 { last = many.make("same") }
    #expect(last == "same_200000")
  }

  @Test("among thousands of names of one length no guess is made, whatever their order")
  func manyNames() {
    let names = (0..<10_000).map { "name\($0 + 10_000)" }
    #expect(nearest(to: "name1000", among: names) == nil && nearest(to: "name1000", among: names.reversed()) == nil)
    #expect(nearest(to: "name10007", among: names.prefix(3000)) == "name10007")
    // Far longer ones are no matter.
    let longer = names.map { $0 + String(repeating: "x", count: 30) }
    #expect(nearest(to: "kernle", among: longer + ["kernel"]) == "kernel")
  }
}
