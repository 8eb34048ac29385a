import Diagnostics
import SpecLanguage

/// Functions of the spec's own file that nothing calls.
enum UnusedFunction: Lint {
  static let id = DiagnosticID.unusedFunction

  static func findings(in context: LintContext) -> [Diagnostic] {
    context.spec.ownFunctions.filter { !context.names.usedFunctions.contains($0.span) }
      .map { finding("nothing calls function \($0.name)", at: $0.span) }
  }
}
