import GraphIR
import Layers

/// What a layer is in hashes, so that comparing many with many takes no time.
struct LayerTraits: Hashable, Sendable {
  /// Of the kind.
  let keyword: Int
  /// Of the kinds that do something alike; nil for arrangements and joins, which are like nothing else.
  let group: Int?
  /// Of what the fields come to.
  let fields: Int
  let output: Int
  let parameters: Int
  let isHead: Bool
  let hasTensors: Bool

  init(_ node: Node, in graph: Graph) {
    keyword = node.keyword.hashValue
    let group = LayerRegistry.declaration(node.keyword)?.kind.documentation.group
    self.group = group == .arrangement || group == .join ? nil : group?.hashValue
    fields = LayerMeaning(node, in: graph).values.hashValue
    output = node.output.hashValue
    parameters = node.parameters.hashValue
    isHead = node.head != nil
    hasTensors = !node.parameters.isEmpty
  }

  /// Equal for equal layers, whatever they are called.
  var signature: Int {
    var hasher = Hasher()
    for value in [keyword, fields, output, parameters] { hasher.combine(value) }
    return hasher.finalize()
  }
}
