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
    /// Whether the output is probabilities already.
    package var endsWithSoftmax: Bool
    /// Whether the source has the classes' names.
    package var hasLabels: Bool
    /// Why everything is written out in the network's own type, which is for faults of the compiler only; nil where it
    /// is not.
    package var reasonForPlain: String?
  }

  /// The source of a network that was built from a spec.
  ///
  /// `sources` has the spec's files, whose content the header names by its hash.
  /// - Throws: `GenerationError` for a network that generated code cannot be.
  package static func generate(
    _ graph: Graph, spec: Spec, sources: SourceTable, options: SwiftOptions = SwiftOptions()
  ) throws(GenerationError) -> Result {
    let name = options.typeName ?? typeName(graph)
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
    let last = graph.outputs[0].value.node.map { graph.nodes[$0].keyword }
    var hasLabels = !options.labels.isEmpty
    if case .list? = spec.labels { hasLabels = true }
    return Result(
      typeName: name, source: Printer.print(emitter.file), readsImages: preprocessing != nil,
      inputNames: graph.inputs.count > 1 ? graph.inputs.compactMap(\.name) : [],
      endsWithSoftmax: last == "softmax", hasLabels: hasLabels,
      reasonForPlain: blueprint.reasonForPlain)
  }

  /// The model's name; a variant's where it is known by its own: `resnet152` of ResNet50 is ResNet152.
  static func typeName(_ graph: Graph) -> String {
    let model = Identifier.property(graph.name)
    guard let variant = graph.variant else { return model }
    let letters = model.prefix { $0.isLetter }
    if letters.count >= 3, variant.lowercased().hasPrefix(letters.lowercased()) {
      return letters + Identifier.upperCamelTail(String(variant.dropFirst(letters.count)))
    }
    return model + Identifier.upperCamelTail(variant)
  }
}

extension Identifier {
  /// `16_bn` as `16Bn`, `b4` as `B4`.
  fileprivate static func upperCamelTail(_ name: String) -> String {
    name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
