import Diagnostics
import GraphIR
import Recipes

/// A loss of a recipe that the network cannot be trained by, for what it ends in: `cnnc train` would end on it.
enum UnfitLoss: Lint {
  static let id = DiagnosticID.unfitLoss

  static func findings(in context: LintContext) -> [Diagnostic] {
    context.spec.recipeLosses.compactMap { loss in
      context.graph.conflict(withLoss: loss.name).map { finding($0, at: loss.span) }
    }
  }
}
