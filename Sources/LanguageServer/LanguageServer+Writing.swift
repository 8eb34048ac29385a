import Diagnostics
import EditorServices
import JSON
import LanguageServerProtocol
import SpecLanguage
import SystemPackage

/// What helps as one writes: hover, completion, changes that mend.
extension LanguageServer {
  mutating func hover(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters),
      let hover = snapshot.hover(at: try place(parameters, snapshot), user: user(of: snapshot))
    else { return .null }
    return .object([
      ("contents", Self.markup(hover.markdown, isMarkdownTaken: client.takesMarkdown)),
      ("range", converter(snapshot.path, snapshot.file).range(hover.span).json),
    ])
  }

  mutating func completion(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters) else { return .array([]) }
    let place = try place(parameters, snapshot)
    let path = snapshot.path
    let list = snapshot.completions(
      at: place, snippets: client.takesSnippets, user: user(of: snapshot), folderFiles: { Self.files(beside: path) })
    let converter = converter(snapshot.path, snapshot.file)
    let range = converter.range(list.start, place).json
    return .object([
      ("isIncomplete", .bool(false)),
      (
        "items",
        .array(
          list.items.enumerated().map { index, item in
            let digits = String(index)
            let order = "\(item.rank)" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            let documentation =
              client.takesMarkdownInCompletion || client.takesPlainTextInCompletion
              ? Self.markup(item.documentation, isMarkdownTaken: client.takesMarkdownInCompletion)
              : .string(item.documentation.withoutMarks)
            return .object(
              ("label", .string(item.label)), ("kind", .int(item.kind.rawValue)),
              ("detail", item.detail.isEmpty ? nil : .string(item.detail)),
              ("documentation", item.documentation.isEmpty ? nil : documentation), ("sortText", .string(order)),
              ("filterText", .string(item.label)), ("insertTextFormat", .int(item.isSnippet ? 2 : 1)),
              ("textEdit", .object([("range", range), ("newText", .string(item.text))])))
          })
      ),
    ])
  }

  /// A text for people, without its marks for a client that would show them.
  private static func markup(_ markdown: String, isMarkdownTaken: Bool) -> JSONValue {
    .object([
      ("kind", .string(isMarkdownTaken ? "markdown" : "plaintext")),
      ("value", .string(isMarkdownTaken ? markdown : markdown.withoutMarks)),
    ])
  }

  /// The names of the files in a document's folder and one below, at most some hundreds.
  private static func files(beside path: String) -> [String] {
    guard path.hasPrefix("/") else { return [] }
    let folder = FilePath(path).removingLastComponent()
    let own = FilePath(path).lastComponent?.string
    return FolderListing.names(in: folder.string, below: 1).filter { $0 != own }
  }

  // MARK: Changes

  mutating func codeActions(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (uri, snapshot) = try target(parameters), let range = DocumentRange(parameters["range"]) else {
      return .array([])
    }
    let only = parameters.at("context", "only").map(ClientCapabilities.words)
    func isWanted(_ kind: CodeAction.Kind) -> Bool {
      guard let only else { return true }
      return only.contains { kind.rawValue == $0 || kind.rawValue.hasPrefix("\($0).") }
    }
    let converter = converter(snapshot.path, snapshot.file)
    var actions: [JSONValue] = []
    if isWanted(.quickFix) {
      let (start, end) = (converter.place(range.start), converter.place(range.end))
      if documents[uri]?.fixes == nil, snapshot.hasFindings(from: start, to: end) {
        documents[uri]?.fixes = snapshot.findFixes()
      }
      for action in snapshot.codeActions(from: start, to: end, fixes: documents[uri]?.fixes) {
        let finding = action.finding.map { JSONValue.array([json($0, snapshot.sources)]) }
        actions.append(
          .object(
            ("title", .string(action.title)), ("kind", .string(action.kind.rawValue)), ("diagnostics", finding),
            ("isPreferred", action.isPreferred ? .bool(true) : nil),
            ("edit", workspaceEdit(action.edits, snapshot.sources))))
      }
    }
    // All at once is found when it is wanted.
    if isWanted(.fixAll), only != nil || !actions.isEmpty {
      let data = JSONValue.object([
        ("uri", .string(uri)), ("version", .int(documents[uri]?.text.version ?? 0)),
      ])
      actions.append(
        .object([
          ("title", .string("Make every unambiguous fix of cnnc")), ("kind", .string(CodeAction.Kind.fixAll.rawValue)),
          ("data", data),
        ]))
    }
    return .array(actions)
  }

  /// The edit of `source.fixAll.cnnc`.
  mutating func resolve(_ action: JSONValue) throws(ResponseError) -> JSONValue {
    guard case .object(var members) = action, let uri = action.at("data", "uri")?.stringValue,
      let snapshot = snapshot(uri)
    else { return action }
    guard action.at("data", "version")?.intValue == documents[uri]?.text.version else {
      throw ResponseError(.contentModified, "the document has changed")
    }
    let texts = snapshot.fixAll(files: files)
    var edits: [String: [Diagnostic.Edit]] = [:]
    for (path, text) in texts {
      guard let index = snapshot.sources.files.firstIndex(where: { $0.path == path }) else { continue }
      edits[path] = [snapshot.sources.files[index].difference(to: text, source: SourceID(index: index))]
    }
    members.removeAll { $0.0 == "edit" }
    members.append(("edit", workspaceEdit(edits, snapshot.sources)))
    return .object(members)
  }
}

extension SourceFile {
  /// The one replacement that makes the text another one: what is between what both begin and end with.
  func difference(to text: String, source: SourceID) -> Diagnostic.Edit {
    let (old, new) = (bytes, Array(text.utf8))
    var head = 0
    while head < old.count, head < new.count, old[head] == new[head] { head += 1 }
    // A scalar is not cut in two.
    while head > 0, head < old.count && old[head] & 0xC0 == 0x80 || head < new.count && new[head] & 0xC0 == 0x80 {
      head -= 1
    }
    var tail = 0
    while tail < old.count - head, tail < new.count - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] {
      tail += 1
    }
    while tail > 0, old[old.count - tail] & 0xC0 == 0x80 { tail -= 1 }
    let replacement = String(decoding: new[head..<(new.count - tail)], as: UTF8.self)
    return Diagnostic.Edit(
      Span(source: source, start: position(of: head), end: position(of: old.count - tail)), replacement: replacement)
  }

  private func position(of offset: Int) -> Position {
    let before = bytes[..<offset]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Position(line: line, column: bytes[start..<offset].count { $0 & 0xC0 != 0x80 } + 1)
  }
}

extension String {
  /// The text without the marks of Markdown.
  var withoutMarks: String {
    replacing("```text\n", with: "").replacing("```", with: "").replacing("**", with: "").replacing("`", with: "")
  }
}
