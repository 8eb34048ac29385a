import Diagnostics
import Expressions
import Layers
import SpecLanguage

/// What a parameter of the model or of a block stands for in a graph.
package enum ParameterValue: Hashable, Sendable {
  /// A number, a truth value, a size or a padding.
  case field(FieldValue)
  /// An item that was handed over: its word, and where it is written, by which a spec's index finds it.
  case layer(word: String, at: Span)

  /// The value of a number, a truth value, a size or a padding; nil for an item.
  package var field: FieldValue? { if case .field(let value) = self { value } else { nil } }

  /// The type by which a spec declares such a parameter.
  package var type: ParameterType {
    switch self {
    case .layer: .layer
    case .field(.float): .float
    case .field(.bool): .bool
    case .field(.size): .size
    case .field(.padding): .padding
    case .field: .int
    }
  }
}

extension ParameterValue: CustomStringConvertible {
  /// The value as a spec writes it; an item by its word.
  package var description: String {
    switch self {
    case .field(let value): value.description
    case .layer(let word, _): word
    }
  }
}

extension Scope {
  /// What a block's parameter stands for in one use.
  package struct Argument: Hashable, Sendable, CustomStringConvertible {
    package var name: String
    package var value: ParameterValue

    /// `out: 64`.
    package var description: String { "\(name): \(value)" }
  }
}

extension [Scope.Argument] {
  /// The arguments as a spec writes them, `out: 64, stride: 2`.
  package var text: String { map(\.description).joined(separator: ", ") }

  /// What a parameter stands for.
  package subscript(name: String) -> ParameterValue? { first { $0.name == name }?.value }
}

extension Graph {
  /// The values that expressions see of the model's parameters: not paddings and items, which are no values there.
  package var settingValues: [String: Value] {
    var values: [String: Value] = [:]
    for setting in settings {
      switch setting.value {
      case .field(.int(let number)): values[setting.name] = .int(number)
      case .field(.float(let number)): values[setting.name] = .float(number)
      case .field(.bool(let flag)): values[setting.name] = .bool(flag)
      case .field(.size(let size)): values[setting.name] = Value(size)
      case .field, .layer: break
      }
    }
    return values
  }
}
