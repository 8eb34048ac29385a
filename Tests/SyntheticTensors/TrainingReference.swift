import Foundation

/// What five steps of training did to a network in PyTorch, in double precision: a file of make_training_reference.py, which
/// says what its entries are.
package struct TrainingReference: Decodable, Sendable {
  package var input: [Int]
  package var batch: Int
  package var classes: Int
  package var lr: Double
  package var momentum: Double
  package var weightDecay: Double
  package var losses: [Double]
  package var gradients: [Row]
  package var trained: [Row]
  package var updates: [Row]
  /// How far PyTorch's own run in single precision is from this one.
  package var deviation: Deviation

  private enum CodingKeys: String, CodingKey {
    case input, batch, classes, lr, momentum, losses, gradients, trained, updates, deviation
    case weightDecay = "weight_decay"
  }

  /// A tensor's name, its norm, and its first elements where they are recorded.
  package struct Row: Decodable, Sendable {
    package var name: String
    package var norm: Double
    package var first: [Double]

    package init(from decoder: any Decoder) throws {
      var container = try decoder.unkeyedContainer()
      name = try container.decode(String.self)
      norm = try container.decode(Double.self)
      first = container.isAtEnd ? [] : try container.decode([Double].self)
    }
  }

  /// How far a run is from the recorded one, each relative.
  package struct Deviation: Decodable, Sendable, CustomStringConvertible {
    package var losses = 0.0
    package var gradients = 0.0
    package var trained = 0.0
    package var updates = 0.0

    package init() {}

    package var largest: Double { max(losses, gradients, trained, updates) }

    package var description: String {
      let numbers = [losses, gradients, trained, updates].map { String(format: "%.1e", $0) }
      return "losses \(numbers[0]), gradients \(numbers[1]), tensors \(numbers[2]), updates \(numbers[3])"
    }
  }

  package init(contentsOf file: URL) throws {
    self = try JSONDecoder().decode(TrainingReference.self, from: Data(contentsOf: file))
  }

  /// The label of each image of the batch.
  package var labels: [Float] { (0..<batch).map { Float((7 * $0 + 3) % classes) } }

  /// The largest difference of tensors, by their names, from the rows: of norms and first elements, relative to the norm or a
  /// thousandth of the largest norm; infinity where one is missing or not finite.
  package static func error(of tensors: [String: [Double]], from rows: [Row]) -> Double {
    let largest = rows.map(\.norm).max() ?? 0
    var error = 0.0
    for row in rows {
      guard let elements = tensors[row.name], elements.allSatisfy(\.isFinite) else { return .infinity }
      let norm = elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let differences = [norm - row.norm] + zip(elements, row.first).map { $0 - $1 }
      error = max(error, (differences.map(abs).max() ?? 0) / max(row.norm, 1e-3 * largest))
    }
    return error
  }
}
