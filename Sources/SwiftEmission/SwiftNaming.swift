import Blueprints
import Diagnostics
import SwiftSource

/// Swift's names, and those that generated code shares a scope with.
struct SwiftNaming: Naming {
  var reservedTypes: Set<String> { ReservedNames.types }
  var reservedMembers: Set<String> { ReservedNames.functions.union(ReservedNames.types) }

  func property(_ name: String) -> String { Identifier.property(name) }
  func parameter(_ words: String) -> String { Identifier.lowerCamel(words) }
  func flag(keeping parameter: String) -> String { "uses\(Identifier.upperCamel(parameter))" }

  /// The members of a network's inputs or outputs by the names that the spec has for them, each other than the others and
  /// than what the structure has beside them; `word`, `Input` or `Output`, tells apart what would not be.
  static func members(_ names: [String], _ word: String) -> [String] {
    var taken = UniqueNames(taken: ReservedNames.types.union(["tensors"]))
    return names.map { name in
      let wanted = Identifier.property(name)
      return taken.make(taken.contains(wanted) ? wanted + word : wanted, separator: "")
    }
  }

  func network(_ name: String) -> String {
    ReservedNames.networks.contains(name) ? "\(name)Network" : name
  }
}

extension TypeBlueprint {
  /// The label that a parameter has at calls, where it is not its name: that of the first input's channels is `in`.
  func label(of parameter: Parameter) -> String? {
    parameter.isChannels && parameter.furtherInput == nil && !parameters.contains { $0.name == "in" } ? "in" : nil
  }
}
