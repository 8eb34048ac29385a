import JSON
import LanguageServerProtocol
import Testing

@Suite struct MessageReaderTests {
  private func framed(_ text: String) -> [UInt8] { Array("Content-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8) }

  @Test func takesMessagesHoweverTheyAreCut() throws {
    let stream = framed("{\"a\":\"×\"}") + framed("[]") + framed("null")
    for size in [1, 2, 3, 7, 1000] {
      var reader = MessageReader()
      var found: [String] = []
      var start = 0
      while start < stream.count {
        reader.append(stream[start..<min(stream.count, start + size)])
        start += size
        while let content = try reader.next() { found.append(String(decoding: content, as: UTF8.self)) }
      }
      #expect(found == ["{\"a\":\"×\"}", "[]", "null"])
      #expect(!reader.isWithinMessage)
    }
  }

  @Test func takesFurtherHeadersInAnyCase() throws {
    var reader = MessageReader()
    reader.append(Array("content-type: text\r\nCONTENT-LENGTH:2\r\n\r\n{}".utf8))
    #expect(try reader.next() == Array("{}".utf8))
    #expect(try reader.next() == nil)
  }

  @Test(arguments: [
    "Content-Length: -1\r\n\r\n", "Content-Length: 1x\r\n\r\n", "Content-Length: \r\n\r\n",
    "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 999999999\r\n\r\n",
    "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Type: a\r\n\r\n", "nothing\r\n\r\n", "\r\n\r\n",
  ])
  func refusesHeaders(_ headers: String) {
    var reader = MessageReader()
    reader.append(Array(headers.utf8))
    #expect(throws: MessageReader.FramingError.self) { try reader.next() }
  }

  @Test func refusesHeadersThatDoNotEnd() {
    var reader = MessageReader()
    reader.append([UInt8](repeating: 97, count: MessageReader.Limit.header + 1))
    #expect(throws: MessageReader.FramingError.self) { try reader.next() }
  }

  @Test func writesWhatItReads() throws {
    var reader = MessageReader()
    let message = JSONValue.object([("text", .string("→ \u{1F600}\n"))]).framed
    reader.append(message.header + message.content.joined())
    let content = try #require(try reader.next())
    #expect(try JSONParser.parse(content)["text"]?.stringValue == "→ \u{1F600}\n")
  }

  @Test func writesLongAnswersInParts() throws {
    var pieces = JSONPieces()
    pieces.add("[1,2]")
    for (before, behind) in [(0, 0), (2, 0), (0, 1), (1, 2)] {
      let members = [(String, JSONValue)](repeating: ("a", .string("→")), count: before)
      let rest = [(String, JSONValue)](repeating: ("b", .null), count: behind)
      let value = JSONValue.object(members + [("result", pieces.value)] + rest)
      let (header, content) = value.framed
      #expect(content.count == 3 && content[1] == Array("[1,2]".utf8))
      #expect(Array(content.joined()) == Array(value.compactText.utf8))
      #expect(String(decoding: header, as: UTF8.self).contains(": \(value.compactText.utf8.count)\r\n"))
    }
  }

  @Test func readsMessages() throws {
    let request = try IncomingMessage(Array("{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"m\",\"params\":{}}".utf8))
    guard case .request(.text("x"), method: "m", _) = request else { return #expect(Bool(false)) }
    let note = try IncomingMessage(Array("{\"jsonrpc\":\"2.0\",\"method\":\"m\"}".utf8))
    guard case .notification(method: "m", _) = note else { return #expect(Bool(false)) }
    let answer = try IncomingMessage(Array("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":null}".utf8))
    guard case .response(.number(3), .some) = answer else { return #expect(Bool(false)) }
    let refusal = try IncomingMessage(Array("{\"id\":3,\"error\":{\"code\":1,\"message\":\"\"}}".utf8))
    guard case .response(.number(3), nil) = refusal else { return #expect(Bool(false)) }
    #expect(throws: ResponseError.self) { try IncomingMessage(Array("{}".utf8)) }
    #expect(throws: ResponseError.self) { try IncomingMessage(Array("[1]".utf8)) }
    #expect(throws: ResponseError.self) { try IncomingMessage(Array("{".utf8)) }
  }

  /// Editors send documents as they are: with half a surrogate pair, or with marks that the compiler refuses later.
  @Test func readsTextsOfAnyKind() throws {
    let text =
      "{\"method\":\"m\",\"params\":[\"a\\ud83db\",\"\\udc00\",\"\\ud83d\\ud83d\\ude00\",\"e"
      + String(repeating: "\\u0301", count: 500) + "\"]}"
    guard case .notification(_, let parameters) = try IncomingMessage(Array(text.utf8)) else {
      return #expect(Bool(false))
    }
    let texts = parameters.elements?.compactMap(\.stringValue) ?? []
    #expect(texts.prefix(3) == ["a\u{FFFD}b", "\u{FFFD}", "\u{FFFD}\u{1F600}"])
    #expect(texts.last?.unicodeScalars.count == 501)
  }
}
