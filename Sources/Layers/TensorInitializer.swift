/// What a tensor holds before training: values that are drawn, `he_normal` or `{normal: {std: 0.01}}`, or given ones.
package struct TensorInitializer: Hashable, Sendable {
  /// The tensor it is for; nil for the layer's weight.
  package var tensor: String?
  /// The distribution's word; empty for given values.
  package var distribution: String
  /// The distribution's numbers by name.
  package var arguments: [String: Double]
  /// Given values.
  package var values: TensorValues?

  package init(tensor: String? = nil, distribution: String, arguments: [String: Double] = [:]) {
    self.tensor = tensor
    self.distribution = distribution
    self.arguments = arguments
  }

  package init(tensor: String? = nil, values: TensorValues) {
    self.init(tensor: tensor, distribution: "")
    self.values = values
  }

  /// The words for given values, with what stands behind them.
  package static let givenForms: [(word: String, documentation: String)] = [
    ("outer", "the outer product of a list with itself, or of two lists; sum says what its numbers add up to"),
    ("range", "whole numbers from 0 up to one that is not among them, or between two, [first, end]"),
    ("file", "a text file or .npy in the spec's folder or below"),
  ]

  /// The distributions that go by how many values flow into an output, or out of an input.
  package static let goByFans: Set<String> = ["he_normal", "he_uniform", "xavier_normal", "xavier_uniform"]

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

extension TensorInitializer {
  /// Why nothing can be drawn from the distribution with these numbers; nil if it can.
  package var problem: String? {
    let defaults = Self.distributions.first { $0.word == distribution }?.arguments ?? []
    func number(_ name: String) -> Double? { arguments[name] ?? defaults.first { $0.name == name }?.value }
    if let deviation = number("std"), deviation < 0 {
      return "std is a standard deviation, 0 or more, and not \(deviation)"
    }
    if let low = number("low"), let high = number("high"), low > high {
      return "there is no number from \(low) up to \(high): low is at most high"
    }
    return nil
  }
}

extension TensorInitializer: CustomStringConvertible {
  package var description: String { text { "\"\($0)\"" } }

  /// As a spec writes it, with the names of files as a closure quotes them.
  package func text(quoting quoted: (String) -> String) -> String {
    let numbers = arguments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    let drawn = numbers.isEmpty ? distribution : "{\(distribution): {\(numbers)}}"
    let text: String =
      switch values {
      case .numbers(let pattern): pattern.description
      case .file(let name): "{file: \(quoted(name))}"
      case nil: drawn
      }
    return tensor.map { "\($0): \(text)" } ?? text
  }
}

extension [TensorInitializer] {
  /// As a spec writes the field `init`.
  package func text(quoting quoted: (String) -> String) -> String {
    let texts = map { $0.text(quoting: quoted) }
    return count == 1 && self[0].tensor == nil ? texts[0] : "{\(texts.joined(separator: ", "))}"
  }
}
