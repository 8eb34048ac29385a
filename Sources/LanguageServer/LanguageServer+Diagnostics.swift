import Diagnostics
import EditorServices
import JSON
import LanguageServerProtocol

/// What is found, sent as one types or on request.
extension LanguageServer {
  /// Whether something is left to be done when nothing arrives.
  package var hasWork: Bool { !outdated.isEmpty || documents.values.contains(where: \.isUnpublished) }

  /// Does what nobody has asked for: sends what is found in documents that have changed.
  package mutating func work() -> [JSONValue] {
    let uris = documents.values.filter(\.isUnpublished).map(\.uri).sorted()
    for uri in uris {
      documents[uri]?.isUnpublished = false
      _ = snapshot(uri)
    }
    if !client.pullsDiagnostics { publishAll(changed: uris) }
    for uri in uris where documents[uri]?.hasPreview ?? false {
      let version = documents[uri]?.text.version ?? 0
      send("cnnc/previewChanged", .object([("uri", .string(uri)), ("version", .int(version))]))
    }
    return takeOutgoing()
  }

  /// Gives up what is no longer known, of which a network has tens of thousands of parts, while nobody waits for an answer.
  package mutating func rest() { outdated = LastNetwork(nil) }

  /// What is found in files, with what says where the places of each finding are.
  private typealias Found = [(finding: Diagnostic, sources: SourceTable)]

  /// The findings by path: a document's own, and behind them those that documents which read it have there.
  ///
  /// Of all documents in one pass, for one change may move findings in each.
  private func findingsByPath() -> [String: Found] {
    struct Key: Hashable {
      var path: String
      var id: DiagnosticID
      var start: Position
      var message: String
    }
    var own: [String: Found] = [:]
    var others: [String: Found] = [:]
    for document in documents.values.sorted(by: { $0.uri < $1.uri }) {
      guard let snapshot = document.snapshot else { continue }
      for finding in snapshot.findings where snapshot.sources.files.indices.contains(finding.span.source.index) {
        let path = snapshot.sources[finding.span.source].path
        if path == document.path {
          own[path, default: []].append((finding, snapshot.sources))
        } else {
          others[path, default: []].append((finding, snapshot.sources))
        }
      }
    }
    var seen: Set<Key> = []
    return own.merging(others) { $0 + $1 }.mapValues { found in
      found.filter { finding, sources in
        let path = sources[finding.span.source].path
        return seen.insert(Key(path: path, id: finding.id, start: finding.span.start, message: finding.message))
          .inserted
      }
    }
  }

  /// Those paths that are files, and not open.
  private func otherPaths(_ found: [String: Found]) -> [String] {
    let open = Set(documents.values.map(\.path))
    return found.filter { path, findings in
      guard path.hasPrefix("/"), !path.hasSuffix(".importing"), !open.contains(path) else { return false }
      return findings.contains { finding, sources in !sources[finding.span.source].isOption }
    }.keys.sorted()
  }

  private mutating func publishAll(changed: [String]) {
    guard !changed.isEmpty else { return }
    // What is found in imports may have changed with the specs that read them.
    let findings = findingsByPath()
    let open = documents.values.sorted { $0.uri < $1.uri }
    for document in open {
      guard let snapshot = document.snapshot else { continue }
      let found = (findings[document.path] ?? []).map { json($0.finding, $0.sources) }
      if case .other = snapshot.kind, published[document.uri] == nil { continue }
      let isNew = published[document.uri].map { $0 != JSONValue.array(found).compactText } ?? !found.isEmpty
      guard changed.contains(document.uri) || isNew else { continue }
      publish(document.uri, found, version: document.text.version)
    }
    var left = Set(published.keys).subtracting(documents.keys)
    for path in otherPaths(findings) {
      let uri = DocumentURI.uri(of: path)
      let found = (findings[path] ?? []).map { json($0.finding, $0.sources) }
      if published[uri] != JSONValue.array(found).compactText { publish(uri, found, version: nil) }
      left.remove(uri)
    }
    for uri in left.sorted() {
      publish(uri, [], version: nil)
      published[uri] = nil
    }
  }

  mutating func publish(_ uri: String, _ found: [JSONValue], version: Int?) {
    published[uri] = JSONValue.array(found).compactText
    send(
      "textDocument/publishDiagnostics",
      .object(("uri", .string(uri)), ("version", version.map(JSONValue.int)), ("diagnostics", .array(found))))
  }

  // MARK: On request

  mutating func pullDiagnostics(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (uri, snapshot) = try target(parameters) else {
      return .object([("kind", .string("full")), ("items", .array([]))])
    }
    for other in documents.keys.sorted() { _ = self.snapshot(other) }
    // Documents that read this one have findings in it, so that their revisions count too.
    let result = documents.values.sorted { $0.uri < $1.uri }.map { String($0.revision) }.joined(separator: ".")
    if parameters["previousResultId"]?.stringValue == result {
      return .object([("kind", .string("unchanged")), ("resultId", .string(result))])
    }
    let findings = findingsByPath()
    let items = (findings[snapshot.path] ?? []).map { json($0.finding, $0.sources) }
    var related: [(String, JSONValue)] = []
    if client.takesRelatedDocuments {
      for path in otherPaths(findings) {
        let found = (findings[path] ?? []).map { json($0.finding, $0.sources) }
        related.append(
          (DocumentURI.uri(of: path), .object([("kind", .string("full")), ("items", .array(found))])))
      }
    }
    documents[uri]?.isUnpublished = false
    return .object(
      ("kind", .string("full")), ("resultId", .string(result)), ("items", .array(items)),
      ("relatedDocuments", related.isEmpty ? nil : .object(related)))
  }

  // MARK: Findings

  /// The page that explains a finding, where the pages are known: by a setting, or in the workspace.
  private func page(of id: DiagnosticID) -> String? {
    documentation.map { "\($0)/\(id.group == "lint" ? "lints" : "diagnostics").md" }
  }

  func json(_ finding: Diagnostic, _ sources: SourceTable) -> JSONValue {
    let file = sources[finding.span.source]
    var message = finding.message
    for line in finding.trail { message += "\n\(line)" }
    var related: [JSONValue] = []
    for note in finding.notes {
      if client.takesRelatedInformation, let span = note.span, let place = location(span, sources) {
        related.append(.object([("location", place), ("message", .string(note.message))]))
      } else {
        message += "\n\(note.message)"
      }
    }
    let isUnused = finding.id.rawValue.hasPrefix("lint.unused")
    return .object(
      ("range", converter(file.path, file).range(finding.span).json),
      ("severity", .int(finding.severity.protocolNumber)),
      ("code", .string(finding.id.rawValue)),
      ("codeDescription", page(of: finding.id).map { .object([("href", .string($0))]) }), ("source", .string("cnnc")),
      ("message", .string(message)), ("tags", isUnused ? .array([.int(1)]) : nil),
      ("relatedInformation", related.isEmpty ? nil : .array(related)))
  }
}

extension Severity {
  var protocolNumber: Int {
    switch self {
    case .error: 1
    case .warning: 2
    case .note: 3
    }
  }
}
