import GraphIR
import Layers
import Shapes

/// What differs between a layer and its counterpart.
package struct NodeChange: Sendable {
  /// A field with its values; what is not written has its default.
  package struct Field: Hashable, Sendable {
    package var name: String
    package var a: String
    package var b: String
  }

  package var a: Node
  package var b: Node
  package var fields: [Field]
  /// The paths of what flows in, where it is not what flowed in before.
  package var inputs: (a: [String], b: [String])?

  package var kindDiffers: Bool { a.keyword != b.keyword }
  package var outputDiffers: Bool { a.output != b.output }
  package var parametersDiffer: Bool { a.parameters != b.parameters }
  package var pathDiffers: Bool { a.path != b.path }

  /// Whether the layer is another one, rather than the same one under other shapes.
  package var isOwn: Bool { kindDiffers || !fields.isEmpty || inputs != nil }
  package var isReshaped: Bool { outputDiffers || parametersDiffer }

  init(_ a: Node, _ b: Node, inputs: (a: [String], b: [String])?) {
    self.a = a
    self.b = b
    self.inputs = inputs
    fields = a.keyword == b.keyword ? Self.fields(a, b) : []
  }

  private static func fields(_ a: Node, _ b: Node) -> [Field] {
    let (first, second) = (values(a), values(b))
    let known = LayerRegistry.declaration(a.keyword)?.fields.map(\.name) ?? []
    return known.compactMap { name in
      let (x, y) = (first[name] ?? "–", second[name] ?? "–")
      return x == y ? nil : Field(name: name, a: x, b: y)
    }
  }

  private static func values(_ node: Node) -> [String: String] {
    let declaration = LayerRegistry.declaration(node.keyword)
    var result: [String: String] = [:]
    for field in declaration?.fields ?? [] { result[field.name] = field.defaultValue?.description ?? field.defaultText }
    for attribute in node.attributes { result[attribute.name] = attribute.value.description }
    return result
  }
}
