import Foundation
import Interpreter
import SyntheticTensors
import Tensors
import Testing

/// Whole networks against PyTorch's outputs, recorded in double precision for the same synthetic weights.
@Suite("Reference architectures", .serialized)
struct ReferenceTests {
  #if DEBUG
    private static let isOptimized = false
  #else
    private static let isOptimized = true
  #endif

  @Test(
    .enabled(if: isOptimized, "too slow without optimization: run `make test-reference`"),
    .enabled(if: Reference.folder != nil, "no reference files: set CNNC_SHARED to the folder that has reference/"),
    arguments: Architecture.all)
  func outputsAgree(with architecture: Architecture) throws {
    let reference = try Reference.read(architecture.name)
    let graph = try buildGraph(spec: architecture.spec, variant: architecture.variant)
    let parameters = graph.syntheticParameters
    let expected = Set(reference.state)
    let found = Set(parameters.map { Reference.Entry(name: $0.key, shape: $0.value.shape) })
    #expect(found == expected, "tensors differ: \(found.symmetricDifference(expected).map(\.name).sorted().prefix(10))")

    let interpreter = try Interpreter(graph, parameters: parameters)
    let input = Tensor(syntheticInput: "input", shape: [1] + reference.input)
    let clock = ContinuousClock()
    let started = clock.now
    let output = try #require(interpreter.run(input).outputs.first)
    let elapsed = clock.now - started

    let values = output.elements.prefix(reference.output.count).map(Double.init)
    try #require(values.count == reference.output.count)
    let largest = reference.output.map(abs).max() ?? 0
    let error = zip(values, reference.output).map { abs($0 - $1) }.reduce(0, max) / largest
    #expect(values.allSatisfy(\.isFinite) && error <= reference.tolerance)
    let figures = String(
      format: "relative error %.1e, allowed %.1e, %.1f s", error, reference.tolerance, seconds(elapsed))
    print("\(architecture.name): \(figures)")
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }
}
