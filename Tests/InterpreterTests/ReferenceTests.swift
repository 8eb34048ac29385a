import Foundation
import Interpreter
import Runtime
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
    .enabled(
      if: ReferenceOutput.folder != nil, "no reference files: set CNNC_SHARED to the folder that has reference/"),
    arguments: Architecture.all)
  func outputsAgree(with architecture: Architecture) throws {
    let reference = try ReferenceOutput.read(architecture.name, in: #require(ReferenceOutput.folder))
    let graph = try buildGraph(spec: architecture.spec, variant: architecture.variant)
    let parameters = graph.syntheticParameters
    let expected = Set(reference.state)
    let found = Set(parameters.map { ReferenceOutput.Entry(name: $0.key, shape: $0.value.shape) })
    #expect(found == expected, "tensors differ: \(found.symmetricDifference(expected).map(\.name).sorted().prefix(10))")

    let interpreter = try Interpreter(graph, parameters: parameters)
    let input = Tensor(syntheticInput: "input", shape: [1] + reference.input)
    let output = try #require(interpreter.run(input).outputs.first)
    let error = reference.error(of: output)
    #expect(error <= reference.tolerance)
    print("\(architecture.name): plain \(text(error)), allowed \(text(reference.tolerance))")
  }

  /// The planned network, fused and not, on one thread and two: near the reference, and the same bits on any number of
  /// threads.
  @Test(
    .enabled(if: isOptimized, "too slow without optimization: run `make test-reference`"),
    .enabled(
      if: ReferenceOutput.folder != nil, "no reference files: set CNNC_SHARED to the folder that has reference/"),
    arguments: Architecture.all)
  func plannedOutputsAgree(with architecture: Architecture) throws {
    let reference = try ReferenceOutput.read(architecture.name, in: #require(ReferenceOutput.folder))
    let graph = try buildGraph(spec: architecture.spec, variant: architecture.variant)
    let interpreter = try Interpreter(graph, parameters: graph.syntheticParameters)
    let input = Tensor(syntheticInput: "input", shape: [1] + reference.input)
    var errors: [String] = []
    for fuses in [true, false] {
      var first: Tensor?
      for threads in [1, 2] {
        let options = PlanOptions(threads: threads, fuses: fuses, verifies: true)
        let plan = try interpreter.plan(options: options)
        #expect(plan.faults.isEmpty)
        let output = try #require(plan(input).first)
        let error = reference.error(of: output)
        #expect(error <= reference.tolerance, "fused: \(fuses), \(threads) threads")
        #expect(first == nil || first == output, "other bits on \(threads) threads; fused: \(fuses)")
        first = output
        if threads == 1 { errors.append(text(error)) }
      }
    }
    print("\(architecture.name): fused \(errors[0]), unfused \(errors[1]), allowed \(text(reference.tolerance))")
  }

  private func text(_ number: Double) -> String { String(format: "%.1e", number) }
}
