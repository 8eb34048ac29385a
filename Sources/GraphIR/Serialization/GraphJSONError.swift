/// Why a text is not the JSON of a graph.
package struct GraphJSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  /// The offending value: `nodes[3].inputs[0]`; `line 2, column 7` where the text is no JSON at all.
  package var path: String

  init(_ message: String, at path: String) {
    self.message = message
    self.path = path
  }

  package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
