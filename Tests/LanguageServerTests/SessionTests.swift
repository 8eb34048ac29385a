import Foundation
import JSON
import LanguageServer
import LanguageServerProtocol
import SpecLanguage
import Testing

@Suite struct SessionTests {
  private static let uri = "file:///nets/net.yaml"
  private static let text = """
    cnnc: 1
    input: {channels: 3, size: 32}
    layers:
      - conv: {out: 16, kernel: 3, padding: half}   # 3×3 → \u{1F600}
      - {name: "×", relu}
      - global_avg_pool
      - flatten
      - linear: {out: 10}

    """

  @Test func answersInTheOrderOfALife() throws {
    var server = LanguageServer(version: "0")
    func send(_ message: IncomingMessage) -> [JSONValue] { server.receive([.success(message)]) }
    #expect(
      send(.request(.number(1), method: "textDocument/hover", .null))[0].at("error", "code")?.intValue
        == ResponseError.Code.notInitialized.rawValue)
    let answer = send(.request(.number(2), method: "initialize", .object([("capabilities", .object([]))])))[0]
    #expect(answer.at("result", "capabilities", "positionEncoding")?.stringValue == "utf-16")
    #expect(send(.request(.number(3), method: "nothing/ofTheKind", .null))[0].at("error", "code")?.intValue == -32601)
    #expect(send(.notification(method: "$/whatever", .null)).isEmpty)
    _ = send(.request(.number(4), method: "shutdown", .null))
    #expect(send(.request(.number(5), method: "textDocument/hover", .null))[0].at("error", "code")?.intValue == -32600)
    _ = send(.notification(method: "exit", .null))
    #expect(server.exitStatus == 0)
  }

  @Test func endsWithOneWithoutShutdown() {
    var server = LanguageServer(version: "0")
    _ = server.receive([.success(.notification(method: "exit", .null))])
    #expect(server.exitStatus == 1)
  }

  @Test func sendsWhatIsFoundWithItsVersion() throws {
    var session = try Session(#"{"textDocument":{"publishDiagnostics":{"relatedInformation":true}}}"#)
    session.open(Self.uri, Self.text)
    session.idle()
    let first = session.takeNotifications("textDocument/publishDiagnostics")
    #expect(first.count == 1)
    let place = DocumentRange(
      start: DocumentPosition(line: 4, character: 11), end: DocumentPosition(line: 4, character: 12))
    // `"×"` is no name.
    #expect(DocumentRange(first[0]["diagnostics"]?.elements?.first?["range"])?.start.line == place.start.line)
    session.change(Self.uri, place, "act", version: 2)
    session.change(
      Self.uri,
      DocumentRange(start: DocumentPosition(line: 7, character: 4), end: DocumentPosition(line: 7, character: 10)),
      "conv", version: 3)
    session.idle()
    let second = session.takeNotifications("textDocument/publishDiagnostics")
    #expect(second.map { $0["version"]?.intValue } == [3])
    let found = second[0]["diagnostics"]?.elements ?? []
    #expect(found.map { $0["code"]?.stringValue } == ["spec.missing-key"] || !found.isEmpty)
    session.idle()
    #expect(session.takeNotifications("textDocument/publishDiagnostics").isEmpty)
  }

  @Test func sendsNothingForOthersYAML() throws {
    var session = try Session()
    session.open("file:///nets/docker-compose.yaml", "services:\n  web: {image: x}\n  - broken\n")
    session.idle()
    #expect(session.notifications.isEmpty)
    #expect(try session.hints("file:///nets/docker-compose.yaml").isEmpty)
  }

  @Test func callsOffAndSaysWhatIsOutOfDate() throws {
    var session = try Session()
    session.open(Self.uri, Self.text.replacing("\"×\", relu", with: "a, relu"))
    let parameters = Session.document(Self.uri)
    let change = Session.json(
      #"{"textDocument":{"uri":"\#(Self.uri)","version":2},"contentChanges":[{"range":{"start":{"line":0,"character":7},"end":{"line":0,"character":7}},"text":" # x"}]}"#
    )
    var server = session.server
    let answers = server.receive([
      .success(.request(.number(70), method: "textDocument/inlayHint", parameters)),
      .success(.request(.number(71), method: "textDocument/inlayHint", parameters)),
      .success(.notification(method: "$/cancelRequest", Session.json(#"{"id":70}"#))),
      .success(.notification(method: "textDocument/didChange", change)),
      .success(.request(.number(72), method: "textDocument/inlayHint", parameters)),
    ]).filter { $0["method"] == nil }
    #expect(answers.map { $0.at("error", "code")?.intValue } == [-32800, -32801, nil])
    #expect(Session.sent(answers[2])["result"]?.elements?.isEmpty == false)
  }

  @Test(arguments: [false, true]) func placesHintsInBothEncodings(isUTF8: Bool) throws {
    var session = try Session(isUTF8 ? Session.utf8 : "{}")
    let text = Self.text.replacing("\"×\", relu", with: "a, relu").replacing("half}", with: "\"half\" } # ×\u{1F600}")
    session.open(Self.uri, "# ×→\u{1F600}\n" + text)
    #expect(
      try session.hints(Self.uri) == [
        "4:48 16×32×32", "5:19 16×32×32", "6:19 16×1×1", "7:11 16", "8:21 10",
      ])
  }

  @Test func keepsHintsWhileTheTextIsBroken() throws {
    var session = try Session()
    let text = Self.text.replacing("{name: \"×\", relu}", with: "relu")
    session.open(Self.uri, text)
    let before = try session.hints(Self.uri)
    #expect(before.count == 5)
    // A brace too few, then a line that is begun.
    let brace = DocumentRange(
      start: DocumentPosition(line: 3, character: 45), end: DocumentPosition(line: 3, character: 46))
    session.change(Self.uri, brace, "", version: 2)
    #expect(try session.hints(Self.uri).count == 5)
    let line = DocumentPosition(line: 5, character: 0)
    session.change(Self.uri, DocumentRange(start: line, end: line), "  - conv: {out: \n", version: 3)
    #expect(try session.hints(Self.uri).count == 5)
    // Mended, everything is as it was.
    session.change(Self.uri, nil, text, version: 4)
    #expect(try session.hints(Self.uri) == before)
  }

  @Test func sharesWhatIsOpenAndUnsaved() throws {
    let blocks = "cnnc: 1\nblocks:\n  Stem:\n    seq: [conv: {out: 8, kernel: 3}, relu]\n"
    var session = try Session(files: ["/nets/blocks.yaml": blocks])
    session.open(Self.uri, "cnnc: 1\nimport: [blocks.yaml]\ninput: {channels: 3, size: 32}\nlayers:\n  - Stem\n")
    #expect(try session.hints(Self.uri) == ["4:8 8×30×30"])
    session.open("file:///nets/blocks.yaml", blocks.replacing("out: 8", with: "out: 9"))
    #expect(try session.hints(Self.uri) == ["4:8 9×30×30"])
    #expect(try session.hints("file:///nets/blocks.yaml") == ["3:42 9×30×30"])
    session.notify("textDocument/didClose", Session.document("file:///nets/blocks.yaml"))
    #expect(try session.hints(Self.uri) == ["4:8 8×30×30"])
  }

  /// What is renamed in a file of blocks is edited in the specs on the disk that read it, open or not.
  @Test func renamesInFilesThatAreNotOpen() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("renaming-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("blocks"), withIntermediateDirectories: true)
    func write(_ name: String, _ text: String) throws -> String {
      try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
      return "file://\(folder.path)/\(name)"
    }
    func spec(_ imported: String) -> String {
      "cnnc: 1\nimport: [\(imported)]\ninput: {channels: 3, size: 32}\nlayers:\n  - Stem\n"
    }
    let blocks = "cnnc: 1\nblocks:\n  Stem:\n    seq: [conv: {out: 8, kernel: 3}]\n"
    let uri = try write("blocks/stem.yaml", blocks)
    let between = try write(
      "blocks/all.yaml", "cnnc: 1\nimport: [stem.yaml]\nblocks:\n  Twice:\n    seq: [Stem, Stem]\n")
    let first = try write("a.yaml", spec("blocks/stem.yaml"))
    let second = try write("b.yaml", spec("blocks/all.yaml"))
    _ = try write("other.yaml", spec("blocks/none.yaml"))
    var session = try Session(
      #"{"workspace":{"workspaceEdit":{"documentChanges":true}}}"#, disk: DiskFiles())
    session.open(uri, blocks)
    let request = #"{"textDocument":{"uri":"\#(uri)"},"position":{"line":2,"character":3},"newName":"Root"}"#
    let edit = try session.request("textDocument/rename", request)
    let changed = (edit["documentChanges"]?.elements ?? []).compactMap { $0.at("textDocument", "uri")?.stringValue }
    #expect(changed == [first, second, between, uri].sorted())
    // One that could not be built is the reason for a refusal.
    _ = try write("b.yaml", spec("blocks/all.yaml") + "  - Nothing\n")
    let refusal = #expect(throws: Session.Refusal.self) { try session.request("textDocument/rename", request) }
    #expect(refusal?.message.contains("b.yaml") == true)
  }

  @Test func findsWhatIsWrongInImports() throws {
    var session = try Session(files: ["/nets/blocks.yaml": "cnnc: 1\nblocks:\n  Stem:\n    seq: [conf: {out: 8}]\n"])
    session.open(Self.uri, "cnnc: 1\nimport: [blocks.yaml]\ninput: {channels: 3, size: 32}\nlayers:\n  - Stem\n")
    session.idle()
    let sent = session.takeNotifications("textDocument/publishDiagnostics")
    let there = sent.first { $0["uri"]?.stringValue == "file:///nets/blocks.yaml" }
    #expect(there?["diagnostics"]?.elements?.first?["code"]?.stringValue == "spec.unknown-operation")
    // What is mended there, unsaved, is withdrawn.
    session.open("file:///nets/blocks.yaml", "cnnc: 1\nblocks:\n  Stem:\n    seq: [conv: {out: 8, kernel: 1}]\n")
    session.idle()
    let after = session.takeNotifications("textDocument/publishDiagnostics")
    #expect(
      after.last { $0["uri"]?.stringValue == "file:///nets/blocks.yaml" }?["diagnostics"]?.elements?.isEmpty == true)
  }

  @Test func pullsWhatIsFound() throws {
    var session = try Session(#"{"textDocument":{"diagnostic":{}}}"#)
    session.open(Self.uri, Self.text)
    session.idle()
    #expect(session.takeNotifications("textDocument/publishDiagnostics").isEmpty)
    let report = try session.request("textDocument/diagnostic", Session.document(Self.uri))
    #expect(report["items"]?.elements?.isEmpty == false)
    let result = try #require(report["resultId"])
    let again = try session.request(
      "textDocument/diagnostic",
      .object([("textDocument", .object([("uri", .string(Self.uri))])), ("previousResultId", result)]))
    #expect(again["kind"]?.stringValue == "unchanged")
    session.change(Self.uri, nil, Self.text + "# more\n", version: 2)
    let later = try session.request(
      "textDocument/diagnostic",
      .object([("textDocument", .object([("uri", .string(Self.uri))])), ("previousResultId", result)]))
    #expect(later["kind"]?.stringValue == "full")
  }

  @Test func takesSettings() throws {
    var session = try Session(options: #"{"cnnc":{"inlayHints":{"parameters":true,"maximumLength":8},"nonsense":1}}"#)
    #expect(session.takeNotifications("window/logMessage").count == 1)
    session.open(Self.uri, Self.text.replacing("\"×\", relu", with: "a, relu"))
    #expect(try session.hints(Self.uri).first == "3:45 16×32×3…")
    session.notify("workspace/didChangeConfiguration", #"{"settings":{"cnnc":{"inlayHints":{"maximumLength":40}}}}"#)
    #expect(try session.hints(Self.uri).first == "3:45 16×32×32 · 448")
    session.notify("workspace/didChangeConfiguration", #"{"settings":{"cnnc":{"inlayHints.enabled":false}}}"#)
    #expect(try session.hints(Self.uri).isEmpty)
  }
}
