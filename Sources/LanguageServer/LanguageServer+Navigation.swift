import Diagnostics
import EditorServices
import JSON
import LanguageServerProtocol

/// Where things are: definitions, references, the outline, what folds.
extension LanguageServer {
  /// The spec by which a file of blocks is looked at.
  mutating func user(of snapshot: DocumentSnapshot) -> KnownNetwork? {
    guard case .blocks = snapshot.kind else { return nil }
    return users(of: snapshot.path).first
  }

  private mutating func named(_ parameters: JSONValue) throws(ResponseError) -> NamedPlaces? {
    guard let (_, snapshot) = try target(parameters) else { return nil }
    let place = try place(parameters, snapshot)
    return snapshot.named(at: place, user: user(of: snapshot))
  }

  mutating func definition(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters) else { return .null }
    if let file = snapshot.file(at: try place(parameters, snapshot)) {
      let start = DocumentPosition(line: 0, character: 0)
      return .object([("uri", .string(uri(of: file.path))), ("range", DocumentRange(start: start, end: start).json)])
    }
    guard let found = try named(parameters) else { return .null }
    let declarations = found.occurrences.filter(\.isDeclaration)
    return .array(declarations.compactMap { location($0.span, found.sources) })
  }

  mutating func references(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let found = try named(parameters) else { return .array([]) }
    let takesDeclarations = parameters.at("context", "includeDeclaration")?.boolValue ?? true
    return .array(
      found.occurrences.filter { takesDeclarations || !$0.isDeclaration }.compactMap {
        location($0.span, found.sources)
      })
  }

  mutating func highlights(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters), let found = try named(parameters) else { return .array([]) }
    let converter = converter(snapshot.path, snapshot.file)
    return .array(
      found.occurrences.filter { found.sources[$0.span.source].path == snapshot.path }.map {
        .object([("range", converter.range($0.span).json), ("kind", .int($0.isDeclaration ? 3 : 2))])
      })
  }

  // MARK: Renaming

  mutating func prepareRename(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters), let found = try named(parameters) else { return .null }
    if case .builtin = found.symbol { return .null }
    return .object([
      ("range", converter(snapshot.path, snapshot.file).range(found.span).json),
      ("placeholder", .string(found.symbol.name)),
    ])
  }

  mutating func rename(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters) else { return .null }
    guard let name = parameters["newName"]?.stringValue else {
      throw ResponseError(.invalidParameters, "newName is missing")
    }
    let place = try place(parameters, snapshot)
    let rename: Rename
    let search = SpecSearch(folders: folders, open: documents.values.map(\.path), files: files)
    do throws(RenameError) {
      rename = try snapshot.rename(
        at: place, to: name, user: user(of: snapshot), files: files,
        readers: { (paths: Set<String>) throws(RenameError) -> [String] in try search.readers(of: paths) })
    } catch {
      throw ResponseError(.requestFailed, error.message)
    }
    if let first = rename.movedPaths.first {
      let others = rename.movedPaths.count - 1
      let more = others > 0 ? " (and \(others) more)" : ""
      let text =
        "The tensors of \(first.old) are now those of \(first.new)\(more): files of weights under the old names no longer load."
      if !client.takesAnnotations {
        send(
          "window/showMessage",
          .object([("type", .int(2)), ("message", .string("\(text) A rule under `weights:` maps them."))]))
      }
      return workspaceEdit(rename.edits, rename.sources, note: text, offer: rename.weightMap)
    }
    return workspaceEdit(rename.edits, rename.sources)
  }

  /// Edits as the client takes them; `offer` is one that it has to ask for.
  func workspaceEdit(
    _ edits: [String: [Diagnostic.Edit]], _ sources: SourceTable, note: String? = nil, offer: Diagnostic.Edit? = nil
  ) -> JSONValue {
    var changes: [(String, JSONValue)] = []
    var documentChanges: [JSONValue] = []
    let annotates = client.takesAnnotations && client.takesVersionedEdits && note != nil
    for (path, edits) in edits.sorted(by: { $0.key < $1.key }) {
      guard let file = sources.files.first(where: { $0.path == path }) else { continue }
      let converter = converter(path, file)
      func json(_ edit: Diagnostic.Edit, _ annotation: String?) -> JSONValue {
        .object(
          ("range", converter.range(edit.span).json), ("newText", .string(edit.replacement)),
          ("annotationId", annotation.map(JSONValue.string)))
      }
      var list = edits.map { json($0, annotates ? "rename" : nil) }
      if annotates, let offer, sources[offer.span.source].path == path { list.append(json(offer, "weights")) }
      let uri = uri(of: path)
      changes.append((uri, .array(list)))
      let version = documents[uri].map { JSONValue.int($0.text.version) } ?? .null
      documentChanges.append(
        .object([
          ("textDocument", .object([("uri", .string(uri)), ("version", version)])), ("edits", .array(list)),
        ]))
    }
    guard client.takesVersionedEdits else { return .object([("changes", .object(changes))]) }
    var result: [(String, JSONValue)] = [("documentChanges", .array(documentChanges))]
    if annotates, let note {
      let offered = JSONValue.object([
        ("label", .string("Map the old names of tensors")), ("needsConfirmation", .bool(true)),
        ("description", .string("adds a rule under `weights:`, by which files with the old names still load")),
      ])
      let renaming = JSONValue.object([
        ("label", .string("Rename")), ("needsConfirmation", .bool(false)), ("description", .string(note)),
      ])
      result.append(("changeAnnotations", .object([("rename", renaming), ("weights", offered)])))
    }
    return .object(result)
  }

  // MARK: The outline

  mutating func documentSymbols(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (uri, snapshot) = try target(parameters) else { return .array([]) }
    let converter = converter(snapshot.path, snapshot.file)
    func hierarchical(_ entry: OutlineEntry) -> JSONValue {
      let whole = converter.range(entry.whole)
      var selection = converter.range(entry.selection)
      // The protocol wants what is selected within the whole.
      if selection.start < whole.start || whole.end < selection.end { selection = whole }
      return .object(
        ("name", .string(entry.name)), ("detail", entry.detail.isEmpty ? nil : .string(entry.detail)),
        ("kind", .int(entry.kind.rawValue)), ("range", whole.json), ("selectionRange", selection.json),
        ("children", entry.children.isEmpty ? nil : .array(entry.children.map(hierarchical))))
    }
    let outline = snapshot.outline()
    if client.takesHierarchy { return .array(outline.map(hierarchical)) }
    var flat: [JSONValue] = []
    func add(_ entry: OutlineEntry, in container: String?) {
      let place = JSONValue.object([("uri", .string(uri)), ("range", converter.range(entry.whole).json)])
      flat.append(
        .object(
          ("name", .string(entry.name)), ("kind", .int(entry.kind.rawValue)), ("location", place),
          ("containerName", container.map(JSONValue.string))))
      for child in entry.children { add(child, in: entry.name) }
    }
    for entry in outline { add(entry, in: nil) }
    return .array(flat)
  }

  /// Blocks, functions, parameters, variants and layers with names, of the documents that are open.
  mutating func workspaceSymbols(_ parameters: JSONValue) -> JSONValue {
    let query = Array((parameters["query"]?.stringValue ?? "").lowercased())
    var found: [JSONValue] = []
    for uri in documents.keys.sorted() {
      guard let snapshot = snapshot(uri), snapshot.kind != .other else { continue }
      let converter = converter(snapshot.path, snapshot.file)
      func add(_ entry: OutlineEntry, in container: String) {
        if found.count < 1000, entry.name.lowercased().holds(query) {
          let place = JSONValue.object([("uri", .string(uri)), ("range", converter.range(entry.selection).json)])
          found.append(
            .object([
              ("name", .string(entry.name)), ("kind", .int(entry.kind.rawValue)), ("location", place),
              ("containerName", .string(container)),
            ]))
        }
        for child in entry.children { add(child, in: entry.name) }
      }
      for entry in snapshot.outline() { for child in entry.children { add(child, in: entry.name) } }
    }
    return .array(found)
  }

  mutating func foldingRanges(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters) else { return .array([]) }
    return .array(
      snapshot.folds().map {
        .object([("startLine", .int($0.lowerBound - 1)), ("endLine", .int($0.upperBound - 1))])
      })
  }

  mutating func selectionRanges(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters) else { return .null }
    let converter = converter(snapshot.path, snapshot.file)
    let positions = (parameters["positions"]?.elements ?? []).prefix(1000).compactMap { DocumentPosition($0) }
    return .array(
      positions.map { position in
        var result: JSONValue?
        for span in snapshot.selections(at: converter.place(position)).reversed() {
          result = .object(("range", converter.range(span).json), ("parent", result))
        }
        let empty = DocumentRange(start: position, end: position)
        return result ?? .object([("range", empty.json)])
      })
  }

  mutating func documentLinks(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters) else { return .array([]) }
    let converter = converter(snapshot.path, snapshot.file)
    return .array(
      snapshot.links().map { link in
        let target = link.target.contains("://") ? link.target : uri(of: link.target)
        return .object([("range", converter.range(link.span).json), ("target", .string(target))])
      })
  }

  mutating func semanticTokens(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters) else { return .object([("data", .array([]))]) }
    let converter = converter(snapshot.path, snapshot.file)
    let range = DocumentRange(parameters["range"])
    var data: [Int] = []
    var last = DocumentPosition(line: 0, character: 0)
    for token in snapshot.semanticTokens(user: user(of: snapshot)) {
      let start = converter.position(token.start)
      let end = converter.position(token.start.advanced(by: token.length))
      if let range, start < range.start || range.end < start { continue }
      data += [
        start.line - last.line, start.line == last.line ? start.character - last.character : start.character,
        end.character - start.character, token.kind.rawValue,
        (token.isDeclaration ? 1 : 0) | (token.isBuiltIn ? 4 : 0),
      ]
      last = start
    }
    return .object([("data", .ints(data))])
  }
}

extension String {
  /// Whether characters occur in this order.
  fileprivate func holds(_ characters: [Character]) -> Bool {
    var left = characters[...]
    for character in self where character == left.first { left = left.dropFirst() }
    return left.isEmpty
  }
}
