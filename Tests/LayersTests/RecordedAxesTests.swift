import Foundation
import Runtime
import SyntheticTensors
import Tensors
import Testing

@testable import Layers

/// Layers over signals and volumes against what PyTorch made of the same configurations: shapes, parameters and outputs, by the
/// plain implementation and by plans.
///
/// `Tests/Fixtures/record_pytorch_axes.py` writes the file and says what its columns are.
@Suite("Recorded layers over signals and volumes")
struct RecordedAxesTests {
  /// As for `RecordedForwardTests`.
  private static let tolerance = 1e-5

  @Test func everyConfigurationAgrees() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let file = folder.appendingPathComponent("Fixtures/pytorch_axes.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(lines.count > 1200)
    for line in lines {
      let columns = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      if columns[2] == "error" {
        #expect(throws: (any Error).self, "\(line)") {
          try parseLayer(columns[0]).outputShape(of: [parseShape(columns[1])])
        }
      } else {
        try check(columns)
      }
    }
  }

  private func check(_ columns: [String]) throws {
    let input = parseShape(columns[1])
    let sizes = try #require(input.values)
    let layer = try parseLayer(columns[0])
    #expect(try layer.outputShape(of: [input]) == parseShape(columns[2]), "\(columns[0]) of \(input)")
    let specs = layer.parameters(for: [input])
    let count = specs.filter { $0.role == .trainable }.map(\.elements).reduce(0, +)
    #expect(count == Int(columns[3]))
    let tensors = specs.map { ($0.name, Tensor(synthetic: $0.name, shape: $0.shape)) }
    let parameters = ParameterSet(Dictionary(uniqueKeysWithValues: tensors))
    let batch = Tensor(syntheticInput: "input0", shape: [2] + sizes, amplitude: 4)
    let computation = Computation.tracing([batch.shape]) { inputs, _ in [layer.forward(inputs, parameters)] }
    let planned = try ExecutionPlan(computation, PlanOptions(threads: 2, verifies: true))
    #expect(planned.faults.isEmpty, "\(columns[0]): \(planned.faults)")
    let step = try #require(Int(columns[4]))
    let expected = columns[5].split(separator: " ").compactMap { Double($0) }
    let largest = expected.map(abs).max() ?? 0
    for output in [layer.forward([batch], parameters), planned(batch)[0], computation.plain([batch])[0]] {
      #expect(output.imageShape == parseShape(columns[2]))
      let elements = output.elements.map(Double.init)
      let found = stride(from: 0, to: elements.count, by: step).map { elements[$0] }
      try #require(found.count == expected.count, "\(columns[0]) of \(input)")
      let error = zip(found, expected).map { abs($0 - $1) }.reduce(0, max)
      #expect(error <= Self.tolerance * largest, "\(columns[0]) of \(input) is off by \(error) of \(largest)")
    }
  }
}
