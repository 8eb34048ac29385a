import Blueprints
import Diagnostics
import GraphIR
import Layers
import NetworkWeights
import SwiftSource

/// The numbers that a spec gives fixed tensors; those from files beside the spec are constants of the network's type.
struct FixedValues: Sendable {
  struct Entry: Sendable {
    /// The file, as the spec calls it.
    var file: String
    var property: String
    var values: [Float]
  }

  /// More numbers than these do not belong into source; a file of weights must have them then.
  static let largestCount = 1 << 14

  let entries: [Entry]
  private let type: String

  /// The tensors of a network whose type has a name.
  init(_ tensors: [Graph.FixedTensor], of graph: Graph, in type: String) {
    self.type = type
    let patterns = Dictionary(tensors.map { ($0.name, $0.pattern) }) { first, _ in first }
    var found: [String: Set<[Float]>] = [:]
    for node in graph.mainNodes {
      for parameter in node.parameters where parameter.role == .fixed {
        guard case .file(let file)? = node.layer.givenValues(of: parameter.name),
          let pattern = patterns["\(node.path).\(parameter.name)"], pattern.count <= Self.largestCount
        else { continue }
        found[file, default: []].insert(pattern)
      }
    }
    var taken: Set<String> = ["inputShape", "ignoredWeights", "nameMaps", "preprocessing", "labels"]
    var entries: [Entry] = []
    // Files of one name in several folders are told apart by nobody here.
    for (file, patterns) in found.sorted(by: { $0.key < $1.key }) where patterns.count == 1 {
      for pattern in patterns {
        let property = Self.property(file, taken)
        taken.insert(property)
        entries.append(Entry(file: file, property: property, values: pattern))
      }
    }
    self.entries = entries
  }

  /// `data/lenet5-codes.txt` as `lenet5Codes`.
  private static func property(_ file: String, _ taken: Set<String>) -> String {
    let stem = file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
    let name = Identifier.lowerCamel(Identifier.property(stem))
    return UniqueNames.unlike(name, isTaken: taken.contains)
  }

  /// Numbers that the spec gives; nil if they are not in the source.
  func numbers(_ values: TensorValues) -> SwiftExpression? {
    switch values {
    case .numbers(let pattern):
      guard pattern.numbers.count <= Self.largestCount else { return nil }
      return .array(pattern.numbers.map { .literal(Self.literal(Float($0))) })
    case .file(let file):
      return entries.first { $0.file == file }.map { .member(.name(type), $0.property) }
    }
  }

  /// A number as short as it can be written.
  static func literal(_ value: Float) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
