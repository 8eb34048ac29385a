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
    let hints = snapshot.inlayHints(lines: lines, users: users).compactMap { hint -> JSONValue? in
      let position = converter.position(hint.position)
      if let range, position < range.start || range.end < position { return nil }
      return .object([
        ("position", position.json), ("label", .string(hint.label)), ("paddingLeft", .bool(true)),
        ("kind", .int(1)), ("tooltip", .string(hint.tooltip)),
      ])
    }
    return .array(hints)
  }
}
