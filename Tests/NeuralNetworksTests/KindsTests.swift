import Foundation
import Frontend
import GraphIR
import Interpreter
import NetworkWeights
import SpecLanguage
import SyntheticTensors
import Tensors
import Testing

@testable import NeuralNetworks

/// Every layer of the library, as generated code calls it, against the interpreter of the same spec.
@Suite("Every kind of layer")
struct KindsTests {
  private static func graph() throws -> Graph {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../SwiftEmissionTests/Fixtures/kinds.yaml").standardized.path
    return try #require(Compilation(path).graph)
  }

  /// Tensors that are unlike each other, and those that the spec has in files.
  private static func parameters(_ graph: Graph) throws -> [String: Tensor] {
    var parameters: [String: Tensor] = [:]
    for node in graph.mainNodes {
      for parameter in node.parameters {
        let name = "\(node.path).\(parameter.name)"
        parameters[name] = Tensor(synthetic: name, shape: parameter.shape)
      }
    }
    for tensor in try graph.fixedTensors(from: DiskFiles()) {
      parameters[tensor.name] = Tensor(tensor.values, shape: tensor.shape)
    }
    return parameters
  }

  private static func bits(_ tensor: Tensor) -> [UInt32] { tensor.elements.map(\.bitPattern) }

  @Test func computesWhatTheInterpreterComputes() throws {
    let graph = try Self.graph()
    let parameters = try Self.parameters(graph)
    var model = Kinds()
    try model.load(parameters)
    let input = Tensor(syntheticInput: "input", shape: [2, graph.input.channels.value ?? 0], amplitude: 4)
    let expected = try Interpreter(graph, parameters: parameters).run(input).outputs
    let found = model(input).tensors
    try #require(found.count == expected.count && found.count == graph.outputs.count)
    for (index, output) in graph.outputs.enumerated() {
      let node = try #require(output.value.node.map { graph.nodes[$0] })
      #expect(found[index].shape == expected[index].shape, "\(node.keyword) \(node.path)")
      #expect(Self.bits(found[index]) == Self.bits(expected[index]), "\(node.keyword) \(node.path)")
    }
    let planned = try model.plan(input: input.shape)(input).tensors
    let interpreted = try Interpreter(graph, parameters: parameters).plan(batch: 2)([input])
    #expect(planned.map(Self.bits) == interpreted.map(Self.bits))
  }

  /// Both trace the same operations, with tensors of the same names, and the steps have the layers' paths.
  @Test func tracesWhatTheInterpreterTraces() throws {
    let graph = try Self.graph()
    let parameters = try Self.parameters(graph)
    var model = Kinds()
    try model.load(parameters)
    let found = model.computation(input: [1, graph.input.channels.value ?? 0])
    let expected = try Interpreter(graph, parameters: parameters).computation(batch: 1)
    #expect(Self.operations(found) == Self.operations(expected))
    #expect(found.parameters.map(\.path).sorted() == expected.parameters.map(\.path).sorted())
    let paths = Set(found.nodes.compactMap(\.label?.path))
    for node in graph.mainNodes where !node.parameters.isEmpty { #expect(paths.contains(node.path), "\(node.path)") }
  }

  private static func operations(_ computation: Computation) -> [AnyHashable: Int] {
    computation.nodes.reduce(into: [:]) { counts, node in
      if case .operation(let operation, _) = node.origin { counts[AnyHashable(operation), default: 0] += 1 }
    }
  }

  /// The tensors that the spec has in files are in the code, so a file of weights may lack them.
  @Test func knowsTheTensorsThatTheSpecHas() throws {
    let graph = try Self.graph()
    let fixed = try graph.fixedTensors(from: DiskFiles())
    #expect(!fixed.isEmpty)
    var parameters = try Self.parameters(graph)
    for tensor in fixed { parameters[tensor.name] = nil }
    var model = Kinds()
    try model.load(parameters)
    for tensor in fixed { #expect(model.parameters[tensor.name] == Tensor(tensor.values, shape: tensor.shape)) }
  }

  /// What layers by hand hold before weights are loaded is what training begins with, where that is not drawn.
  @Test func beginsAsTheDeclarationsSay() throws {
    let graph = try Self.graph()
    let model = Kinds()
    let found = model.parameters
    for node in graph.mainNodes {
      for parameter in node.parameters where parameter.role != .fixed {
        let tensor = try #require(found["\(node.path).\(parameter.name)"])
        let start = Float(node.layer.firstValue(of: parameter.name) ?? 0)
        #expect(tensor.shape == parameter.shape && tensor.elements.allSatisfy { $0 == start }, "\(node.path)")
      }
    }
  }
}
