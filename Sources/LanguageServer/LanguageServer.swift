import Diagnostics
import EditorServices
import Frontend
import JSON
import LanguageServerProtocol
import SpecLanguage

/// The server between its messages: takes what has arrived, and says what goes out. It neither reads nor writes.
package struct LanguageServer {
  /// A document that the client has open.
  struct Document {
    var uri: String
    var path: String
    var text: TextDocument
    var choice = ViewChoice()
    /// What is known of the text; behind it while `isDirty`.
    var snapshot: DocumentSnapshot?
    var isDirty = true
    /// Whether what is found has still to be sent.
    var isUnpublished = true
    /// The network when the file was saved, or opened.
    var saved: SavedTotals?
    /// Whether the client shows the picture, and wants to hear of changes.
    var hasPreview = false
    /// What was found on request of the text as it is.
    var fixes: FoundFixes?
    var preview: Preview?
    /// Told to clients that pull, to know whether anything is new.
    var revision = 0
  }

  enum Phase {
    case start
    case running
    case shutDown
  }

  var phase = Phase.start
  var client = ClientCapabilities()
  var encoding = PositionEncoding.utf16
  var settings = EditorSettings()
  /// By address.
  var documents: [String: Document] = [:]
  /// Where folders of the workspace lie.
  var folders: [String] = []
  /// The address of the folder with the pages that explain findings.
  var documentation: String?
  /// What was sent last of the findings of each address.
  var published: [String: String] = [:]
  var outgoing: [JSONValue] = []
  /// What was known of a document before its last change, until there is time to give it up.
  var outdated = LastNetwork(nil)
  private var nextRequest = 1
  /// What to do with the client's answers.
  var pending: [RequestID: ClientRequest] = [:]
  /// The disk under the documents.
  let disk: any FileAccess
  let version: String
  /// Set by `exit`: how the process is to end.
  package private(set) var exitStatus: Int32?

  /// What the server has asked the client.
  enum ClientRequest {
    case configuration
    case other
  }

  /// What has arrived: a message, or what could not be read as one.
  package typealias Arrival = Result<IncomingMessage, ResponseError>

  package init(version: String, disk: any FileAccess = DiskFiles()) {
    self.version = version
    self.disk = disk
  }

  /// Takes the messages that have arrived by now, and returns what goes out.
  ///
  /// A request that is called off, or about a text that a later message changes, is not worked on.
  package mutating func receive(_ arrivals: [Arrival]) -> [JSONValue] {
    var cancelled: Set<RequestID> = []
    var changes: [String: Int] = [:]
    for (index, arrival) in arrivals.enumerated() {
      guard case .success(.notification(let method, let parameters)) = arrival else { continue }
      if method == "$/cancelRequest", let id = parameters["id"].flatMap(RequestID.init) { cancelled.insert(id) }
      if method == "textDocument/didChange", let uri = parameters.at("textDocument", "uri")?.stringValue {
        changes[uri] = index
      }
    }
    for (index, arrival) in arrivals.enumerated() where exitStatus == nil {
      switch arrival {
      case .failure(let error): outgoing.append(OutgoingMessage.failure(nil, error))
      case .success(.response(let id, let result)): take(result, of: id)
      case .success(.notification(let method, let parameters)): notify(method, parameters)
      case .success(.request(let id, let method, let parameters)):
        let uri = parameters.at("textDocument", "uri")?.stringValue ?? ""
        if cancelled.contains(id) {
          outgoing.append(OutgoingMessage.failure(id, ResponseError(.requestCancelled, "the request was called off")))
        } else if let change = changes[uri], change > index {
          outgoing.append(OutgoingMessage.failure(id, ResponseError(.contentModified, "the document has changed")))
        } else {
          respond(to: id, method, parameters)
        }
      }
    }
    return takeOutgoing()
  }

  mutating func takeOutgoing() -> [JSONValue] {
    defer { outgoing = [] }
    return outgoing
  }

  private mutating func respond(to id: RequestID, _ method: String, _ parameters: JSONValue) {
    do throws(ResponseError) {
      outgoing.append(OutgoingMessage.result(id, try answer(method, parameters)))
    } catch {
      outgoing.append(OutgoingMessage.failure(id, error))
    }
  }

  private mutating func answer(_ method: String, _ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    switch (phase, method) {
    case (.start, "initialize"): return initialize(parameters)
    case (.start, _): throw ResponseError(.notInitialized, "the first request is initialize")
    case (.running, "shutdown"):
      phase = .shutDown
      return .null
    case (.running, "initialize"): throw ResponseError(.invalidRequest, "the server is initialized already")
    case (.running, _): return try request(method, parameters)
    case (.shutDown, _): throw ResponseError(.invalidRequest, "the server is shut down")
    }
  }

  private mutating func notify(_ method: String, _ parameters: JSONValue) {
    if method == "exit" {
      exitStatus = phase == .shutDown ? 0 : 1
      return
    }
    guard phase == .running else { return }
    switch method {
    case "initialized": initialized()
    case "textDocument/didOpen": didOpen(parameters)
    case "textDocument/didChange": didChange(parameters)
    case "textDocument/didSave": didSave(parameters)
    case "textDocument/didClose": didClose(parameters)
    case "workspace/didChangeConfiguration": didChangeConfiguration(parameters)
    case "workspace/didChangeWatchedFiles": didChangeWatchedFiles(parameters)
    case "workspace/didChangeWorkspaceFolders": didChangeFolders(parameters)
    case "cnnc/previewClosed": previewClosed(parameters)
    default: break
    }
  }

  // MARK: To the client

  mutating func send(_ method: String, _ parameters: JSONValue) {
    outgoing.append(OutgoingMessage.notification(method, parameters))
  }

  mutating func ask(_ method: String, _ parameters: JSONValue, _ purpose: ClientRequest = .other) {
    let id = RequestID.text("cnnc-\(nextRequest)")
    nextRequest += 1
    pending[id] = purpose
    outgoing.append(OutgoingMessage.request(id, method, parameters))
  }

  mutating func log(_ text: String) {
    send("window/logMessage", .object([("type", .int(2)), ("message", .string("cnnc: \(text)"))]))
  }

  private mutating func take(_ result: JSONValue?, of id: RequestID) {
    guard let purpose = pending.removeValue(forKey: id), let result else { return }
    switch purpose {
    case .configuration: if let value = result.elements?.first { takeSettings(value) }
    case .other: break
    }
  }
}
