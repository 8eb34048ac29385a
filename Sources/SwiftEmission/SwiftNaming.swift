import Blueprints
import SwiftSource

/// Swift's names, and those that generated code shares a scope with.
struct SwiftNaming: Naming {
  var reservedTypes: Set<String> { ReservedNames.types }
  var reservedMembers: Set<String> { ReservedNames.functions }

  func property(_ name: String) -> String { Identifier.property(name) }
  func parameter(_ words: String) -> String { Identifier.lowerCamel(words) }
  func flag(keeping parameter: String) -> String { "uses\(Identifier.upperCamel(parameter))" }
}

extension TypeBlueprint {
  /// The label that a parameter has at calls, where it is not its name: that of the first input's channels is `in`.
  func label(of parameter: Parameter) -> String? {
    parameter.isChannels && parameter.furtherInput == nil && !parameters.contains { $0.name == "in" } ? "in" : nil
  }
}
