import GraphIR
import SpecLanguage

/// The types that generated code has for a network: one for the whole, one for each block. No language is in it.
package struct NetworkBlueprint: Sendable {
  /// The type of the whole network.
  package var network: TypeBlueprint
  /// The types of the blocks, which constructions name by their positions.
  package var types: [TypeBlueprint]
  /// Whether everything is written out in the network's own type, which only a fault of the compiler makes necessary.
  package var isPlain: Bool

  /// Makes the blueprint of a graph that was built from a spec, and verifies it on paper.
  ///
  /// `name` is what the network's type is called, `naming` how the language to be written spells names.
  /// - Throws: `GenerationError` for a network that generated code cannot be.
  package init(_ graph: Graph, spec: Spec, name: String, naming: some Naming) throws(GenerationError) {
    guard graph.inputs.allSatisfy(\.shape.isKnown), graph.mainNodes.allSatisfy(\.output.isKnown) else {
      throw GenerationError("\(graph.name) has open sizes; generate it for a size")
    }
    var reason = ""
    for isPlain in [false, true] {
      let builder = BlueprintBuilder(graph, spec: spec, modelName: name, naming: naming, isPlain: isPlain)
      do {
        network = try builder.network()
        network.name = name
        (types, self.isPlain) = (builder.types, isPlain)
        let problem = Verification.problem(in: network, types: types, graph, builder.graphIndex)
        guard let problem else { return }
        reason = problem
      } catch {
        reason = error.reason
      }
    }
    throw GenerationError("a fault of cnnc: \(graph.name) cannot be generated: \(reason)")
  }
}
