import Foundation
import GraphIR
import Interpreter
import RecordedNetworks
import Runtime
import SpecLanguage
import Tensors
import Testing

/// The networks that Tests/Fixtures/record_zoo.py records, run by definition and planned, against PyTorch's outputs in double
/// precision.
@Suite("Recorded networks", .serialized)
struct RecordedTests {
  #if DEBUG
    private static let isOptimized = false
  #else
    private static let isOptimized = true
  #endif

  /// Debug builds run only what is small.
  private static let networks = RecordedNetwork.all.filter { isOptimized || $0.counts["macs"] ?? 0 < 50_000_000 }

  @Test(arguments: networks) func outputsAgree(with recorded: RecordedNetwork) throws {
    let (graph, spec) = try buildNetwork(spec: recorded.spec, variant: recorded.variant)
    let interpreter = try Interpreter(graph, parameters: recorded.parameters(of: graph, spec: spec))
    let inputs = recorded.inputs(of: graph)
    let plain = recorded.error(of: try interpreter.run(inputs).outputs)
    #expect(plain <= recorded.tolerance)
    var errors: [Double] = []
    for (fuses, threads) in [(true, 1), (true, 2), (false, 2)] {
      // Unfused, Winograd's method rounds EfficientNet v2 to 1.3e-4 of the largest, beyond the bound; fused to 9.3e-5.
      let isDirect = !fuses && recorded.spec == "efficientnet_v2"
      let plan = try interpreter.plan(
        options: PlanOptions(
          threads: threads, fuses: fuses, algorithm: isDirect ? .direct : .automatic, verifies: true))
      #expect(plan.faults.isEmpty)
      errors.append(recorded.error(of: plan(inputs)))
      #expect(errors.last ?? .infinity <= recorded.tolerance, "fused: \(fuses), \(threads) threads")
    }
    #expect(errors[0] == errors[1], "other values on 2 threads")
    let text = ([plain] + errors).map { String(format: "%.1e", $0) }
    print("\(recorded): plain \(text[0]), fused \(text[1]), unfused \(text[3])")
  }
}
