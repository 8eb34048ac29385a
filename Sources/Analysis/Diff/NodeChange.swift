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

  /// Whether the layer is another one, rather than the same one under other shapes.
  package var isOwn: Bool { kindDiffers || !fields.isEmpty || inputs != nil }
  package var isReshaped: Bool { outputDiffers || parametersDiffer }

  init(_ a: Node, _ b: Node, inputs: (a: [String], b: [String])?, meanings: (a: LayerMeaning, b: LayerMeaning)) {
    self.a = a
    self.b = b
    self.inputs = inputs
    fields = a.keyword == b.keyword ? Self.fields(meanings.a, meanings.b, of: a.keyword) : []
  }

  /// The fields that say and mean something else.
  private static func fields(_ a: LayerMeaning, _ b: LayerMeaning, of keyword: String) -> [Field] {
    let known = LayerRegistry.declaration(keyword)?.fields.map(\.name) ?? []
    return known.compactMap { name in
      guard a.values[name] != b.values[name] else { return nil }
      // The same file by another name, for the specs lie in other folders.
      let (first, second) = (a.places[name] ?? a.values[name], b.places[name] ?? b.values[name])
      if first == second { return nil }
      let (x, y) = (a.texts[name] ?? "–", b.texts[name] ?? "–")
      return x == y ? nil : Field(name: name, a: x, b: y)
    }
  }
}
