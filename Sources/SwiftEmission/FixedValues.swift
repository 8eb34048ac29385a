import Blueprints
import GraphIR
import Layers
import NetworkWeights
import SwiftSource

/// The numbers that a network has from text files beside its spec, as constants of its type.
struct FixedValues: Sendable {
  struct Entry: Sendable {
    /// The file, as the spec calls it.
    var file: String
    var property: String
    var shape: [Int]
    var values: [Float]
  }

  /// More numbers than these do not belong into source; a file of weights must have them then.
  static let largestCount = 1 << 14

  let entries: [Entry]
  private let type: String

  /// The tensors of a network whose type has a name.
  init(_ tensors: [Graph.FixedTensor], of graph: Graph, in type: String) {
    self.type = type
    let tensors = Dictionary(tensors.map { ($0.name, $0) }) { first, _ in first }
    var found: [String: Set<Graph.FixedTensor>] = [:]
    for node in graph.mainNodes {
      for parameter in node.parameters where parameter.role == .fixed {
        guard case .text(let file)? = node.attributes.first(where: { $0.name == parameter.name })?.value,
          var tensor = tensors["\(node.path).\(parameter.name)"], tensor.values.count <= Self.largestCount
        else { continue }
        tensor.name = ""
        found[file, default: []].insert(tensor)
      }
    }
    var taken: Set<String> = ["inputShape", "ignoredWeights", "nameMaps", "preprocessing", "labels"]
    var entries: [Entry] = []
    // Files of one name in several folders are told apart by nobody here.
    for (file, tensors) in found.sorted(by: { $0.key < $1.key }) where tensors.count == 1 {
      for tensor in tensors {
        let property = Self.property(file, taken)
        taken.insert(property)
        entries.append(Entry(file: file, property: property, shape: tensor.shape, values: tensor.values))
      }
    }
    self.entries = entries
  }

  /// `data/lenet5-codes.txt` as `lenet5Codes`.
  private static func property(_ file: String, _ taken: Set<String>) -> String {
    let stem = file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
    let name = Identifier.lowerCamel(Identifier.property(stem))
    var unused = name
    var number = 2
    while taken.contains(unused) {
      unused = "\(name)\(number)"
      number += 1
    }
    return unused
  }

  /// The tensor of a file; nil if its numbers are not in the source.
  func tensor(_ file: FieldValue) -> SwiftSource.Expression? {
    guard case .text(let file) = file, let entry = entries.first(where: { $0.file == file }) else { return nil }
    return .call(
      "Tensor",
      [
        Argument(nil, .member(.name(type), entry.property)),
        Argument("shape", .array(entry.shape.map(SwiftSource.Expression.integer))),
      ])
  }

  /// A number as short as it can be written.
  static func literal(_ value: Float) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
