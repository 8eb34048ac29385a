import Shapes

/// The evaluated value of a layer's field.
package enum FieldValue: Hashable, Sendable {
  case int(Int)
  case float(Double)
  case bool(Bool)
  case size(Size2D)
  /// A height and width of which at least one is open.
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
    case .size(let size): size.isSquare ? String(size.height) : "[\(size.height), \(size.width)]"
    case .openSize(let size): size.expression
    case .padding(let padding): padding.description
    case .word(let word): word
    case .text(let text): text
    case .ints(let values): "[\(values.map(String.init).joined(separator: ", "))]"
    case .intTable(let rows):
      "[\(rows.map { "[\($0.map(String.init).joined(separator: ", "))]" }.joined(separator: ", "))]"
    case .initializers(let list):
      list.count == 1 && list[0].tensor == nil
        ? list[0].description : "{\(list.map(\.description).joined(separator: ", "))}"
    }
  }
}

/// How a tensor's first values are drawn: `he_normal`, `{normal: {std: 0.01}}`.
package struct TensorInitializer: Hashable, Sendable {
  /// The tensor it is for; nil for the layer's weight.
  package var tensor: String?
  /// The distribution's word.
  package var distribution: String
  /// The distribution's numbers by name.
  package var arguments: [String: Double]

  package init(tensor: String? = nil, distribution: String, arguments: [String: Double] = [:]) {
    self.tensor = tensor
    self.distribution = distribution
    self.arguments = arguments
  }

  /// The distributions and the numbers each takes, with their defaults.
  package static let distributions:
    [(word: String, arguments: [(name: String, value: Double)], documentation: String)] = [
      ("he_normal", [], "normal, variance 2 / fan_in (He et al. 2015, arXiv:1502.01852)"),
      ("he_uniform", [], "uniform, variance 2 / fan_in (He et al. 2015, arXiv:1502.01852)"),
      ("xavier_normal", [], "normal, variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010)"),
      ("xavier_uniform", [], "uniform, variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010)"),
      ("normal", [("mean", 0), ("std", 1)], "normal with the given mean and standard deviation"),
      ("truncated_normal", [("mean", 0), ("std", 1)], "normal, redrawn beyond two standard deviations"),
      ("uniform", [("low", 0), ("high", 1)], "uniform between the given bounds"),
      ("constant", [("value", 0)], "one value"),
      ("zeros", [], "zeros"),
      ("ones", [], "ones"),
    ]
}

extension TensorInitializer: CustomStringConvertible {
  package var description: String {
    let numbers = arguments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    let text = numbers.isEmpty ? distribution : "{\(distribution): {\(numbers)}}"
    return tensor.map { "\($0): \(text)" } ?? text
  }
}
