import Diagnostics

/// A rule that finds what is allowed in a spec but hardly meant, or worth knowing.
protocol Lint {
  /// The finding's identifier, by which it is silenced.
  static var id: DiagnosticID { get }

  /// What the rule finds, at most one finding a place.
  static func findings(in context: LintContext) -> [Diagnostic]
}

extension Lint {
  /// A finding of the rule.
  static func finding(
    _ message: String, at span: Span, severity: Severity? = nil, notes: [Diagnostic.Note] = [],
    fixes: [Diagnostic.Fix] = []
  ) -> Diagnostic {
    Diagnostic(id, message, at: span, severity: severity, notes: notes, fixes: fixes)
  }
}
