import Diagnostics
import EditorServices
import Frontend
import JSON
import LanguageServerProtocol
import SpecLanguage

/// The documents that are open, and what is known of them.
extension LanguageServer {
  /// Bytes of a document that is looked at; what is larger the compiler does not read either.
  private static let sizeLimit = 16 << 20
  /// Documents that are open at once.
  private static let documentLimit = 10_000

  mutating func didOpen(_ parameters: JSONValue) {
    guard let item = parameters["textDocument"], let uri = item["uri"]?.stringValue,
      let text = item["text"]?.stringValue, documents.count < Self.documentLimit
    else { return log("didOpen without a document") }
    let document = TextDocument(text: text, version: item["version"]?.intValue ?? 0)
    documents[uri] = Document(uri: uri, path: DocumentURI.path(of: uri), text: document)
    noteChange(of: uri)
    noteSaved(uri)
  }

  mutating func didChange(_ parameters: JSONValue) {
    guard let uri = parameters.at("textDocument", "uri")?.stringValue, documents[uri] != nil else {
      return log("didChange of a document that is not open")
    }
    let changes = parameters["contentChanges"]?.elements ?? []
    let read = changes.compactMap(DocumentChange.init)
    guard read.count == changes.count else { return log("didChange with a change that is none") }
    let version = parameters.at("textDocument", "version")?.intValue ?? (documents[uri]?.text.version ?? 0) + 1
    documents[uri]?.text.apply(read, version: version, encoding)
    noteChange(of: uri)
  }

  mutating func didSave(_ parameters: JSONValue) {
    guard let uri = parameters.at("textDocument", "uri")?.stringValue, documents[uri] != nil else { return }
    noteSaved(uri)
    if client.refreshesLenses { ask("workspace/codeLens/refresh", .null) }
  }

  mutating func didClose(_ parameters: JSONValue) {
    guard let uri = parameters.at("textDocument", "uri")?.stringValue, let document = documents[uri] else { return }
    documents[uri] = nil
    noteChange(ofPath: document.path)
    if published[uri] != nil {
      publish(uri, [], version: nil)
      published[uri] = nil
    }
  }

  /// A file on the disk is another one now.
  mutating func didChangeWatchedFiles(_ parameters: JSONValue) {
    for change in parameters["changes"]?.elements ?? [] {
      guard let uri = change["uri"]?.stringValue, documents[uri] == nil else { continue }
      noteChange(ofPath: DocumentURI.path(of: uri))
    }
  }

  mutating func didChangeFolders(_ parameters: JSONValue) {
    let removed = (parameters.at("event", "removed")?.elements ?? []).compactMap { $0["uri"]?.stringValue }
    let added = (parameters.at("event", "added")?.elements ?? []).compactMap { $0["uri"]?.stringValue }
    folders.removeAll { removed.map(DocumentURI.path).contains($0) }
    folders += added.map(DocumentURI.path)
  }

  // MARK: What is known

  mutating func setDirty(_ uri: String) {
    documents[uri]?.isDirty = true
    documents[uri]?.isUnpublished = true
  }

  private mutating func noteChange(of uri: String) {
    setDirty(uri)
    if let path = documents[uri]?.path { noteChange(ofPath: path) }
  }

  /// What reads a file has to be looked at again.
  private mutating func noteChange(ofPath path: String) {
    var isRead = false
    for (uri, document) in documents where document.path != path && document.snapshot?.reads(path) ?? false {
      setDirty(uri)
      isRead = true
    }
    if isRead { refresh() }
  }

  /// The disk under the texts of all open documents.
  var files: OverlaidFiles {
    OverlaidFiles(
      Dictionary(documents.values.map { ($0.path, $0.text.bytes) }, uniquingKeysWith: { first, _ in first }),
      over: disk)
  }

  /// What is known of a document's text as it is now.
  mutating func snapshot(_ uri: String) -> DocumentSnapshot? {
    guard let index = documents.index(forKey: uri) else { return nil }
    if !documents.values[index].isDirty, let snapshot = documents.values[index].snapshot { return snapshot }
    let bytes = documents.values[index].text.bytes
    guard bytes.count <= Self.sizeLimit else { return nil }
    documents.values[index].preview = nil
    documents.values[index].fixes = nil
    // What was known is moved, not copied: nothing else holds what is given up on the way.
    outdated = LastNetwork(taking: &documents.values[index].snapshot)
    let (path, choice) = (documents.values[index].path, documents.values[index].choice)
    let files = self.files
    let snapshot = DocumentSnapshot.of(
      path, bytes, settings: settings, choice: choice, last: &outdated, files: files)
    documents.values[index].snapshot = snapshot
    documents.values[index].isDirty = false
    documents.values[index].revision += 1
    return snapshot
  }

  /// The networks of other open documents that read a file.
  mutating func users(of path: String) -> [KnownNetwork] {
    var result: [KnownNetwork] = []
    for (uri, document) in documents.sorted(by: { $0.key < $1.key }) where document.path != path {
      guard let snapshot = snapshot(uri), snapshot.reads(path), let network = snapshot.network else { continue }
      result.append(network)
    }
    return result
  }

  private mutating func noteSaved(_ uri: String) {
    guard let network = snapshot(uri)?.network, documents[uri]?.snapshot?.isStale == false else { return }
    documents[uri]?.saved = SavedTotals(network)
  }

  // MARK: Places

  /// How places of a file are converted: by the text that is open, else by the one that was read.
  func converter(_ path: String, _ file: SourceFile) -> PlaceConverter {
    let hasMark = documents.values.first { $0.path == path }?.text.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ?? false
    return PlaceConverter(file: file, encoding: encoding, hasMark: hasMark)
  }

  /// The address of a path: the one by which it is open, else made of the path.
  func uri(of path: String) -> String {
    documents.values.first { $0.path == path }?.uri ?? DocumentURI.uri(of: path)
  }

  func location(_ span: Span, _ sources: SourceTable) -> JSONValue? {
    guard sources.files.indices.contains(span.source.index) else { return nil }
    let file = sources[span.source]
    guard !file.isOption else { return nil }
    return .object([
      ("uri", .string(uri(of: file.path))), ("range", converter(file.path, file).range(span).json),
    ])
  }

  /// The document and the place that a request is about.
  ///
  /// - Throws: `ResponseError` for parameters without a document; nil for one that is not open or not the server's.
  mutating func target(_ parameters: JSONValue) throws(ResponseError) -> (uri: String, snapshot: DocumentSnapshot)? {
    guard let uri = parameters.at("textDocument", "uri")?.stringValue else {
      throw ResponseError(.invalidParameters, "textDocument.uri is missing")
    }
    guard let snapshot = snapshot(uri) else { return nil }
    if case .other = snapshot.kind { return nil }
    return (uri, snapshot)
  }

  func place(_ parameters: JSONValue, _ snapshot: DocumentSnapshot) throws(ResponseError) -> Position {
    guard let position = DocumentPosition(parameters["position"]) else {
      throw ResponseError(.invalidParameters, "position is missing")
    }
    return converter(snapshot.path, snapshot.file).place(position)
  }
}
