import GraphIR

/// How a language spells names, and which it has taken: what blueprints ask so that an emission can write their names as
/// they stand.
package protocol Naming: Sendable {
  /// Names of types that the code or its library has already.
  var reservedTypes: Set<String> { get }
  /// Names that the code uses in its functions and properties must not hide.
  var reservedMembers: Set<String> { get }

  /// A property's name for the name of a node: a name that the language takes stays as it is.
  func property(_ name: String) -> String
  /// A parameter's name for words with `_` between them: `expand_ratio`.
  func parameter(_ words: String) -> String
  /// A stored truth value's name where the parameter that it keeps has given its own to something else.
  func flag(keeping parameter: String) -> String
  /// The name of a network's type: one that means something already says what it is.
  func network(_ name: String) -> String
}

extension Naming {
  /// What a network's type is called: as the model, and where a variant is known by its own name, as that: `resnet152` of
  /// ResNet50 is ResNet152.
  package func typeName(of graph: Graph) -> String {
    let model = property(graph.name)
    guard let variant = graph.variant else { return network(model) }
    let letters = model.prefix { $0.isLetter }
    if letters.count >= 3, variant.lowercased().hasPrefix(letters.lowercased()) {
      return network(letters + upperCamelTail(String(variant.dropFirst(letters.count))))
    }
    return network(model + upperCamelTail(variant))
  }

  /// `16_bn` as `16Bn`, `b4` as `B4`.
  private func upperCamelTail(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
