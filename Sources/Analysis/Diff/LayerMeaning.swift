import GraphIR
import Layers

/// A layer's fields as they are written, and what they come to where there are several ways to say the same.
struct LayerMeaning: Sendable {
  /// With the defaults.
  private(set) var texts: [String: String] = [:]
  /// Files are named from the folder of the spec, wherever the layer is written.
  private(set) var values: [String: FieldValue] = [:]
  /// The fields that name files, with these named from where the compiler runs.
  private(set) var places: [String: FieldValue] = [:]

  init(_ node: Node, in graph: Graph) {
    for field in LayerRegistry.declaration(node.keyword)?.fields ?? [] {
      texts[field.name] = field.defaultValue?.description ?? field.defaultText
      values[field.name] = field.defaultValue
    }
    for attribute in node.attributes {
      let value = graph.namingFilesFromSpec(attribute.value, of: node)
      texts[attribute.name] = value.description
      values[attribute.name] = value
      let steps = Graph.steps(toFolderOf: graph.file)
      let place = value.renamingFiles(of: node) { (steps + [$0[...]]).joined(separator: "/") }
      if place != value { places[attribute.name] = place }
    }
    values.merge(node.layer.meanings(for: graph.inputShapes(of: node), output: node.output)) { $1 }
  }
}
