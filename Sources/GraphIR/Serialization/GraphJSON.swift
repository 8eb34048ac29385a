import JSON

/// Graphs as JSON text, without loss: what is written and read again is the same graph.
///
/// The text holds what cannot be computed: layers with their fields and the place each value came from, the hierarchy, and
/// output shapes as a check. Parameters and costs follow from the layers. `docs/graph-json.md` describes it.
package enum GraphJSON {
  /// The format that `format` and `version` name.
  static let format = "cnnc graph"
  static let version = 2

  /// The text of a graph: a key, a node or a scope a line.
  package static func write(_ graph: Graph) -> String { GraphJSONWriter(graph).document() }

  /// The graph of a text, which may come from anywhere: layers are made anew, shapes inferred and compared.
  ///
  /// - Throws: `JSONError` for anything that `write` would not have written, with the path to it.
  package static func read(_ bytes: [UInt8]) throws(JSONError) -> Graph {
    var reader = GraphJSONReader()
    return try reader.graph(JSONCursor(value: try JSONParser.parse(bytes), path: ""))
  }
}
