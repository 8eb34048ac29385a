import EditorServices
import JSON
import LanguageServerProtocol

/// What is asked of the server, by method.
extension LanguageServer {
  mutating func request(_ method: String, _ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    switch method {
    case "textDocument/diagnostic": return try pullDiagnostics(parameters)
    case "textDocument/inlayHint": return try inlayHints(parameters)
    case "textDocument/hover": return try hover(parameters)
    case "textDocument/completion": return try completion(parameters)
    case "textDocument/codeAction": return try codeActions(parameters)
    case "codeAction/resolve": return try resolve(parameters)
    case "textDocument/definition": return try definition(parameters)
    case "textDocument/references": return try references(parameters)
    case "textDocument/documentHighlight": return try highlights(parameters)
    case "textDocument/prepareRename": return try prepareRename(parameters)
    case "textDocument/rename": return try rename(parameters)
    case "textDocument/documentSymbol": return try documentSymbols(parameters)
    case "workspace/symbol": return workspaceSymbols(parameters)
    case "textDocument/foldingRange": return try foldingRanges(parameters)
    case "textDocument/selectionRange": return try selectionRanges(parameters)
    case "textDocument/documentLink": return try documentLinks(parameters)
    case "textDocument/semanticTokens/full", "textDocument/semanticTokens/range": return try semanticTokens(parameters)
    case "textDocument/codeLens": return try codeLenses(parameters)
    case "codeLens/resolve": return try resolveLens(parameters)
    case "workspace/executeCommand": return try execute(parameters)
    case "cnnc/preview": return try preview(parameters)
    case "cnnc/previewHighlight": return try previewHighlight(parameters)
    default: throw ResponseError(.methodNotFound, "there is no request \(method)")
    }
  }

  /// What the server can do.
  var capabilities: JSONValue {
    func options(_ members: (String, JSONValue?)...) -> JSONValue {
      .object(members.compactMap { k, v in v.map { (k, $0) } })
    }
    func strings(_ list: [String]) -> JSONValue { .array(list.map(JSONValue.string)) }
    let sync = options(
      ("openClose", .bool(true)), ("change", .int(2)), ("save", options(("includeText", .bool(false)))))
    let pull = options(
      ("identifier", .string("cnnc")), ("interFileDependencies", .bool(true)), ("workspaceDiagnostics", .bool(false)))
    let legend = options(
      ("tokenTypes", strings(SemanticToken.Kind.allCases.map(\.name))),
      ("tokenModifiers", strings(["declaration", "readonly", "defaultLibrary"])))
    let tokens = options(("legend", legend), ("full", .bool(true)), ("range", .bool(true)))
    let actions = options(
      ("codeActionKinds", strings([CodeAction.Kind.quickFix.rawValue, CodeAction.Kind.fixAll.rawValue])),
      ("resolveProvider", .bool(true)))
    let completion = options(
      ("triggerCharacters", strings([".", "{", "[", " ", ":", "$", "-"])), ("resolveProvider", .bool(false)))
    let folders = options(("supported", .bool(true)), ("changeNotifications", .bool(true)))
    return options(
      ("positionEncoding", .string(encoding.rawValue)), ("textDocumentSync", sync), ("diagnosticProvider", pull),
      ("inlayHintProvider", .bool(true)), ("hoverProvider", .bool(true)), ("completionProvider", completion),
      ("codeActionProvider", client.takesActionLiterals ? actions : nil), ("definitionProvider", .bool(true)),
      ("referencesProvider", .bool(true)), ("documentHighlightProvider", .bool(true)),
      ("renameProvider", options(("prepareProvider", .bool(true)))), ("documentSymbolProvider", .bool(true)),
      ("workspaceSymbolProvider", .bool(true)), ("foldingRangeProvider", .bool(true)),
      ("selectionRangeProvider", .bool(true)), ("documentLinkProvider", options(("resolveProvider", .bool(false)))),
      ("semanticTokensProvider", tokens), ("codeLensProvider", options(("resolveProvider", .bool(true)))),
      ("executeCommandProvider", options(("commands", strings(["cnnc.pickVariant", "cnnc.pickUse"])))),
      ("workspace", options(("workspaceFolders", folders))),
      ("experimental", options(("cnnc", options(("preview", .bool(true)))))))
  }
}
