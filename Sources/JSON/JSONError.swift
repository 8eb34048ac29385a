/// Why a text is not JSON, or not the JSON that was expected.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  package var message: String
  /// The offending value: `nodes[3].inputs[0]`; `line 2, column 7` where the text is no JSON at all.
  package var path: String

  package init(_ message: String, at path: String) {
    self.message = message
    self.path = path
  }

  package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

extension String {
  /// The text as messages quote it: its first 40 scalars, for what people see as one character can be arbitrarily long.
  var beginning: String { String(String.UnicodeScalarView(unicodeScalars.prefix(40))) }
}
