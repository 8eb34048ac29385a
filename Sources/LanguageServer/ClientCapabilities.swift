import JSON
import LanguageServerProtocol

/// What the client can do, as far as answers depend on it.
struct ClientCapabilities {
  var pullsDiagnostics = false
  var takesRelatedInformation = false
  var takesRelatedDocuments = false
  var refreshesDiagnostics = false
  var refreshesHints = false
  var refreshesLenses = false
  var takesMarkdown = false
  /// In the documentation of completions, of which a client says it apart; where it names no form, that is a bare text.
  var takesMarkdownInCompletion = false
  var takesPlainTextInCompletion = false
  var takesSnippets = false
  var takesHierarchy = false
  var takesVersionedEdits = false
  var takesAnnotations = false
  var takesActionLiterals = false
  var hasConfiguration = false
  var watchesFiles = false
  /// Commands that the client runs itself, by what it says in its options.
  var commands: Set<String> = []

  init() {}

  init(_ parameters: JSONValue) {
    let document = parameters.at("capabilities", "textDocument")
    let workspace = parameters.at("capabilities", "workspace")
    func isOn(_ value: JSONValue?) -> Bool { value?.boolValue ?? false }
    pullsDiagnostics = document?["diagnostic"] != nil
    takesRelatedDocuments = isOn(document?.at("diagnostic", "relatedDocumentSupport"))
    takesRelatedInformation =
      isOn(document?.at("publishDiagnostics", "relatedInformation"))
      || isOn(document?.at("diagnostic", "relatedInformation"))
    refreshesDiagnostics =
      isOn(workspace?.at("diagnostics", "refreshSupport")) || isOn(workspace?.at("diagnostic", "refreshSupport"))
    refreshesHints = isOn(workspace?.at("inlayHint", "refreshSupport"))
    refreshesLenses = isOn(workspace?.at("codeLens", "refreshSupport"))
    takesMarkdown = Self.words(document?.at("hover", "contentFormat")).contains("markdown")
    let forms = Self.words(document?.at("completion", "completionItem", "documentationFormat"))
    takesMarkdownInCompletion = forms.contains("markdown")
    takesPlainTextInCompletion = forms.contains("plaintext")
    takesSnippets = isOn(document?.at("completion", "completionItem", "snippetSupport"))
    takesHierarchy = isOn(document?.at("documentSymbol", "hierarchicalDocumentSymbolSupport"))
    takesVersionedEdits = isOn(workspace?.at("workspaceEdit", "documentChanges"))
    takesAnnotations = workspace?.at("workspaceEdit", "changeAnnotationSupport") != nil
    takesActionLiterals = document?.at("codeAction", "codeActionLiteralSupport") != nil
    hasConfiguration = isOn(workspace?["configuration"])
    watchesFiles = isOn(workspace?.at("didChangeWatchedFiles", "dynamicRegistration"))
    commands = Set(Self.words(parameters.at("initializationOptions", "clientCommands")))
  }

  static func words(_ value: JSONValue?) -> [String] { (value?.elements ?? []).compactMap(\.stringValue) }

  /// The encoding that positions are counted in: UTF-8 where the client has it, else UTF-16, which all have.
  static func encoding(_ parameters: JSONValue) -> PositionEncoding {
    let offered = words(parameters.at("capabilities", "general", "positionEncodings"))
    return offered.contains(PositionEncoding.utf8.rawValue) ? .utf8 : .utf16
  }
}
