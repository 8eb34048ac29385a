import PythonSource

/// Where a module stands by its path: an attribute, or an element of containers.
struct ModulePath {
  /// The names from the root on; the last is the module's own.
  private let parts: [String]
  /// Attributes that are no modules.
  private let taken: Set<String>

  init(_ path: String, taken: Set<String>) {
    parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    self.taken = taken
  }

  /// The containers that the module stands in, from the outermost on.
  var containers: [PythonExpression] { (1..<max(1, parts.count)).map { expression(parts[..<$0]) } }

  /// What holds the module: itself, or a container.
  var holder: PythonExpression {
    parts.count > 1 ? expression(parts[..<(parts.count - 1)]) : .name("self")
  }

  /// The module, to be made or called.
  var module: PythonExpression { expression(parts[...]) }

  var name: String { parts[parts.count - 1] }

  /// Whether the module is an attribute of the type.
  var isAttribute: Bool { parts.count == 1 && isPlain(parts[0]) }

  private func isPlain(_ name: String) -> Bool {
    PythonNames.isName(name) && !name.hasPrefix("_") && !TorchNaming.members.contains(name) && !taken.contains(name)
  }

  private func expression(_ parts: ArraySlice<String>) -> PythonExpression {
    guard let first = parts.first else { return .name("self") }
    // A name that the module's class has already is a name of tensors all the same.
    var result: PythonExpression =
      isPlain(first) ? .own(first) : .subscripted(.own("_modules"), .string(first))
    for part in parts.dropFirst() {
      let isUsual = !part.isEmpty && !part.hasPrefix("_") && !TorchNaming.containerMembers.contains(part)
      result = .subscripted(isUsual ? result : .member(result, "_modules"), .string(part))
    }
    return result
  }
}
