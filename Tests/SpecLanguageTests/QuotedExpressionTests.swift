import Diagnostics
import SpecLanguage
import Testing

/// Expressions whose commas YAML takes for its own.
@Suite struct QuotedExpressionTests {
  @Test(
    "the quotes that are offered stand around the whole, in place of those around a part",
    arguments: [
      (#"int = "max(64, c)""#, #""int = max(64, c)""#), ("int = max(64, c)", #""int = max(64, c)""#),
      ("int = 'max(64, c)'", #""int = max(64, c)""#),
    ])
  func quotesOnce(_ written: String, _ offered: String) throws {
    func text(_ parameter: String) -> String {
      """
      cnnc: 1
      input: {channels: 3, size: 8}
      params: {c: int = 3}
      blocks:
        B: {params: {box: \(parameter)}, layers: [conv: {out: box, kernel: 1}]}
      layers: [B]

      """
    }
    var reader = SpecReader(files: MemoryFiles(texts: ["m.yaml": text(written)]))
    _ = reader.read("m.yaml")
    let found = reader.diagnostics.sorted
    #expect(found.map(\.id) == [.needsQuotes])
    #expect(found.first?.span.start == Position(line: 5, column: 21))
    #expect(found.first?.fixes.map(\.edit.replacement) == [offered])
    var fixed = SpecReader(files: MemoryFiles(texts: ["m.yaml": text(offered)]))
    #expect(fixed.read("m.yaml") != nil, "\(fixed.diagnostics.sorted.map(\.message))")
  }
}
