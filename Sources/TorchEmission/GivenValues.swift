import Blueprints
import Diagnostics
import GraphIR
import Layers
import NetworkWeights
import PythonSource

/// The numbers that a spec gives tensors; many of them are constants at the end of the file.
final class GivenValues {
  /// More numbers than these do not belong into source; a file of weights must have them then.
  static let largestCount = 1 << 14

  private var patterns: [String: [Float]] = [:]
  private var names: UniqueNames
  /// The constants, each with its numbers.
  private(set) var constants: [(name: String, numbers: [Float])] = []

  /// The tensors of a network that the spec has in files, whether they are trained or not; `taken` are the names of its types.
  init(_ tensors: [Graph.FixedTensor], of graph: Graph, taken: Set<String>) {
    names = UniqueNames(taken: taken.union(TorchNaming.types))
    let found = Dictionary(tensors.map { ($0.name, $0.pattern) }) { first, _ in first }
    var files: [String: Set<[Float]>] = [:]
    for node in graph.nodes {
      for parameter in node.parameters {
        guard case .file(let file)? = node.layer.givenValues(of: parameter.name),
          let pattern = found["\(node.path).\(parameter.name)"], pattern.count <= Self.largestCount
        else { continue }
        files[file, default: []].insert(pattern)
      }
    }
    // Files of one name in several folders are told apart by nobody here.
    for (file, patterns) in files where patterns.count == 1 { self.patterns[file] = patterns.first }
  }

  /// Trained tensors whose first values the spec gives and the source has not, with their places.
  func missing(in graph: Graph) -> [String] {
    graph.nodes.flatMap { node in
      node.ownParameters.compactMap { parameter -> String? in
        guard parameter.role != .fixed, let values = node.layer.givenValues(of: parameter.name), numbers(values) == nil
        else { return nil }
        let file = node.span.source.index
        let path = graph.files.indices.contains(file) ? graph.files[file] : graph.file
        return "\(path):\(node.span.start.line): the first values of \(graph.tensorName(parameter, of: node))"
      }
    }
  }

  /// Numbers that the spec gives; nil if they are not in the source.
  func numbers(_ values: TensorValues) -> PythonExpression? {
    switch values {
    case .numbers(let pattern):
      guard pattern.numbers.count <= Self.largestCount else { return nil }
      return expression(pattern.numbers.map { Float($0) }, name: "VALUES")
    case .file(let file):
      guard let numbers = patterns[file] else { return nil }
      let stem = file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? ""
      return expression(numbers, name: PythonNames.name(stem).uppercased())
    }
  }

  private func expression(_ numbers: [Float], name: String) -> PythonExpression {
    if numbers.count <= 8 { return .list(numbers.map { .literal(Self.literal($0)) }) }
    if let known = constants.first(where: { $0.numbers == numbers }) { return .name(known.name) }
    let own = names.make(name, separator: "")
    constants.append((own, numbers))
    return .name(own)
  }

  /// A number as short as it can be written.
  static func literal(_ value: Float) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// The declaration of a constant: its numbers as a text, in lines.
  static func source(_ name: String, _ numbers: [Float]) -> String {
    var lines = [""]
    for number in numbers.map(literal) {
      if let last = lines.last, !last.isEmpty, last.count + 1 + number.count <= 88 {
        lines[lines.count - 1] += " \(number)"
      } else if lines == [""] {
        lines = [number]
      } else {
        lines.append(number)
      }
    }
    return "\(name) = \"\"\"\n\(lines.joined(separator: "\n"))\n\"\"\""
  }
}

extension GivenValues {
  /// The function that fills a tensor with its first values; nil where those are not in the source.
  func fill(_ initializer: TensorInitializer) -> PythonExpression? {
    if let values = initializer.values {
      return numbers(values).map { partial("fill", [("values", $0)]) }
    }
    func number(_ name: String) -> Double {
      let known = TensorInitializer.distributions.first { $0.word == initializer.distribution }?.arguments
      return initializer.arguments[name] ?? known?.first { $0.name == name }?.value ?? 0
    }
    func literal(_ value: Double) -> PythonExpression { FieldValue.float(value).python }
    switch initializer.distribution {
    case "he_normal": return .name("nn.init.kaiming_normal_")
    case "he_uniform": return .name("nn.init.kaiming_uniform_")
    case "xavier_normal": return .name("nn.init.xavier_normal_")
    case "xavier_uniform": return .name("nn.init.xavier_uniform_")
    case "zeros": return .name("nn.init.zeros_")
    case "ones": return .name("nn.init.ones_")
    case "constant": return partial("nn.init.constant_", [("val", literal(number("value")))])
    case "uniform":
      return partial("nn.init.uniform_", [("a", literal(number("low"))), ("b", literal(number("high")))])
    case "normal":
      let mean = number("mean") == 0 ? [] : [("mean", literal(number("mean")))]
      return partial("nn.init.normal_", mean + [("std", literal(number("std")))])
    case "truncated_normal":
      let (mean, deviation) = (number("mean"), number("std"))
      let bounds = [("a", literal(mean - 2 * deviation)), ("b", literal(mean + 2 * deviation))]
      return partial(
        "nn.init.trunc_normal_", (mean == 0 ? [] : [("mean", literal(mean))]) + [("std", literal(deviation))] + bounds)
    default: return nil
    }
  }

  private func partial(_ function: String, _ arguments: [(String, PythonExpression)]) -> PythonExpression {
    .call("partial", [PythonArgument(nil, .name(function))] + arguments.map { PythonArgument($0.0, $0.1) })
  }
}
