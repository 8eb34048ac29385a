import Blueprints
import Layers
import PythonSource

/// Python's names, and those that generated code shares a scope with.
struct TorchNaming: Naming {
  var reservedTypes: Set<String> { Self.types }
  var reservedMembers: Set<String> { Self.members }

  func property(_ name: String) -> String { Self.local(PythonNames.name(name)) }
  func parameter(_ words: String) -> String { Self.local(PythonNames.name(words)) }
  func flag(keeping parameter: String) -> String { "uses_\(parameter)" }
  func network(_ name: String) -> String { Self.types.contains(name) ? "\(name)Network" : name }

  /// The name of a variable or a parameter: one that means something has a `_` behind it, and so that no two become one,
  /// what is such a name with `_` behind it has one more.
  static func local(_ name: String) -> String {
    var core = name[...]
    while core.last == "_" { core.removeLast() }
    // `_` alone is what loops call what they do not use.
    return core.isEmpty || locals.contains(String(core)) ? "\(name)_" : name
  }

  /// What functions use, so that no variable may hide it; `super()` finds its class by `__class__`.
  static let locals: Set<String> = functions.union(["self", "x", "y", "F", "l", "O", "I", "heads", "__class"])
    .union(PythonNames.keywords)

  /// Names of modules, functions and types that generated code uses.
  private static let functions: Set<String> = Set(helpers.map(\.name)).union([
    "torch", "nn", "math", "partial", "bool", "dict", "enumerate", "float", "int", "len", "list", "max", "min", "range",
    "set", "str", "sum", "super", "tuple", "zip", "any", "object", "isinstance",
  ])

  /// Names that types of the file cannot have.
  static let types: Set<String> = functions.union(PythonNames.keywords).union([
    "F", "Tensor", "Any", "Callable", "Sequence", "self",
  ])

  /// What a module has itself, so that no property can be called so.
  static let members: Set<String> = [
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu",
    "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
    "get_parameter", "get_submodule", "half", "has_heads", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
    "named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook", "register_buffer",
    "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
    "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
    "training", "type", "xpu", "zero_grad",
  ]

  /// What the containers have beside that.
  static let containerMembers: Set<String> = members.union([
    "append", "clear", "extend", "insert", "items", "keys", "pop", "update", "values",
  ])

  /// Every helper that some kind may need, for inputs of any number of axes.
  private static let helpers: [TorchHelper] = {
    var found = [
      TorchHelper.apply, .start, .fill, .fixed, .divisible, .half, .lengths,
    ]
    for declaration in LayerRegistry.all {
      for hasTensors in [false, true] {
        for axes in 0...3 {
          var fields: [String: FieldValue] = [:]
          for field in declaration.fields { fields[field.name] = field.defaultValue }
          for isWritten in [false, true] {
            // A table of connections makes another class.
            if isWritten { for field in declaration.fields where field.isTable { fields[field.name] = .intTable([]) } }
            let spelling = declaration.kind.torch(TorchUse(axes: axes, hasTensors: hasTensors, fields: fields))
            for helper in spelling.helpers + (spelling.padded?.helpers ?? []) { found.append(helper.along(axes: axes)) }
          }
        }
      }
    }
    return found.flatMap(\.withNeeds)
  }()
}

extension Field {
  fileprivate var isTable: Bool { if case .intTable = type { true } else { false } }
}

extension TorchHelper {
  /// The helper behind those that it needs.
  var withNeeds: [TorchHelper] { needs.flatMap(\.withNeeds) + [self] }
}
