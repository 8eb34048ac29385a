import Diagnostics
import Foundation
import Frontend
import GeneratedModels
import GraphIR
import Interpreter
import NetworkWeights
import NeuralNetworks
import RecordedNetworks
import Runtime
import SpecLanguage
import SyntheticTensors
import Tensors

/// What is wrong with a generated network.
struct Failure: Error, CustomStringConvertible {
  var description: String
}

/// A generated network beside the interpreter of the same spec, with the same synthetic weights.
struct Comparison {
  private let graph: Graph
  private let interpreter: Interpreter
  private let model: LoadedModel
  /// The network without the tensors that the spec itself has, and the interpreter with these; nil if it has none.
  private let fixed: (interpreter: Interpreter, model: LoadedModel)?
  private let shapes: [[Int]]
  private let inputs: [Tensor]
  /// The published network that the spec describes; nil if there is none, or its file is not there.
  private let reference: ReferenceOutput?
  /// The same, if it is recorded in the repository.
  private let recorded: RecordedNetwork?

  init(_ entry: GeneratedModel) throws {
    let spec: Spec
    (graph, spec) = try Self.network(entry.spec, variant: entry.variant)
    recorded = entry.recorded
    var parameters = try recorded?.parameters(of: graph, spec: spec) ?? [:]
    for node in graph.mainNodes {
      for parameter in node.ownParameters {
        let name = "\(node.path).\(parameter.name)"
        if parameters[name] == nil { parameters[name] = Tensor(synthetic: name, shape: parameter.shape) }
      }
    }
    reference = try entry.architecture.flatMap { architecture in
      try ReferenceOutput.folder.map { try ReferenceOutput.read(architecture.name, in: $0) }
    }
    shapes = graph.inputs.map { [1] + ($0.shape.values ?? []) }
    if let reference, [[1] + reference.input] != shapes {
      throw Failure(description: "the inputs are \(shapes), and the reference's \(reference.input)")
    }
    inputs =
      recorded?.inputs(of: graph)
      ?? shapes.enumerated().map { position, shape in
        Tensor(syntheticInput: position == 0 ? "input" : "input\(position)", shape: shape)
      }
    interpreter = try Interpreter(graph, parameters: parameters)
    model = try entry.load(parameters)
    let given = try graph.fixedTensors(from: DiskFiles())
    if given.isEmpty {
      fixed = nil
    } else {
      for tensor in given { parameters[tensor.name] = nil }
      let model = try entry.load(parameters)
      for tensor in given { parameters[tensor.name] = Tensor(tensor.values, shape: tensor.shape) }
      fixed = (try Interpreter(graph, parameters: parameters), model)
    }
  }

  private static func network(_ path: String, variant: String?) throws -> (Graph, Spec) {
    var options = BuildOptions()
    options.variant = variant
    let compilation = Compilation(path, options: options)
    guard let graph = compilation.graph, let spec = compilation.spec else {
      throw Failure(description: "\(path) does not build")
    }
    return (graph, spec)
  }

  /// Compares the outputs of both, one operation after the other and planned, with each other and the reference; and
  /// whether the plan has the layers' paths.
  ///
  /// - Throws: `Failure` if something differs.
  func check() throws {
    guard Self.bits(try interpreter.run(inputs).outputs) == Self.bits(model.run(inputs)) else {
      throw Failure(description: "the outputs differ, run one operation after the other")
    }
    let computation = model.computation(shapes)
    guard Self.areSame(try interpreter.computation(batch: 1), computation) else {
      throw Failure(description: "the operations differ, and so would the plans")
    }
    let paths = Set(computation.nodes.compactMap(\.label?.path))
    for node in graph.mainNodes {
      for parameter in node.ownParameters {
        let path = "\(node.path).\(parameter.name)".split(separator: ".").dropLast().joined(separator: ".")
        guard paths.contains(path) else { throw Failure(description: "no step of the plan says '\(path)'") }
      }
    }
    if let fixed, Self.bits(try fixed.interpreter.run(inputs).outputs) != Self.bits(fixed.model.run(inputs)) {
      throw Failure(description: "the outputs differ, run with the tensors that the spec has")
    }
    let outputs = try model.plan(shapes)(inputs)
    guard Self.bits(try interpreter.plan(batch: 1)(inputs)) == Self.bits(outputs) else {
      throw Failure(description: "the outputs differ, planned")
    }
    if let reference {
      let error = reference.error(of: outputs[0])
      guard error <= reference.tolerance else {
        throw Failure(description: "\(error) off PyTorch's output, allowed \(reference.tolerance)")
      }
    }
    if let recorded {
      let error = recorded.error(of: outputs)
      guard error <= recorded.tolerance else {
        throw Failure(description: "\(error) off PyTorch's output, allowed \(recorded.tolerance)")
      }
    }
  }

  /// The seconds of a run of either plan.
  func times() throws -> (interpreted: Double, generated: Double) {
    let (interpreted, generated) = (try interpreter.plan(batch: 1), try model.plan(shapes))
    let times = runTimes([{ _ = interpreted(inputs) }, { _ = generated(inputs) }])
    return (times[0], times[1])
  }

  /// The bits of tensors, which differ where a zero has another sign and agree where both are NaN.
  private static func bits(_ tensors: [Tensor]) -> [[UInt32]] { tensors.map { $0.elements.map(\.bitPattern) } }

  /// Whether two computations consist of the same operations on the same parameters, so that their plans do the same
  /// work. Branches may come in another order, where an expression of the generated code holds several.
  private static func areSame(_ left: Computation, _ right: Computation) -> Bool {
    func counts(_ computation: Computation) -> [AnyHashable: Int] {
      computation.nodes.reduce(into: [:]) { counts, node in
        if case .operation(let operation, _) = node.origin { counts[AnyHashable(operation), default: 0] += 1 }
      }
    }
    func names(_ computation: Computation) -> [String] {
      computation.parameters.map { "\($0.path) \($0.role)" }.sorted()
    }
    return counts(left) == counts(right) && names(left) == names(right)
  }
}

extension GeneratedModel {
  /// `resnet50`, or `resnet50@resnet152` for a variant.
  var name: String { stem + (variant.map { "@\($0)" } ?? "") }

  private var stem: String { URL(fileURLWithPath: spec).deletingPathExtension().lastPathComponent }

  /// What is recorded of the network that the spec describes.
  var recorded: RecordedNetwork? { RecordedNetwork.describing(stem, variant: variant) }

  /// The published network that the spec describes.
  var architecture: Architecture? { Architecture.all.first { $0.spec == stem && $0.variant == variant } }
}
