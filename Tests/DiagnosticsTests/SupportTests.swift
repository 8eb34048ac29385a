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

  @Test func longWordsHaveNoNeighbours() {
    #expect(nearest(to: String(repeating: "a", count: 1 << 20), among: ["kernel"]) == nil)
  }

  @Test func distances() {
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("abc", "acb") == 1)
    #expect(editDistance("kitten", "sitting") == 3)
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
    bag.report(Diagnostic(.overflow, "second", at: span(9), trail: ["via b"]))
    bag.report(Diagnostic(.shadowedName, "earlier in the text", at: span(2)))
    #expect(bag.sorted.map(\.message) == ["earlier in the text", "first"])
    #expect(bag.sorted[1].notes.map(\.message) == ["the same again 1 more time"])
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
}
