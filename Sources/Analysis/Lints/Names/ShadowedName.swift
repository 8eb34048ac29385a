import Diagnostics
import SpecLanguage

/// Inner names that hide outer ones.
///
/// `groups: groups` hands the outer value on, so whoever writes it knows of both; a block that is used so once is silent.
enum ShadowedName: Lint {
  static let id = DiagnosticID.shadowedName

  static func findings(in context: LintContext) -> [Diagnostic] {
    let variables = context.names.variables
    return variables.filter { !$0.isHandedOn }.compactMap { variable in
      guard let hidden = variable.hidden.map({ variables[$0] }) else { return nil }
      return finding(
        "\(variable.description) hides \(hidden.description)", at: variable.span,
        notes: [.init("the hidden one", at: hidden.span)])
    }
  }
}
