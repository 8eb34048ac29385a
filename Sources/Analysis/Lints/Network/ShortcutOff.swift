import Diagnostics
import GraphIR
import SpecLanguage

/// Residuals whose shortcut is switched off by `when`, so that nothing is added to their bodies.
enum ShortcutOff: Lint {
  static let id = DiagnosticID.shortcutOff

  static func findings(in context: LintContext) -> [Diagnostic] {
    let conditional = conditionalShortcuts(in: context.spec)
    guard !conditional.isEmpty else { return [] }
    var scopes: [Span: [Scope]] = [:]
    for scope in context.graph.scopes where scope.kind == .residual && conditional[scope.span] != nil {
      if !isAdded(scope, in: context.graph) { scopes[scope.span, default: []].append(scope) }
    }
    return scopes.compactMap { span, scopes in
      guard let shortcut = conditional[span], let first = scopes.first else { return nil }
      let place = first.path.isEmpty ? "" : " in \(first.path)"
      let more = scopes.count == 1 ? "" : " and \(scopes.count - 1) more"
      return finding(
        "the shortcut's `when` is false\(place)\(more), so that nothing is added to the body", at: shortcut.span,
        notes: [.init("without `when` the input is added; `when_same` adds it where the shapes agree")])
    }
  }

  /// The shortcuts with a condition by the places of their residuals.
  private static func conditionalShortcuts(in spec: Spec) -> [Span: Shortcut] {
    var result: [Span: Shortcut] = [:]
    func look(through items: [Item]) {
      for item in items {
        if case .residual(_, let shortcut, _) = item.operation, shortcut.when != nil { result[item.span] = shortcut }
        look(through: item.directItems)
      }
    }
    look(through: spec.layers)
    look(through: spec.heads.map(\.item))
    for block in spec.blocks.values { look(through: block.layers) }
    return result
  }

  private static func isAdded(_ scope: Scope, in graph: Graph) -> Bool {
    scope.children.contains { child in
      guard case .node(let id) = child else { return false }
      return graph.nodes[id].layer.operation == .elementwise && graph.nodes[id].inputs.count > 1
    }
  }
}
