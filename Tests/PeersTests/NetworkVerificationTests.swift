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
    input = Tensor((0..<32).map { 1000 + Float($0 * 7 % 5) / 100 }, shape: [1, 2, 4, 4])
    rounded = Tensor(input.elements.enumerated().map { $0 % 2 == 0 ? $1.nextUp : $1 }, shape: input.shape)
    let second = graph.mainNodes[1]
    let computation = try #require(
      try Interpreter(graph, parameters: [:]).computation(ofNode: second.id, from: [input.shape]))
    let exact = computation.forInference().plain([DoubleTensor(converting: rounded)])[0]
    normed = Tensor(exact.elements.map(Float.init), shape: exact.shape)
  }

  /// The report on an engine that gives these values, and none in double precision.
  private func report(_ values: [(String, Tensor)]) throws -> PeerReport {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("values.npz").path
    try WeightWriter.write(
      values.map { name, tensor in WeightWriter.Tensor(name: name, shape: tensor.shape) { tensor.elements } }, to: file,
      format: .npz)
    let program = folder.appendingPathComponent("python")
    try """
    #!/bin/sh
    cd "$(dirname "$5")"
    cp "\(file)" values.npz
    echo '{"version": "1", "deviations": {}, "losses": [], "losses64": []}' > report.json

    """.write(to: program, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    let verification = try NetworkVerification(
      graph, parameters: [:], inputs: [input], as: PeerJob.Network(), scope: NetworkVerification.Scope(), threads: 1)
    let run = try PeerRun(python: program.path, seconds: 20)
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

  @Test("no number where there is one is a fault whatever rounding comes to")
  func noNumber() throws {
    var elements = normed.elements
    elements[3] = .nan
    let found = try report([("output:0", Tensor(elements, shape: normed.shape)), ("layer:first", rounded)])
    #expect(found.verdict == .different)
  }
}
