import JSON
import LanguageServer
import LanguageServerProtocol
import SpecLanguage
import Testing

/// A session with the server in this process: what a client sends, what comes back.
struct Session {
  private(set) var server: LanguageServer
  private var nextID = 1
  /// What the server has said on its own.
  private(set) var notifications: [(method: String, parameters: JSONValue)] = []
  /// What is known of each document by what was sent.
  private(set) var findings: [String: JSONValue] = [:]
  private(set) var asked: [(method: String, parameters: JSONValue)] = []

  static let utf8 = #"{"general":{"positionEncodings":["utf-8","utf-16"]}}"#

  /// A session that is initialized; `capabilities` as JSON.
  init(
    _ capabilities: String = "{}", options: String = "{}", files: [String: String] = [:],
    disk: (any FileAccess)? = nil
  ) throws {
    server = LanguageServer(version: "0", disk: disk ?? MemoryFiles(texts: files))
    _ = try request("initialize", #"{"capabilities":\#(capabilities),"initializationOptions":\#(options)}"#)
    notify("initialized", "{}")
  }

  /// A message as its text says it to the client.
  static func sent(_ message: JSONValue) -> JSONValue {
    (try? JSONParser.parse(message.compactBytes, isLenient: true)) ?? .null
  }

  static func json(_ text: String) -> JSONValue {
    (try? JSONParser.parse(Array(text.utf8))) ?? .null
  }

  mutating func notify(_ method: String, _ parameters: String) {
    take(server.receive([.success(.notification(method: method, Self.json(parameters)))]))
  }

  mutating func notify(_ method: String, _ parameters: JSONValue) {
    take(server.receive([.success(.notification(method: method, parameters))]))
  }

  mutating func request(_ method: String, _ parameters: String) throws -> JSONValue {
    try request(method, Self.json(parameters))
  }

  /// - Throws: `Refusal` where the answer is an error.
  mutating func request(_ method: String, _ parameters: JSONValue) throws -> JSONValue {
    let id = RequestID.number(nextID)
    nextID += 1
    var answer: JSONValue?
    for message in server.receive([.success(.request(id, method: method, parameters))]).map(Self.sent) {
      if message["method"] == nil, message["id"].flatMap(RequestID.init) == id {
        answer = message
      } else {
        take([message])
      }
    }
    let found = try #require(answer)
    if let error = found["error"] {
      throw Refusal(code: error["code"]?.intValue ?? 0, message: error["message"]?.stringValue ?? "")
    }
    return found["result"] ?? .null
  }

  struct Refusal: Error, Equatable {
    var code: Int
    var message: String
  }

  private mutating func take(_ messages: [JSONValue]) {
    for message in messages {
      guard let method = message["method"]?.stringValue else { continue }
      if method == "textDocument/publishDiagnostics", let uri = message.at("params", "uri")?.stringValue {
        findings[uri] = message.at("params", "diagnostics")
      }
      if message["id"] == nil {
        notifications.append((method, message["params"] ?? .null))
      } else {
        asked.append((method, message["params"] ?? .null))
      }
    }
  }

  mutating func open(_ uri: String, _ text: String) {
    notify(
      "textDocument/didOpen",
      .object([
        (
          "textDocument",
          .object([
            ("uri", .string(uri)), ("languageId", .string("yaml")), ("version", .int(1)), ("text", .string(text)),
          ])
        )
      ]))
  }

  /// Replaces a stretch, lines and characters as `1:2-1:5`; nil replaces all.
  mutating func change(_ uri: String, _ range: DocumentRange?, _ text: String, version: Int) {
    let change = JSONValue.object(("range", range?.json), ("text", .string(text)))
    notify(
      "textDocument/didChange",
      .object([
        ("textDocument", .object([("uri", .string(uri)), ("version", .int(version))])),
        ("contentChanges", .array([change])),
      ]))
  }

  /// Lets the server do what it does when nothing arrives.
  mutating func idle() {
    take(server.work())
    server.rest()
  }

  mutating func takeNotifications(_ method: String) -> [JSONValue] {
    let found = notifications.filter { $0.method == method }.map(\.parameters)
    notifications.removeAll { $0.method == method }
    return found
  }

  static func document(_ uri: String) -> JSONValue { .object([("textDocument", .object([("uri", .string(uri))]))]) }

  /// The labels of the hints by their lines, from 0.
  mutating func hints(_ uri: String) throws -> [String] {
    try (request("textDocument/inlayHint", Self.document(uri)).elements ?? []).map { hint in
      let position = DocumentPosition(hint["position"])
      return "\(position?.line ?? -1):\(position?.character ?? -1) \(hint["label"]?.stringValue ?? "")"
    }
  }
}
