import Foundation
import Tensors

/// What PyTorch says of a network of specs/, recorded by Tests/Fixtures/record_zoo.py, which describes the files.
package struct RecordedNetwork: Sendable, CustomStringConvertible {
  /// A module with tensors. Its output has no batch; nil, and the MACs too, if it does not run by itself.
  package struct Module: Sendable {
    package var name: String
    package var output: [Int]?
    package var macs: Int?
    package var tensors: [String: [Int]]
  }

  /// An output in double precision: every `step`th element from the first.
  package struct Output: Sendable {
    package var shape: [Int]
    package var step: Int
    /// The largest magnitude of all elements.
    package var largest: Double
    /// The root of the sum of all squares.
    package var norm: Double
    package var samples: [Double]
  }

  package struct Input: Sendable {
    package var name: String
    package var shape: [Int]
  }

  package var name: String
  package var spec = ""
  package var variant: String?
  package var inputs: [Input] = []
  /// Trainable parameters, buffers and MACs by these words.
  package var counts: [String: Int] = [:]
  package var deviation = 0.0
  package var outputs: [Output] = []
  package var modules: [Module] = []

  package var description: String { name }

  /// How far an output may be from the recorded one, relative to the largest.
  package var tolerance: Double { max(1e-4, 10 * deviation) }

  /// Every tensor's shape by its name.
  package var tensors: [String: [Int]] {
    var result: [String: [Int]] = [:]
    for module in modules {
      for (name, shape) in module.tensors { result[module.name.isEmpty ? name : "\(module.name).\(name)"] = shape }
    }
    return result
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fixtures/zoo").standardized

  /// All networks that are recorded, by name.
  package static let all: [RecordedNetwork] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.sorted().compactMap { file in
      let text = try? String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      return text.map { RecordedNetwork(String(file.dropLast(".txt".count)), text: $0) }
    }
  }()

  /// The network that a spec or its variant describes; nil if it is not recorded.
  package static func describing(_ spec: String, variant: String?) -> RecordedNetwork? {
    all.first { $0.spec == spec && $0.variant == variant }
  }

  private init(_ name: String, text: String) {
    self.name = name
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      switch words[0] {
      case "spec":
        spec = words[1]
        variant = words.count > 2 ? words[2] : nil
      case "input":
        inputs.append(Input(name: words.count > 2 ? words[1] : "input", shape: Self.shape(words.last ?? "")))
      case "output":
        let numbers = words[3...].compactMap(Double.init)
        outputs.append(
          Output(
            shape: Self.shape(words[1]), step: Int(words[2]) ?? 1, largest: numbers[0], norm: numbers[1],
            samples: Array(numbers[2...])))
      case "deviation": deviation = Double(words[1]) ?? 0
      case "parameters", "buffers", "macs": counts[words[0]] = Int(words[1])
      default: modules.append(Self.module(words))
      }
    }
  }

  private static func module(_ words: [String]) -> Module {
    var tensors: [String: [Int]] = [:]
    for word in words[3...] {
      let parts = word.split(separator: "=").map(String.init)
      let names = parts[0] == "norm" ? ["weight", "bias", "running_mean", "running_var"] : [parts[0]]
      for name in names { tensors[name] = shape(parts[1]) }
    }
    return Module(
      name: words[0], output: words[1] == "-" ? nil : shape(words[1]), macs: Int(words[2]), tensors: tensors)
  }

  private static func shape(_ text: String) -> [Int] { text.split(separator: "x").compactMap { Int($0) } }

  /// The largest difference of outputs from the recorded ones, relative to the largest number of each, that of their
  /// norms among them; infinity for outputs of another number or shape, or that are not finite.
  package func error(of tensors: [Tensor]) -> Double {
    guard tensors.count == outputs.count else { return .infinity }
    return zip(tensors, outputs).map { tensor, output in
      let values = tensor.elements.map(Double.init)
      guard tensor.shape == [1] + output.shape, values.allSatisfy(\.isFinite) else { return .infinity }
      let samples = stride(from: 0, to: values.count, by: output.step).map { values[$0] }
      guard samples.count == output.samples.count else { return .infinity }
      let difference = zip(samples, output.samples).map { abs($0 - $1) }.reduce(0, max) / output.largest
      let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return max(difference, abs(norm - output.norm) / output.norm)
    }.reduce(0, max)
  }
}
