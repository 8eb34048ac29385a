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
}
