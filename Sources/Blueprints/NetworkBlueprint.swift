import Diagnostics
import GraphIR
import SpecLanguage

/// The types that generated code has for a network: one for the whole, one for each block. No language is in it.
package struct NetworkBlueprint: Sendable {
  /// The type of the whole network.
  package var network: TypeBlueprint
  /// The types of the blocks, which constructions name by their positions.
  package var types: [TypeBlueprint]
  /// Why everything is written out in the network's own type, which only a fault of the compiler makes necessary; nil
  /// where it is not.
  package var reasonForPlain: String?

  /// Makes the blueprint of a graph that was built from a spec, and verifies it on paper.
  ///
  /// `name` is what the network's type is called, `naming` how the language to be written spells names. What is
  /// `forTraining` has the auxiliary heads, and says how tensors begin.
  /// - Throws: `GenerationError` for a network that generated code cannot be.
  package init(
    _ graph: Graph, spec: Spec, name: String, naming: some Naming, forTraining: Bool = false
  ) throws(GenerationError) {
    guard graph.inputs.allSatisfy(\.shape.isKnown), graph.mainNodes.allSatisfy(\.output.isKnown) else {
      throw Self.openSizes(of: graph, spec)
    }
    var reason: String?
    for isPlain in [false, true] {
      let builder = BlueprintBuilder(
        graph, spec: spec, modelName: name, naming: naming, forTraining: forTraining, isPlain: isPlain)
      do {
        network = try builder.network()
        network.name = name
        (types, reasonForPlain) = (builder.types, reason)
        let problem = Verification.problem(in: network, types: types, builder.nodes, builder.graphIndex)
        guard let problem else { return }
        reason = problem
      } catch {
        reason = error.reason
      }
    }
    throw GenerationError("a fault of cnnc: \(graph.name) cannot be generated: \(reason ?? "")")
  }

  /// Code is for sizes that are numbers.
  private static func openSizes(of graph: Graph, _ spec: Spec) -> GenerationError {
    let sizes = [0: "", 1: "x16000", 2: "x224x224", 3: "x16x112x112"][graph.input.axisCount] ?? ""
    let example = graph.input.isMaps ? "\(graph.input.channels)\(sizes)" : "784"
    let first = graph.mainNodes.first { !$0.output.isKnown }
    let open = first.map { ", as \($0.output) of \(name($0, in: graph))" } ?? ""
    return GenerationError(
      "\(graph.name) has open sizes\(open), and generated code is for one size; give it, such as --input \(example)",
      place: place(spec.input.span, in: graph))
  }

  /// A layer by its path and its block.
  private static func name(_ node: Node, in graph: Graph) -> String {
    var scope: Int? = node.scope
    while let id = scope {
      switch graph.scopes[id].kind {
      case .module(let block, _), .blockList(let block, _): return "'\(node.path)' in block \(block)"
      default: scope = graph.scopes[id].parent
      }
    }
    return "'\(node.path)'"
  }

  private static func place(_ span: Span, in graph: Graph) -> String {
    let file = graph.files.indices.contains(span.source.index) ? graph.files[span.source.index] : graph.file
    return "\(file):\(span.start.line):\(span.start.column)"
  }
}
