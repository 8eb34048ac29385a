import Shapes

/// The evaluated value of a layer's field.
package enum FieldValue: Hashable, Sendable {
  case int(Int)
  case float(Double)
  case bool(Bool)
  case size(AxisSizes)
  /// Sizes of which at least one is open.
  case openSize(OpenSize)
  case padding(Padding)
  case word(String)
  case text(String)
  case ints([Int])
  case intTable([[Int]])
  case initializers([TensorInitializer])
}

extension FieldValue: CustomStringConvertible {
  /// The value as a spec writes it.
  package var description: String {
    switch self {
    case .int(let value): String(value)
    case .float(let value): value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) + ".0" : "\(value)"
    case .bool(let value): String(value)
    case .size(let size): size.listText
    case .openSize(let size): size.expression
    case .padding(let padding): padding.description
    case .word(let word): word
    case .text(let text): text
    case .ints(let values): "[\(values.map(String.init).joined(separator: ", "))]"
    case .intTable(let rows):
      "[\(rows.map { "[\($0.map(String.init).joined(separator: ", "))]" }.joined(separator: ", "))]"
    case .initializers(let list): list.text { "\"\($0)\"" }
    }
  }
}
