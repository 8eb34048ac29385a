import Foundation
import SyntheticTensors
import Tensors
import Testing

@testable import Layers

/// Gradients of layers, in double precision, against what PyTorch computed in the same configurations; of batch norms in
/// training, with what their statistics become.
///
/// `Tests/Fixtures/record_pytorch_gradients.py` writes the file and says what its columns are.
@Suite("Recorded gradients")
struct RecordedGradientTests {
  /// A gradient as recorded: its name, then its norm, the sum of its products with random numbers, and its first elements.
  private struct Record {
    var name: String
    var numbers: [Double]

    init(_ column: String) {
      let words = column.split(separator: " ")
      name = String(words[0])
      numbers = words.dropFirst().compactMap { Double($0) }
    }

    /// How far a gradient is from the recorded one, relative to its norm.
    func error(of gradient: DoubleTensor) -> Double {
      let signs = Tensor(syntheticInput: "check", shape: gradient.shape).elements
      let elements = gradient.elements
      let norm = elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let found = [norm, zip(elements, signs).reduce(0) { $0 + $1.0 * Double($1.1) }] + elements.prefix(4)
      guard found.count == numbers.count, found.allSatisfy(\.isFinite) else { return .infinity }
      return zip(found, numbers).map { abs($0 - $1) }.reduce(0, max) / max(1e-3, numbers[0])
    }
  }

  private static func lines() throws -> [[String]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("Fixtures/pytorch_gradients.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Numbers are recorded with nine digits, but for resizes, which PyTorch computes in single precision.
  @Test(arguments: 0..<6)
  func everyGradientAgrees(part: Int) throws {
    let lines = try Self.lines()
    #expect(lines.count >= 678)
    for columns in lines[lines.count * part / 6..<lines.count * (part + 1) / 6] {
      let found = try gradients(columns[0], shapes: columns[1])
      let records = columns.dropFirst(2).map(Record.init)
      #expect(Set(records.map(\.name)) == Set(found.keys), "\(columns[0])")
      for record in records {
        let error = found[record.name].map(record.error) ?? .infinity
        // PyTorch multiplies a hard sigmoid's by a sixth in single precision.
        let tolerance = columns[0].hasPrefix("upsample") ? 1e-5 : columns[0].hasPrefix("hard_sigmoid") ? 1e-7 : 1e-8
        #expect(error <= tolerance, "\(record.name) of \(columns[0]) of \(columns[1]) is off by \(error)")
      }
    }
  }

  /// The gradients by a layer's inputs and tensors, and what its statistics become, by their names.
  private func gradients(_ text: String, shapes: String) throws -> [String: DoubleTensor] {
    let layer = try parseLayer(text)
    let inputs = shapes.split(separator: ";").enumerated().map { number, text in
      let shape = text.split(separator: "x").compactMap { Int($0.filter { $0 != " " }) }
      return Tensor(syntheticInput: "input\(number)", shape: shape, amplitude: 4)
    }
    let result = [inputs[0].shape[0]] + (try #require(try layer.outputShape(of: inputs.map(\.imageShape)).values))
    let tensors = layer.tensors(for: inputs.map(\.imageShape))
    let trained = tensors.map { ($0.name, Tensor(synthetic: $0.name, shape: $0.shape)) }
    let traced = Computation.tracing(inputs.map(\.shape) + [result]) { traced, trace in
      let parameters = trace.parameters(ParameterSet(Dictionary(uniqueKeysWithValues: trained)), tensors, of: "")
      return [InnerProduct()(layer.output(Array(traced.dropLast()), parameters), traced[inputs.count])]
    }
    // What is random is recorded as it is at inference.
    let computation = text.hasPrefix("batch_norm") ? traced.forTraining(seed: 0).computation : traced
    var names = inputs.indices.map { "input\($0)" }
    var values = Array(computation.inputs.prefix(inputs.count))
    for (index, node) in computation.nodes.enumerated() {
      guard case .parameter(let parameter) = node.origin, ![.runningMean, .runningVariance].contains(parameter.role)
      else { continue }
      names.append(parameter.path)
      values.append(Computation.Value(index: index))
    }
    let made = try computation.gradient(of: computation.outputs[0], withRespectTo: values)
    var complete = made.computation
    complete.outputs = try made.gradients.map { try #require($0) }
    for update in computation.updates {
      guard case .parameter(let parameter) = computation[update.parameter].origin else { continue }
      names.append(parameter.path)
      complete.outputs.append(update.value)
    }
    let signs = Tensor(syntheticInput: "gradient", shape: result)
    let given = (inputs + [signs]).map { DoubleTensor(converting: $0) }
    return Dictionary(uniqueKeysWithValues: zip(names, complete.plain(given)))
  }
}
