import GraphIR
import Layers

/// A layer's fields as they are written, and what they come to where there are several ways to say the same.
struct LayerMeaning: Sendable {
  /// With the defaults.
  private(set) var texts: [String: String] = [:]
  private(set) var values: [String: FieldValue] = [:]

  init(_ node: Node, in graph: Graph) {
    for field in LayerRegistry.declaration(node.keyword)?.fields ?? [] {
      texts[field.name] = field.defaultValue?.description ?? field.defaultText
      values[field.name] = field.defaultValue
    }
    for attribute in node.attributes {
      texts[attribute.name] = attribute.value.description
      values[attribute.name] = attribute.value
    }
    values.merge(node.layer.meanings(for: graph.inputShapes(of: node), output: node.output)) { $1 }
  }
}
