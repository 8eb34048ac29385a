import Foundation
import Frontend
import GraphIR
import Interpreter
import SpecLanguage
import Tensors
import Testing
import Weights

@testable import Peers

/// A network whose second layer makes much of what the first rounds, at an engine that gives what a test says.
@Suite("Verifying with an engine that does not know its own deviation")
struct NetworkVerificationTests {
  private let graph: Graph
  private let input: Tensor
  /// The first layer's value at the engine: a unit in the last place beside cnnc's in every other element.
  private let rounded: Tensor
  /// What the second layer makes of that.
  private let normed: Tensor

  init() throws {
    let text = """
      cnnc: 1
      model: Norm
      input: {channels: 2, size: 4}
      layers: [{name: first, relu}, {name: second, instance_norm}]

      """
    graph = try #require(Compilation("norm.yaml", files: MemoryFiles(texts: ["norm.yaml": text])).graph)
    let elements = (0..<32).map { (index: Int) -> Float in 1000 + Float(index * 7 % 5) / 100 }
    input = Tensor(elements, shape: [1, 2, 4, 4])
    rounded = Tensor(input.elements.enumerated().map { $0 % 2 == 0 ? $1.nextUp : $1 }, shape: input.shape)
    let second = graph.mainNodes[1]
    let computation = try #require(
      try Interpreter(graph, parameters: [:]).computation(ofNode: second.id, from: [input.shape]))
    let exact = computation.forInference().plain([DoubleTensor(converting: rounded)])[0]
    normed = Tensor(exact.elements.map(Float.init), shape: exact.shape)
  }

  /// The report on an engine that gives these values, and none in double precision.
  private func report(
    _ values: [(String, Tensor)], of graph: Graph? = nil, _ parameters: [String: Tensor] = [:], inputs: [Tensor]? = nil,
    deviations: String = ""
  ) throws -> PeerReport {
    let run = try PeerProgram.run(
      """
      cp answer.npz values.npz
      echo '{"version": "1", "deviations": {\(deviations)}, "losses": []}' > report.json
      """)
    let file = run.path("answer.npz")
    try WeightWriter.write(
      values.map { name, tensor in WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements } }, to: file,
      format: .npz)
    let verification = try NetworkVerification(
      graph ?? self.graph, parameters: parameters, inputs: inputs ?? [input], as: PeerJob.Network(),
      scope: NetworkVerification.Scope(), threads: 1)
    try verification.prepare(run)
    return try verification.report(of: .onnxruntime, run)
  }

  @Test("rounding that a norm makes much of is no fault")
  func rounding() throws {
    let found = try report([("output:0", normed), ("layer:first", rounded)])
    #expect(found.outputs[0].error > 1e-4)
    #expect(found.verdict == .equal)
    #expect(found.layers.map(\.difference.name) == ["first", "second"])
    #expect(found.layers[1].difference.step != nil)
  }

  @Test("what a norm makes of the same values otherwise is its fault")
  func fault() throws {
    let wrong = Tensor(normed.elements.map { 1.5 * $0 }, shape: normed.shape)
    let found = try report([("output:0", wrong), ("layer:first", rounded)])
    #expect(found.verdict == .different)
    #expect(found.firstFault?.difference.name == "second")
    #expect(found.firstFault?.unseen.isEmpty == true)
  }

  @Test("a layer that is not shown is taken as its definition, and named where what is behind it differs")
  func unseen() throws {
    let found = try report([("output:0", Tensor(normed.elements.map { 1.5 * $0 }, shape: normed.shape))])
    #expect(found.verdict == .different)
    #expect(found.firstFault?.difference.name == "second")
    #expect(found.firstFault?.unseen == ["first"])
  }

  @Test(
    "what hardly depends on the image is no proof, of several images as of one",
    arguments: [(0, true), (1e-7, true), (1, false)] as [(Float, Bool)], [1, 2])
  func constant(_ weight: (Float, Bool), images: Int) throws {
    let text = """
      cnnc: 1
      model: Head
      input: {channels: 2, size: 1}
      layers: [flatten, {name: head, linear: {out: 2}}]

      """
    let graph = try #require(Compilation("head.yaml", files: MemoryFiles(texts: ["head.yaml": text])).graph)
    let parameters = ["head.weight": Tensor(repeating: weight.0, shape: [2, 2]), "head.bias": Tensor([1, 2])]
    let input = Tensor((0..<2 * images).map { Float($0) / 7 }, shape: [images, 2, 1, 1])
    let output = try Interpreter(graph, parameters: parameters).plan(batch: images)([input])[0]
    let found = try report([("output:0", output)], of: graph, parameters, inputs: [input])
    #expect(found.outputs[0].nothing == (weight.1 ? .constant : nil))
    #expect(found.verdict == (weight.1 ? .void : .equal))
  }

  @Test("where rounding comes to more than a tenth of the output, nothing is proved")
  func largeRounding() throws {
    let wrong = Tensor(normed.elements.map { 1.05 * $0 }, shape: normed.shape)
    let found = try report([("output:0", wrong)], deviations: #""output:0": 0.2"#)
    #expect(found.outputs[0].isWithin && found.outputs[0].nothing == .rounding)
    #expect(found.verdict == .void)
  }

  @Test("no number where there is one is a fault whatever rounding comes to")
  func noNumber() throws {
    var elements = normed.elements
    elements[3] = .nan
    let found = try report([("output:0", Tensor(elements, shape: normed.shape)), ("layer:first", rounded)])
    #expect(found.verdict == .different)
  }
}
