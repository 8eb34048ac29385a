import EditorServices
import JSON
import LanguageServerProtocol

/// Texts beside the code.
extension LanguageServer {
  mutating func inlayHints(_ parameters: JSONValue) throws(ResponseError) -> JSONValue {
    guard let (_, snapshot) = try target(parameters) else { return .array([]) }
    let users: [KnownNetwork] = snapshot.kind == .blocks ? users(of: snapshot.path) : []
    let converter = converter(snapshot.path, snapshot.file)
    let range = DocumentRange(parameters["range"])
    let lines = range.map { range in
      let first = converter.place(range.start).line
      return first...max(first, converter.place(range.end).line)
    }
    // Room for a hint a line, lest the list be copied as it grows; what is not filled takes none.
    let lineCount = min(lines?.count ?? .max, snapshot.file.lineCount)
    var list = JSONPieces(capacity: lineCount * (snapshot.isStale ? 176 : 136))
    list.add("[")
    var isFirst = true
    snapshot.forEachInlayHint(lines: lines, users: users) { hint in
      let position = converter.position(hint.position)
      if let range, position < range.start || range.end < position { return }
      if !isFirst { list.add(",") }
      isFirst = false
      list.add(hint, at: position)
    }
    list.add("]")
    return list.value
  }
}

extension JSONPieces {
  fileprivate mutating func add(_ hint: InlayHint, at position: DocumentPosition) {
    add(#"{"position":{"line":"#)
    add(position.line)
    add(#","character":"#)
    add(position.character)
    add(#"},"label":"#)
    add(quoted: hint.label)
    add(#","paddingLeft":true,"kind":1,"tooltip":"#)
    add(quoted: hint.tooltip)
    add("}")
  }
}
