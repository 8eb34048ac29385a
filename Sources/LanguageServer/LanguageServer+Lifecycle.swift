import EditorServices
import JSON
import LanguageServerProtocol

/// How a session begins, and what the client sets in it.
extension LanguageServer {
  mutating func initialize(_ parameters: JSONValue) -> JSONValue {
    phase = .running
    client = ClientCapabilities(parameters)
    encoding = ClientCapabilities.encoding(parameters)
    if let options = parameters["initializationOptions"] { for problem in settings.take(options) { log(problem) } }
    let roots = (parameters["workspaceFolders"]?.elements ?? []).compactMap { $0["uri"]?.stringValue }
    let root = parameters["rootUri"]?.stringValue.map { [$0] } ?? []
    folders = (roots.isEmpty ? root : roots).map(DocumentURI.path)
    let pages = folders.map { "\($0)/docs" }.first { folder in
      (try? disk.read("\(folder)/diagnostics.md", limit: 1 << 20)) != nil
    }
    documentation = parameters.at("initializationOptions", "documentation")?.stringValue ?? pages.map(DocumentURI.uri)
    return .object([
      ("capabilities", capabilities),
      ("serverInfo", .object([("name", .string("cnnc")), ("version", .string(version))])),
    ])
  }

  mutating func initialized() {
    if client.watchesFiles {
      let watcher = JSONValue.object([("globPattern", .string("**/*.{yaml,yml}"))])
      let registration = JSONValue.object([
        ("id", .string("cnnc-files")), ("method", .string("workspace/didChangeWatchedFiles")),
        ("registerOptions", .object([("watchers", .array([watcher]))])),
      ])
      ask("client/registerCapability", .object([("registrations", .array([registration]))]))
    }
    askForSettings()
  }

  private mutating func askForSettings() {
    guard client.hasConfiguration else { return }
    let item = JSONValue.object([("section", .string("cnnc"))])
    ask("workspace/configuration", .object([("items", .array([item]))]), .configuration)
  }

  // MARK: Settings

  mutating func didChangeConfiguration(_ parameters: JSONValue) {
    if let value = parameters["settings"] { takeSettings(value) }
    askForSettings()
  }

  mutating func takeSettings(_ value: JSONValue) {
    let before = settings
    for problem in settings.take(value) { log(problem) }
    guard settings != before else { return }
    for uri in documents.keys { setDirty(uri) }
    refresh()
  }

  /// Has the client ask again for what is beside the text.
  mutating func refresh() {
    if client.refreshesHints { ask("workspace/inlayHint/refresh", .null) }
    if client.refreshesLenses { ask("workspace/codeLens/refresh", .null) }
    if client.pullsDiagnostics, client.refreshesDiagnostics { ask("workspace/diagnostic/refresh", .null) }
  }
}
