import Diagnostics
import SpecLanguage

/// Blocks of the spec's own file that nothing uses; an imported file may well hold more than one spec needs.
enum UnusedBlock: Lint {
  static let id = DiagnosticID.unusedBlock

  static func findings(in context: LintContext) -> [Diagnostic] {
    context.spec.blocks.values.filter { $0.unit == 0 && !context.names.usedBlocks.contains($0.name) }
      .map { finding("nothing uses block \($0.name)", at: $0.nameSpan) }
  }
}
