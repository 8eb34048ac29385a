import Foundation
import GraphIR
import Interpreter
import Runtime
import Shapes
import SpecLanguage
import SyntheticTensors
import Tensors
import Testing

@Suite("Running graphs")
struct InterpreterTests {
  private let input = Tensor(syntheticInput: "input", shape: [2, 4, 8, 8])

  @Test func aResidualIsItsInputPlusItsBody() throws {
    let graph = try buildGraph(layers: "  - residual: [{conv: {out: 4, kernel: 3, padding: half}}]\n  - flatten")
    let interpreter = try Interpreter(graph, parameters: graph.syntheticParameters)
    let paths = Set(graph.nodes.map(\.path))
    let results = try interpreter.run(input, taps: paths)
    #expect(Set(results.taps.keys) == paths)
    let conv = try #require(graph.nodes.first { $0.keyword == "conv" })
    let body = try #require(results.taps[conv.path])
    let sums = zip(body.elements, input.elements).map { $0 + $1 }
    #expect(try #require(results.outputs.first) == Tensor(sums, shape: [2, 256]))
  }

  @Test func tapsChangeNothing() throws {
    let graph = try buildGraph(spec: "lenet5")
    let interpreter = try Interpreter(graph, parameters: graph.syntheticParameters)
    let image = Tensor(syntheticInput: "input", shape: [3] + (try #require(graph.input.values)))
    let plain = try interpreter.run(image)
    let tapped = try interpreter.run(image, taps: [graph.nodes[0].path])
    #expect(plain.taps.isEmpty && plain.outputs == tapped.outputs)
    #expect(tapped.taps[graph.nodes[0].path]?.shape == [3] + (try #require(graph.nodes[0].output.values)))
  }

  @Test func aBatchIsItsImages() throws {
    let graph = try buildGraph(spec: "lenet5_1998")
    let interpreter = try Interpreter(graph, parameters: graph.syntheticParameters)
    let shape = try #require(graph.input.values)
    let batch = Tensor(syntheticInput: "input", shape: [5] + shape)
    let count = batch.count / 5
    let together = try #require(interpreter.run(batch).outputs.first)
    for n in 0..<5 {
      let image = Tensor(batch.elements[n * count..<(n + 1) * count], shape: [1] + shape)
      let alone = try #require(interpreter.run(image).outputs.first)
      let expected = together.elements[n * alone.count..<(n + 1) * alone.count]
      #expect(alone.elements == Array(expected))
    }
  }

  @Test("two inputs go through one tower as each would by itself, planned and plain")
  func sharedTower() throws {
    let tower = "seq: [conv: {out: 6, kernel: 3, padding: half}, batch_norm, relu, max_pool: {kernel: 2}]"
    let alone = try buildGraph(layers: "  - {name: a, \(tower)}\n  - flatten")
    let text = """
      cnnc: 1
      inputs: {left: {channels: 4, size: 8}, right: {channels: 4, size: 8}}
      layers:
        - {name: a, \(tower)}
        - {name: p, flatten}
        - {name: b, from: right, share: a}
        - {name: q, flatten}
        - {from: [p, q], concat}
      """
    let twice = try buildGraph("spec.yaml", MemoryFiles(texts: ["spec.yaml": text]))
    let other = Tensor(syntheticInput: "other", shape: [2, 4, 8, 8])
    let single = try Interpreter(alone, parameters: alone.syntheticParameters)
    let both = try Interpreter(twice, parameters: alone.syntheticParameters)
    let parts = try [input, other].map { try #require(single.run($0).outputs.first) }
    let result = try #require(both.run([input, other]).outputs.first)
    let half = parts[0].count / 2
    for n in 0..<2 {
      let row = result.elements[n * 2 * half..<(n + 1) * 2 * half]
      let expected = parts.flatMap { $0.elements[n * half..<(n + 1) * half] }
      #expect(Array(row) == expected)
    }
    let planned = try both.plan(batch: 2, options: PlanOptions(algorithm: .direct))([input, other])
    #expect(zip(planned[0].elements, result.elements).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) })
    #expect(throws: InterpreterError.wrongInputCount(expected: 2, found: 1)) { try both.run(input) }
    let three = Tensor(syntheticInput: "three", shape: [3, 4, 8, 8])
    #expect(throws: InterpreterError.wrongInputShape(expected: [4, 8, 8], found: [3, 4, 8, 8])) {
      try both.run([input, three])
    }
  }

  @Test func anOutputMayBeTheInput() throws {
    let graph = try buildGraph(layers: "  - identity")
    #expect(try Interpreter(graph, parameters: [:]).run(input).outputs == [input])
  }

  /// The trace has the weights under their names and what they are, and says what only training does; at inference that
  /// is gone.
  @Test func tracesNameParametersAndKeepIntent() throws {
    let graph = try buildGraph(
      layers: """
          - {name: c, conv: {out: 4, kernel: 3, padding: half}}
          - {name: bn, batch_norm: {momentum: 0.03}}
          - dropout: {rate: 0.25}
          - residual:
              - {name: d, depthwise_conv: {kernel: 3, padding: half, bias: false}}
              - drop_path: {rate: 0.125}
          - flatten
          - {name: fc, linear: {out: 3, bias: false}}
        """)
    let computation = try Interpreter(graph, parameters: graph.syntheticParameters).computation(batch: 2)
    #expect(
      computation.parameters.map { "\($0.path) \($0.role)" } == [
        "c.weight weight", "c.bias bias", "bn.weight weight", "bn.bias bias", "bn.running_mean runningMean",
        "bn.running_var runningVariance", "d.weight weight", "fc.weight weight",
      ])
    func operations(_ computation: Computation) -> Set<AnyHashable> {
      Set(
        computation.nodes.compactMap {
          if case .operation(let operation, _) = $0.origin { AnyHashable(operation) } else { nil }
        })
    }
    let batchNorm = Operations.BatchNorm(epsilon: 1e-5, momentum: 0.03)
    let traced = operations(computation)
    #expect(traced.isSuperset(of: [batchNorm, Operations.Dropout(rate: 0.25), Operations.DropPath(rate: 0.125)]))
    let inference = computation.forInference()
    #expect(operations(inference).contains(Operations.BatchNorm(epsilon: 1e-5)))
    #expect(!operations(inference).contains(batchNorm))
    let input = Tensor(syntheticInput: "input", shape: [2, 4, 8, 8])
    #expect(inference.plain([input]) == computation.plain([input]))
    #expect(
      try inference.plain([input]) == Interpreter(graph, parameters: graph.syntheticParameters).run(input).outputs)
  }

  @Test func missingAndMisshapenParameters() throws {
    let graph = try buildGraph(layers: "  - {name: c, conv: {out: 4, kernel: 3}}")
    #expect(throws: InterpreterError.missingParameters(["c.weight", "c.bias"])) {
      try Interpreter(graph, parameters: [:])
    }
    var parameters = graph.syntheticParameters
    parameters["c.bias"] = Tensor(zeros: [1])
    #expect(throws: InterpreterError.wrongParameterShape(path: "c.bias", expected: [4], found: [1])) {
      try Interpreter(graph, parameters: parameters)
    }
    #expect(InterpreterError.missingParameters(["c.weight"]).description == "a parameter is missing: c.weight")
  }

  @Test func inputsAndTapsThatDoNotFit() throws {
    let graph = try buildGraph(layers: "  - relu")
    let interpreter = try Interpreter(graph, parameters: [:])
    let wrong = Tensor(zeros: [2, 4, 8, 7])
    #expect(throws: InterpreterError.wrongInputShape(expected: [4, 8, 8], found: wrong.shape)) {
      try interpreter.run(wrong)
    }
    #expect(throws: InterpreterError.wrongInputShape(expected: [4, 8, 8], found: [4, 8, 8])) {
      try interpreter.run(Tensor(zeros: [4, 8, 8]))
    }
    #expect(throws: InterpreterError.unknownTap("nothing")) { try interpreter.run(input, taps: ["nothing"]) }
  }

  @Test func openSizesAndValuesBeyondMemory() throws {
    let large = try buildGraph(layers: "  - upsample: {by: 1000000}")
    let elements = 4 * 8_000_000 * 8_000_000
    #expect(throws: InterpreterError.tooLarge(path: large.nodes[0].path, elements: elements)) {
      try Interpreter(large, parameters: [:]).run(Tensor(zeros: [1, 4, 8, 8]))
    }
    var open = try buildGraph(layers: "  - relu")
    open.inputs[0].shape = .maps(4, .symbol("H"), 8)
    #expect(throws: InterpreterError.openSize(path: "input", shape: open.input)) {
      try Interpreter(open, parameters: [:])
    }
  }
}
