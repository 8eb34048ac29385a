import LanguageServerProtocol
import Random
import Testing

@Suite struct TextDocumentTests {
  private let text = "a×b\n→\u{1F600}c\r\n\nd"

  @Test func countsInBothEncodings() {
    let document = TextDocument(text: text, version: 1)
    #expect(document.lineCount == 4)
    // Behind the emoji: 3 + 4 bytes, 1 + 2 units.
    let offset = document.offset(of: DocumentPosition(line: 1, character: 7), .utf8)
    #expect(offset == document.offset(of: DocumentPosition(line: 1, character: 3), .utf16))
    #expect(document.bytes[offset] == UInt8(ascii: "c"))
    #expect(document.position(of: offset, .utf16) == DocumentPosition(line: 1, character: 3))
    #expect(document.position(of: offset, .utf8) == DocumentPosition(line: 1, character: 7))
    // Within the emoji, and behind the line.
    #expect(document.offset(of: DocumentPosition(line: 1, character: 2), .utf16) == offset - 4)
    #expect(document.offset(of: DocumentPosition(line: 1, character: 99), .utf16) == offset + 1)
    #expect(document.offset(of: DocumentPosition(line: 9, character: 0), .utf16) == document.bytes.count)
    #expect(document.offset(of: DocumentPosition(line: -1, character: 5), .utf16) == 0)
  }

  @Test func appliesChangesOneAfterTheOther() {
    var document = TextDocument(text: text, version: 1)
    let insert = DocumentPosition(line: 0, character: 2)
    document.apply(
      [
        DocumentChange(range: DocumentRange(start: insert, end: insert), text: "\n\u{1F600}"),
        DocumentChange(
          range: DocumentRange(
            start: DocumentPosition(line: 1, character: 2), end: DocumentPosition(line: 2, character: 3)), text: ""),
      ], version: 7, .utf16)
    #expect(String(decoding: document.bytes, as: UTF8.self) == "a×\n\u{1F600}c\r\n\nd")
    #expect(document.version == 7)
    document.apply([DocumentChange(range: nil, text: "x")], version: 8, .utf8)
    #expect(document.bytes == Array("x".utf8))
    #expect(document.lineCount == 1)
  }

  /// The table of lines that edits keep is the one that the text has anew.
  @Test(arguments: 0..<40) func keepsItsLines(seed: Int) {
    let generator = CounterGenerator(seed: UInt64(seed), name: "edits")
    var drawn = 0
    func draw(below bound: Int) -> Int {
      drawn += 1
      return generator.integer(below: bound, at: drawn)
    }
    let pieces = ["a", "×", "\n", "\r", "\r\n", "\u{1F600}", "word: ", "\n\n", ""]
    var document = TextDocument(text: "one\ntwo\r\nthree", version: 0)
    for version in 1...100 {
      let offsets = [0, 1].map { _ in draw(below: document.bytes.count + 1) }.sorted()
      let range = DocumentRange(
        start: document.position(of: offsets[0], .utf16), end: document.position(of: offsets[1], .utf16))
      let text = (0..<draw(below: 4)).map { _ in pieces[draw(below: pieces.count)] }.joined()
      document.apply([DocumentChange(range: range, text: text)], version: version, .utf16)
      let fresh = TextDocument(text: String(decoding: document.bytes, as: UTF8.self), version: version)
      #expect(document.lineCount == fresh.lineCount)
      for line in 0..<fresh.lineCount {
        #expect(document.contentRange(ofLine: line) == fresh.contentRange(ofLine: line))
      }
    }
  }

  @Test(arguments: [
    ("file:///a/b%20c.yaml", "/a/b c.yaml"), ("file:///a/./x/../b.yaml", "/a/b.yaml"),
    ("file://host/a%C3%97.yaml", "/a×.yaml"), ("untitled:Untitled-1", "untitled:Untitled-1"), ("file://", "file://"),
    ("file:///a%2", "/a%2"),
  ]) func namesPaths(uri: String, path: String) {
    #expect(DocumentURI.path(of: uri) == path)
  }

  @Test func writesAddresses() {
    #expect(DocumentURI.uri(of: "/a b/×.yaml") == "file:///a%20b/%C3%97.yaml")
    #expect(DocumentURI.uri(of: "untitled:U") == "untitled:U")
  }
}
