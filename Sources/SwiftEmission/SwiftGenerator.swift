import Blueprints
import Diagnostics
import GraphIR
import Images
import Layers
import NetworkImages
import Shapes
import SpecLanguage
import SwiftSource

/// Generates Swift source for a network: a type for the whole and one for each block.
package enum SwiftGenerator {
  /// What was generated.
  package struct Result: Sendable {
    /// The network's type: `ResNet50`.
    package var typeName: String
    package var source: String
    /// Whether the network takes images that the generated code knows how to read.
    package var readsImages: Bool
    /// The names of the network's inputs where there are several.
    package var inputNames: [String]
    /// What the first output is.
    package var answer: Answer
    /// Whether the source has the classes' names.
    package var hasLabels: Bool
    /// Why everything is written out in the network's own type, which is for faults of the compiler only; nil where it
    /// is not.
    package var reasonForPlain: String?
  }

  /// What a program can say of a network's first output.
  package enum Answer: Hashable, Sendable {
    /// A number for each class.
    case classes(ScoreMeaning)
    /// One number.
    case value
    /// Neither: it can be written to a file.
    case tensor
  }

  /// The source of a network that was built from a spec.
  ///
  /// `sources` has the spec's files, whose content the header names by its hash.
  /// - Throws: `GenerationError` for a network that generated code cannot be.
  package static func generate(
    _ graph: Graph, spec: Spec, sources: SourceTable, options: SwiftOptions = SwiftOptions()
  ) throws(GenerationError) -> Result {
    let name = options.typeName ?? SwiftNaming().typeName(of: graph)
    let blueprint = try NetworkBlueprint(graph, spec: spec, name: name, naming: SwiftNaming())
    let preprocessing: ImagePreprocessing?
    do {
      preprocessing =
        graph.inputs.count == 1 && graph.input.axisCount == 2 && spec.preprocessing != nil
        ? try ImagePreprocessing(spec, for: graph) : nil
    } catch {
      throw GenerationError("\(error)")
    }
    let emitter = FileEmitter(
      graph: graph, spec: spec, sources: sources, network: blueprint.network, types: blueprint.types, options: options,
      preprocessing: preprocessing, fixedValues: FixedValues(options.fixedTensors, of: graph, in: name))
    var hasLabels = !options.labels.isEmpty
    if case .list? = spec.labels { hasLabels = true }
    return Result(
      typeName: name, source: Printer.print(emitter.file), readsImages: preprocessing != nil,
      inputNames: graph.inputs.count > 1 ? graph.inputs.compactMap(\.name) : [],
      answer: answer(of: graph), hasLabels: hasLabels,
      reasonForPlain: blueprint.reasonForPlain)
  }

  private static func answer(of graph: Graph) -> Answer {
    let output = graph.outputs[0].value
    let shape = graph.shape(of: output)
    guard let elements = shape.elements.value, elements == shape.channels.value else { return .tensor }
    return elements == 1 ? .value : .classes(output.node.map { graph.nodes[$0].layer.scores } ?? .logits)
  }

  /// Whether a network's type can be called so: a name in Swift that means nothing yet.
  package static func isTypeName(_ name: String) -> Bool {
    Identifier.property(name) == name && name.first?.isUppercase == true && SwiftNaming().network(name) == name
  }
}
