import Foundation
import Runtime
import SyntheticTensors
import Tensors
import Testing

@testable import Layers

/// Outputs of layers against what PyTorch computed in the same configurations.
///
/// `Tests/Fixtures/record_pytorch_forward.py` writes the file and says what its columns are.
@Suite("Recorded outputs")
struct RecordedForwardTests {
  /// How far an element may be from PyTorch's, relative to the largest of the output: figures are recorded with six
  /// digits, which is 5e-6 at worst, and single precision adds the rest.
  private static let tolerance = 1e-5

  private static func lines() throws -> [String] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("Fixtures/pytorch_forward.txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("#")
    }
  }

  @Test(arguments: [false, true])
  func everyOutputAgrees(isPlanned: Bool) throws {
    let lines = try Self.lines()
    #expect(lines.count > 500)
    for line in lines {
      let columns = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let step = try #require(Int(columns[2]))
      let expected = columns[3].split(separator: " ").compactMap { Double($0) }
      let output = try forward(columns[0], shapes: columns[1], isPlanned: isPlanned).elements.map(Double.init)
      let found = stride(from: 0, to: output.count, by: step).map { output[$0] }
      try #require(found.count == expected.count, "\(columns[0]) of \(columns[1]): \(output.count) elements")
      let largest = expected.map(abs).max() ?? 0
      let error = zip(found, expected).map { abs($0 - $1) }.reduce(0, max)
      let agrees = found.allSatisfy(\.isFinite) && error <= Self.tolerance * largest
      #expect(agrees, "\(columns[0]) of \(columns[1]) is off by \(error) of \(largest)")
    }
  }

  /// A kind is recorded from PyTorch, or has a case with numbers that were worked out by hand.
  @Test func everyKindIsRecorded() throws {
    let recorded = try Self.lines().map { String($0.prefix { $0 != " " }) }
    let workedOut = LayerCase.all.filter { $0.numbers != nil }.map(\.keyword)
    #expect(Set(LayerRegistry.all.map(\.keyword)).subtracting(recorded + workedOut) == [])
  }

  @Test(arguments: LayerCase.all.filter { $0.numbers != nil })
  func numbersThatWereWorkedOut(_ layerCase: LayerCase) throws {
    try layerCase.checkNumbers(of: parseLayer(layerCase.layer))
  }

  /// Gates of signals, maps and volumes with 1 in place of any dimensions, the channels among them.
  @Test(arguments: [
    LayerCase("multiply", "2x2; 1x1", "2x2", numbers: "1 2 3 4; -2 → -2 -4 -6 -8"),
    LayerCase("multiply", "2x2; 1x2", "2x2", numbers: "1 2 3 4; -2 3 → -2 6 -6 12"),
    LayerCase("multiply", "2x2x1; 1x1x1", "2x2x1", numbers: "1 2 3 4; -2 → -2 -4 -6 -8"),
    LayerCase("multiply", "1x1x2; 2x2x2", "2x2x2", numbers: "-2 3; 1 2 3 4 5 6 7 8 → -2 6 -6 12 -10 18 -14 24"),
    LayerCase("multiply", "2x2x2; 1x2x1", "2x2x2", numbers: "1 2 3 4 5 6 7 8; -2 3 → -2 -4 9 12 -10 -12 21 24"),
    LayerCase("multiply", "1x2x1x2; 1x1x1x2", "1x2x1x2", numbers: "1 2 3 4; -2 3 → -2 6 -6 12"),
    LayerCase("multiply", "2x2x1x2; 1x1x1x2", "2x2x1x2", numbers: "1 2 3 4 5 6 7 8; -2 3 → -2 6 -6 12 -10 18 -14 24"),
    LayerCase("multiply", "2x2x1x2; 1x2x1x1", "2x2x1x2", numbers: "1 2 3 4 5 6 7 8; -2 3 → -2 -4 9 12 -10 -12 21 24"),
    LayerCase("multiply", "2x1x1x2; 1x1x1x1", "2x1x1x2", numbers: "1 2 3 4; -2 → -2 -4 -6 -8"),
  ])
  func gatesAreSpread(_ layerCase: LayerCase) throws {
    try layerCase.checkNumbers(of: parseLayer(layerCase.layer))
  }

  /// A layer's output for the tensors and inputs that follow from their names, by the plain implementation or a plan.
  private func forward(_ text: String, shapes: String, isPlanned: Bool) throws -> Tensor {
    let layer = try parseLayer(text)
    let inputs = shapes.split(separator: ";").enumerated().map { number, text in
      let shape = text.split(separator: "x").compactMap { Int($0.filter { $0 != " " }) }
      return Tensor(syntheticInput: "input\(number)", shape: shape, amplitude: 4)
    }
    let shape = try layer.outputShape(of: inputs.map(\.imageShape))
    let tensors = layer.tensors(for: inputs.map(\.imageShape)).map {
      ($0.name, Tensor(synthetic: $0.name, shape: $0.shape))
    }
    let parameters = ParameterSet(Dictionary(uniqueKeysWithValues: tensors))
    let output: Tensor
    if isPlanned {
      let computation = Computation.tracing(inputs.map(\.shape)) { inputs, _ in [layer.output(inputs, parameters)] }
      output = try ExecutionPlan(computation, PlanOptions(threads: 2))(inputs)[0]
    } else {
      output = layer.output(inputs, parameters)
    }
    #expect(output.imageShape == shape && output.shape[0] == inputs[0].shape[0])
    return output
  }
}
