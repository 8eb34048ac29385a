import Diagnostics
import SpecLanguage

/// Parameters, columns, loop variables, and inputs beside the first, that nothing reads.
enum UnusedParameter: Lint {
  static let id = DiagnosticID.unusedParameter

  static func findings(in context: LintContext) -> [Diagnostic] {
    context.names.variables.filter { variable in
      guard !variable.isRead else { return false }
      return variable.kind != .modelParameter || !context.names.preprocessing.contains(variable.name)
    }.map { variable in
      finding("\(variable.description) is read by nothing in the network", at: variable.span)
    }
  }
}

extension NameUses.Variable {
  /// What the variable is, for messages.
  var description: String {
    switch kind {
    case .modelParameter: "the model's parameter '\(name)'"
    case .blockParameter(let block): "parameter '\(name)' of block \(block)"
    case .blockInput(let block): "input '\(name)' of block \(block)"
    case .input: "the input '\(name)'"
    case .functionParameter(let function): "parameter '\(name)' of function \(function)"
    case .column: "column '\(name)'"
    case .loop: "loop variable '\(name)'"
    }
  }
}
