import Diagnostics
import EditorServices
import JSON
import LanguageServerProtocol

/// What is shown above and beside the text: lenses, and the picture.
extension LanguageServer {
  mutating func codeLenses(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (uri, snapshot) = try target(parameters) else { return .array([]) }
    let converter = converter(snapshot.path, snapshot.file)
    let lenses = snapshot.codeLenses(saved: documents[uri]?.saved, user: user(of: snapshot))
    return .array(
      lenses.map { lens in
        let range = converter.range(lens.span).json
        switch lens.content {
        case .totals(let text): return .object([("range", range), ("command", Self.command(text, "", []))])
        case .uses(let block, let uses, let picked):
          return .object([("range", range), ("command", usesCommand(uri, block, uses, picked))])
        case .variant(let name, let isPicked):
          let data = JSONValue.object([
            ("uri", .string(uri)), ("variant", .string(name)), ("isPicked", .bool(isPicked)),
          ])
          return .object([("range", range), ("data", data)])
        }
      })
  }

  private static func command(_ title: String, _ command: String, _ arguments: [JSONValue]) -> JSONValue {
    .object(
      ("title", .string(title)), ("command", .string(command)),
      ("arguments", arguments.isEmpty ? nil : .array(arguments)))
  }

  private func usesCommand(_ uri: String, _ block: String, _ uses: [ShapeIndex.Use], _ picked: Int?) -> JSONValue {
    let count = uses.count
    guard count > 1 else {
      let text = uses.first.map { "1 use: \($0.path.isEmpty ? "" : "\($0.path) ")\($0.input) → \($0.output)" }
      return Self.command(text ?? "no uses", "", [])
    }
    let title = picked.map { "shapes of use \($0 + 1) of \(count): \(uses[$0].path)" } ?? "\(count) uses"
    if client.commands.contains("cnnc.showUses") {
      let list = uses.prefix(1000).enumerated().map { index, use in
        JSONValue.object([
          ("label", .string(use.path)), ("detail", .string("\(use.input) → \(use.output)")), ("index", .int(index)),
        ])
      }
      return Self.command(
        title, "cnnc.showUses", [.string(uri), .string(block), .array(list), picked.map(JSONValue.int) ?? .null])
    }
    // Without a list to pick from each click goes to the next use, and behind the last to all.
    let next = picked.map { $0 + 1 } ?? 0
    return Self.command(
      title, "cnnc.pickUse", [.string(uri), .string(block), next < count ? .int(next) : .null])
  }

  /// A variant's totals, for which it is built.
  mutating func resolveLens(_ lens: JSONValue) throws(ResponseError) -> JSONValue {
    guard case .object(var members) = lens, let uri = lens.at("data", "uri")?.stringValue,
      let variant = lens.at("data", "variant")?.stringValue, let snapshot = snapshot(uri)
    else { return lens }
    let isPicked = lens.at("data", "isPicked")?.boolValue ?? false
    let totals = snapshot.totals(ofVariant: variant, files: files)
    let title = "\(totals) · \(isPicked ? "shown; back to the spec's own" : "show its shapes")"
    members.append(
      ("command", Self.command(title, "cnnc.pickVariant", [.string(uri), isPicked ? .null : .string(variant)])))
    return .object(members)
  }

  // MARK: Commands

  mutating func execute(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    let arguments = parameters["arguments"]?.elements ?? []
    guard let command = parameters["command"]?.stringValue, let uri = arguments.first?.stringValue,
      documents[uri] != nil
    else { throw ResponseError(.invalidParameters, "a command has the address of an open document") }
    switch command {
    case "cnnc.pickVariant":
      documents[uri]?.choice.variant = arguments.count > 1 ? arguments[1].stringValue : nil
      documents[uri]?.choice.uses = [:]
      setDirty(uri)
      // What is compared with is of the variant that is looked at.
      if let network = snapshot(uri)?.network, documents[uri]?.snapshot?.isStale == false,
        documents[uri]?.saved?.variant != network.graph.variant
      {
        documents[uri]?.saved = SavedTotals(network)
      }
    case "cnnc.pickUse":
      guard arguments.count > 1, let block = arguments[1].stringValue else {
        throw ResponseError(.invalidParameters, "cnnc.pickUse has a block")
      }
      documents[uri]?.choice.uses[block] = arguments.count > 2 ? arguments[2].intValue : nil
      setDirty(uri)
    default: throw ResponseError(.invalidParameters, "there is no command \(command)")
    }
    refresh()
    return .null
  }

  // MARK: The picture

  /// The picture of a document's network, drawn once for a text; that of blocks may change with the specs that use them.
  private mutating func picture(_ uri: String, _ snapshot: DocumentSnapshot, _ user: KnownNetwork?) -> Preview? {
    if let preview = documents[uri]?.preview, snapshot.kind == .spec { return preview }
    let preview = snapshot.preview(user: user)
    documents[uri]?.preview = preview
    return preview
  }

  mutating func preview(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (uri, snapshot) = try target(parameters) else { return .null }
    documents[uri]?.hasPreview = true
    let user = user(of: snapshot)
    guard let preview = picture(uri, snapshot, user) else { return .null }
    let boxes = preview.boxes.compactMap { box -> JSONValue? in
      guard let place = location(box.span, preview.sources) else { return nil }
      return .object(
        ("id", .string(box.id)), ("uri", place["uri"]), ("range", place["range"]), ("path", .string(box.path)))
    }
    return .object([
      ("uri", .string(uri)), ("version", .int(documents[uri]?.text.version ?? 0)), ("stale", .bool(preview.isStale)),
      ("title", .string(preview.title)), ("variant", JSONValue(preview.variant)), ("svg", .string(preview.svg)),
      ("boxes", .array(boxes)), ("highlight", highlighted(parameters, snapshot, preview, user)),
    ])
  }

  mutating func previewHighlight(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (uri, snapshot) = try target(parameters) else { return .null }
    let user = user(of: snapshot)
    guard let preview = picture(uri, snapshot, user) else { return .null }
    return .object([
      ("highlight", highlighted(parameters, snapshot, preview, user)),
      ("version", .int(documents[uri]?.text.version ?? 0)),
    ])
  }

  private func highlighted(
    _ parameters: JSONValue, _ snapshot: DocumentSnapshot, _ preview: Preview, _ user: KnownNetwork?
  ) -> JSONValue {
    guard let position = DocumentPosition(parameters["position"]) else { return .array([]) }
    let place = converter(snapshot.path, snapshot.file).place(position)
    return .array(snapshot.highlight(preview, at: place, user: user).map(JSONValue.string))
  }

  mutating func previewClosed(_ parameters: JSONValue) {
    if let uri = parameters.at("textDocument", "uri")?.stringValue { documents[uri]?.hasPreview = false }
  }
}
