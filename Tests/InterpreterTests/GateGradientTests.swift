import GraphIR
import Interpreter
import Runtime
import SyntheticTensors
import Tensors
import Testing

/// Gates of every shape, in training: the gradient by definition against differences, and the planned one against it.
@Suite("Gradients of gates") struct GateGradientTests {
  /// An input, and what makes a gate of it.
  private static let gates = [
    ("{channels: 3, size: [4, 5]}", "global_avg_pool, {conv: {out: 3, kernel: 1}}"),
    ("{channels: 3, size: [4, 5]}", "global_avg_pool, flatten, {linear: {out: 3}}"),
    ("{channels: 3, size: [4, 5]}", "{conv: {out: 1, kernel: 1}}"),
    ("{channels: 3, size: [4, 5]}", "{adaptive_avg_pool: {size: [4, 1]}}, {conv: {out: 3, kernel: 1}}"),
    ("{channels: 3, size: [4, 5]}", "{adaptive_avg_pool: {size: [1, 5]}}, {conv: {out: 3, kernel: 1}}"),
    ("{channels: 3, size: [1, 5]}", "{adaptive_avg_pool: {size: [1, 1]}}, {conv: {out: 3, kernel: 1}}"),
    ("{channels: 3, length: 6}", "global_avg_pool, {conv: {out: 3, kernel: 1}}"),
    ("{channels: 3, length: 6}", "{conv: {out: 1, kernel: 1}}"),
    ("{channels: 3, depth: 2, height: 3, width: 4}", "global_avg_pool, {conv: {out: 3, kernel: 1}}"),
    ("{channels: 3, depth: 2, height: 3, width: 4}", "{conv: {out: 1, kernel: 1}}"),
    ("{channels: 3, size: [4, 5]}", "global_avg_pool, {conv: {out: 1, kernel: 1}}"),
    ("{channels: 3, size: [4, 5]}", "{adaptive_avg_pool: {size: [4, 1]}}, {conv: {out: 1, kernel: 1}}"),
    ("{channels: 3, size: [4, 5]}", "{adaptive_avg_pool: {size: [1, 5]}}, {conv: {out: 1, kernel: 1}}"),
    ("{channels: 3, length: 6}", "global_avg_pool, {conv: {out: 1, kernel: 1}}"),
    ("{channels: 3, depth: 2, height: 3, width: 4}", "global_avg_pool, {conv: {out: 1, kernel: 1}}"),
    (
      "{channels: 3, depth: 2, height: 3, width: 4}",
      "{adaptive_avg_pool: {size: [1, 3, 4]}}, {conv: {out: 1, kernel: 1}}"
    ),
    (
      "{channels: 3, depth: 2, height: 3, width: 4}",
      "{adaptive_avg_pool: {size: [2, 1, 1]}}, {conv: {out: 1, kernel: 1}}"
    ),
    (
      "{channels: 3, depth: 2, height: 3, width: 4}",
      "{adaptive_avg_pool: {size: [2, 1, 1]}}, {conv: {out: 3, kernel: 1}}"
    ),
    (
      "{channels: 3, depth: 2, height: 3, width: 4}",
      "{adaptive_avg_pool: {size: [1, 3, 4]}}, {conv: {out: 3, kernel: 1}}"
    ),
    (
      "{channels: 3, depth: 2, height: 3, width: 4}",
      "{adaptive_avg_pool: {size: [2, 1, 4]}}, {conv: {out: 3, kernel: 1}}"
    ),
  ]

  @Test(arguments: gates) func agreeWithDifferences(_ gate: (input: String, body: String)) throws {
    let graph = try buildGraph(layers: "  - gate: [\(gate.body), sigmoid]", input: gate.input)
    let network = try Interpreter(graph, parameters: graph.syntheticParameters).computation(batch: 2)
    let labels = network.outputShapes[0]
    let added = network.adding(.meanSquared, to: [.init(network.outputs[0])], labels: labels)
    let values = [network.inputs[0]] + added.computation.trainedParameters.map(\.value)
    let made = try added.computation.gradient(of: added.loss, withRespectTo: values)
    var computation = made.computation
    computation.outputs = [added.loss] + made.gradients.compactMap { $0 }
    #expect(computation.outputs.count == 1 + values.count)
    let inputs = [
      Tensor(syntheticInput: "input", shape: network.inputShapes[0]), Tensor(syntheticInput: "labels", shape: labels),
    ]
    let exact = computation.plain(inputs.map { DoubleTensor(converting: $0) })
    for index in 0..<inputs[0].count {
      func loss(_ distance: Double) -> Double {
        var moved = inputs.map { DoubleTensor(converting: $0) }
        moved[0].withUnsafeMutableBufferPointer { $0[index] += distance }
        return computation.plain(moved)[0].elements[0]
      }
      let difference = (loss(1e-6) - loss(-1e-6)) / 2e-6
      #expect(abs(difference - exact[1].elements[index]) < 1e-8, "element \(index)")
    }
    for fuses in [true, false] {
      let found = try ExecutionPlan(computation, PlanOptions(threads: 2, fuses: fuses))(inputs)
      for (found, exact) in zip(found, exact) {
        let error = zip(found.elements, exact.elements).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(found.shape == exact.shape && error < 1e-6)
      }
    }
  }
}
