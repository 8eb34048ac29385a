import Diagnostics
import GraphIR
import NetworkWeights
import Recipes
import Weights

/// Patterns of a recipe, under `freeze` or `rates`, that no tensor of the network fits, on which `cnnc train` would end.
enum UnusedPattern: Lint {
  static let id = DiagnosticID.unusedPattern

  static func findings(in context: LintContext) -> [Diagnostic] {
    let patterns = context.spec.recipePatterns
    guard !patterns.isEmpty else { return [] }
    let graph = context.graph
    let names = graph.nodes.flatMap { node in node.parameters.map { graph.tensorName($0, of: node) } }
    return patterns.filter { pattern in !names.contains { WeightBinding.fits(pattern.text, $0) } }
      .map { pattern in
        let some = names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
        return finding(
          "\(pattern.owner): no tensor of the network fits '\(pattern.text)'", at: pattern.span,
          notes: names.isEmpty
            ? [.init("the network has no tensors")]
            : [.init("a pattern is the name of a tensor, a layer or a block, `*` for any letters; tensors are \(some)")]
        )
      }
  }
}
