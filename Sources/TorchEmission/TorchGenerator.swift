import Blueprints
import Diagnostics
import GraphIR
import PythonSource
import SpecLanguage

/// Generates PyTorch source for a network: a class for the whole and one for each block.
package enum TorchGenerator {
  /// What was generated.
  package struct Result: Sendable {
    /// The network's class: `ResNet50`.
    package var typeName: String
    package var source: String

    /// The classes of blocks that are there several times, the outermost of those within one another.
    package var repeatedTypes: [String]

    /// Trained tensors whose first values are not in the source, as `net.yaml:7: the first values of conv1.weight`.
    package var missingValues: [String]

    /// What a file of it is called, as modules are: `resnet50.py`.
    package var fileName: String { "\(typeName.lowercased()).py" }
    /// Why everything is written out in the network's own class, which is for faults of the compiler only; nil where it is
    /// not.
    package var reasonForPlain: String?
  }

  /// The source of a network that was built from a spec.
  ///
  /// `sources` has the spec's files, whose content the header names by its hash; `fixedTensors` the values of tensors that
  /// the spec has in files, those too that training begins with.
  /// - Throws: `GenerationError` for a network that generated code cannot be.
  package static func generate(
    _ graph: Graph, spec: Spec, sources: SourceTable, fixedTensors: [Graph.FixedTensor] = [],
    options: TorchOptions = TorchOptions()
  ) throws(GenerationError) -> Result {
    try requireNames(of: graph)
    let name = options.typeName ?? TorchNaming().typeName(of: graph)
    let blueprint = try NetworkBlueprint(graph, spec: spec, name: name, naming: TorchNaming(), forTraining: true)
    let values = GivenValues(
      fixedTensors, of: graph, taken: Set(blueprint.types.map(\.name)).union([name]))
    let emitter = FileEmitter(
      graph: graph, spec: spec, sources: sources, blueprint: blueprint, options: options, values: values)
    return Result(
      typeName: name, source: PythonPrinter.print(emitter.file), repeatedTypes: repeatedTypes(blueprint, graph),
      missingValues: values.missing(in: graph),
      reasonForPlain: blueprint.reasonForPlain)
  }

  private static func repeatedTypes(_ blueprint: NetworkBlueprint, _ graph: Graph) -> [String] {
    let repeated = blueprint.types.filter { $0.uses.count > 1 && !$0.properties.isEmpty }
    let places = Set(repeated.flatMap(\.uses.keys))
    func isWithin(_ scope: Int) -> Bool {
      var parent = graph.scopes[scope].parent
      while let place = parent {
        if places.contains(place) { return true }
        parent = graph.scopes[place].parent
      }
      return false
    }
    return repeated.filter { !$0.uses.keys.allSatisfy(isWithin) }.map(\.name)
  }

  /// Names that no module of PyTorch can have: it writes `training` itself, and Python calls `__deepcopy__` to copy one.
  private static let takenNames: Set<Substring> = ["training", "__deepcopy__"]

  /// - Throws: `GenerationError` for a name that no module of PyTorch can have.
  private static func requireNames(of graph: Graph) throws(GenerationError) {
    for node in graph.nodes where !node.parameters.isEmpty {
      guard let name = node.path.split(separator: ".").first(where: takenNames.contains) else { continue }
      throw error(of: String(name), node, in: graph)
    }
  }

  private static func error(of name: String, _ taken: Node, in graph: Graph) -> GenerationError {
    let file = graph.files.indices.contains(taken.span.source.index) ? graph.files[taken.span.source.index] : graph.file
    return GenerationError(
      "a module of PyTorch cannot be called '\(name)', as in '\(taken.path)', for each has that to itself; another name "
        + "can", place: "\(file):\(taken.span.start.line):\(taken.span.start.column)")
  }

  /// What a network's class is called unless somebody says otherwise.
  package static func typeName(of graph: Graph) -> String { TorchNaming().typeName(of: graph) }

  /// Whether a network's class can be called so: a name in Python that means nothing yet.
  package static func isTypeName(_ name: String) -> Bool {
    PythonNames.isName(name) && name.first?.isUppercase == true && TorchNaming().network(name) == name
  }
}
