import Foundation
import JSON
import LanguageServer
import LanguageServerProtocol
import Random
import SpecLanguage
import Testing

/// Whatever is done to a spec's text: the server answers, and in the end says what a fresh one says.
@Suite struct RandomEditTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../specs").standardized
  private static let names = [
    "resnet50", "unet", "googlenet", "mobilenet_v3", "densenet121", "yolov8", "hrnet_w18_small", "siamese",
    "efficientnet_lite0", "seresnet50",
  ]

  /// Numbers as they are drawn.
  private struct Draws {
    var generator: CounterGenerator
    var count = 0

    mutating func below(_ bound: Int) -> Int {
      count += 1
      return generator.integer(below: max(1, bound), at: count)
    }
  }

  private static let pieces = [
    "{", "}", "[", "]", ":", " ", "\n", "- ", "'", "\"", "#", "×", "\u{1F600}", "out: 8", "  - relu\n", "conv: {",
    "name: a, ", "layers:", "&a ", "*a", "\r\n", "1", "x", ", ",
  ]

  @Test(arguments: names) func endInWhatAFreshServerSays(name: String) throws {
    var draws = Draws(generator: CounterGenerator(seed: 1, name: name))
    let path = Self.folder.appendingPathComponent("\(name).yaml").path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let uri = DocumentURI.uri(of: path)
    let isUTF8 = draws.below(2) == 0
    let encoding = isUTF8 ? PositionEncoding.utf8 : .utf16
    var session = try Session(isUTF8 ? Session.utf8 : "{}", disk: DiskFiles())
    session.open(uri, text)
    // The document as the client has it.
    var document = TextDocument(text: text, version: 1)
    var history: [String] = []
    for version in 2...31 {
      let before = String(decoding: document.bytes, as: UTF8.self)
      var change = edit(&draws, of: document, encoding)
      if draws.below(4) == 0, let last = history.popLast() {
        change = DocumentChange(range: nil, text: last)
      } else {
        history.append(before)
      }
      document.apply([change], version: version, encoding)
      session.change(uri, change.range, change.text, version: version)
      session.idle()
      for sent in session.takeNotifications("textDocument/publishDiagnostics") where sent["uri"]?.stringValue == uri {
        #expect(sent["version"]?.intValue == version)
      }
      try ask(&session, uri, draws.below(8), place(&draws, document, encoding))
    }
    // What is open is what the client has, broken or not.
    var fresh = try Session(isUTF8 ? Session.utf8 : "{}", disk: DiskFiles())
    fresh.open(uri, String(decoding: document.bytes, as: UTF8.self))
    try compare(&session, &fresh, uri, hasNetwork: false)
    // Mended, all is as in a session that never saw it broken.
    session.change(uri, nil, text, version: 99)
    fresh.change(uri, nil, text, version: 99)
    try compare(&session, &fresh, uri, hasNetwork: true)
  }

  private func compare(_ session: inout Session, _ fresh: inout Session, _ uri: String, hasNetwork: Bool) throws {
    session.idle()
    fresh.idle()
    // Of what is somebody else's YAML nothing is sent, unless something was sent before.
    #expect(session.findings[uri]?.compactText ?? "[]" == fresh.findings[uri]?.compactText ?? "[]")
    // While a text is broken the last network stays, which a fresh server has not seen.
    if hasNetwork { #expect(try session.hints(uri) == fresh.hints(uri)) }
  }

  private func place(_ draws: inout Draws, _ document: TextDocument, _ encoding: PositionEncoding) -> DocumentPosition {
    document.position(of: draws.below(document.bytes.count + 1), encoding)
  }

  private func edit(
    _ draws: inout Draws, of document: TextDocument, _ encoding: PositionEncoding
  ) -> DocumentChange {
    let start = draws.below(document.bytes.count + 1)
    switch draws.below(3) {
    case 0:
      // Something is cut out.
      let end = min(document.bytes.count, start + draws.below(40))
      return DocumentChange(
        range: DocumentRange(start: document.position(of: start, encoding), end: document.position(of: end, encoding)),
        text: "")
    case 1:
      // A stretch of the text is pasted elsewhere.
      let from = draws.below(document.bytes.count + 1)
      let end = min(document.bytes.count, from + draws.below(80))
      let position = document.position(of: start, encoding)
      return DocumentChange(
        range: DocumentRange(start: position, end: position),
        text: String(decoding: document.bytes[from..<end], as: UTF8.self))
    default:
      let position = document.position(of: start, encoding)
      return DocumentChange(
        range: DocumentRange(start: position, end: position), text: Self.pieces[draws.below(Self.pieces.count)])
    }
  }

  private func ask(_ session: inout Session, _ uri: String, _ kind: Int, _ position: DocumentPosition) throws {
    let document = JSONValue.object([("uri", .string(uri))])
    let there = JSONValue.object([("textDocument", document), ("position", position.json)])
    switch kind {
    case 0: _ = try session.request("textDocument/hover", there)
    case 1: _ = try session.request("textDocument/completion", there)
    case 2: _ = try session.request("textDocument/definition", there)
    case 3: _ = try session.request("textDocument/semanticTokens/full", there)
    case 4: _ = try session.request("textDocument/documentSymbol", there)
    case 5: _ = try session.request("textDocument/codeLens", there)
    case 6:
      let range = DocumentRange(start: position, end: position)
      _ = try session.request(
        "textDocument/selectionRange", .object([("textDocument", document), ("positions", .array([position.json]))]))
      _ = try session.request("textDocument/inlayHint", .object([("textDocument", document), ("range", range.json)]))
    default: _ = try session.request("textDocument/foldingRange", there)
    }
  }
}
