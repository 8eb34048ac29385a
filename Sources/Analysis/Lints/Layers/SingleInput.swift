import Diagnostics
import Frontend
import GraphIR
import Layers
import SpecLanguage

/// Joins of one input, which is handed on as it is.
enum SingleInput: Lint {
  static let id = DiagnosticID.singleInput

  static func findings(in context: LintContext) -> [Diagnostic] {
    let nodes = context.graph.nodes
    let joins = nodes.indices.filter { type(of: nodes[$0].layer).isJoin }
    // Joins of which all that they have made has one input.
    var single = Set(joins.filter { nodes[$0].inputs.count == 1 }.map { nodes[$0].span })
    if !single.isEmpty {
      for id in joins where nodes[id].inputs.count > 1 { single.remove(nodes[id].span) }
    }
    var seen: Set<Span> = []
    var found: [Diagnostic] = []
    context.spec.forEachItem { item in
      guard let finding = finding(item, single), seen.insert(item.operationSpan).inserted else { return }
      found.append(finding)
    }
    return found
  }

  private static func finding(_ item: Item, _ single: Set<Span>) -> Diagnostic? {
    switch item.operation {
    case .layer(let call):
      // A list of names that grows from place to place may begin with one.
      guard item.from?.count ?? 1 == 1, single.contains(item.operationSpan) else { return nil }
      return finding(
        "\(call.keyword) has one input, which it hands on as it is", at: item.operationSpan,
        notes: [.init("name all that it joins: `{from: [a, b], \(call.keyword)}`")])
    case .branches(let branches, _) where branches.count == 1, .split(let branches, _, _) where branches.count == 1:
      return finding(
        "there is one branch, so nothing is joined", at: item.operationSpan,
        notes: [.init("what follows one after the other is `seq: […]`; what is passed on beside it is `identity`")])
    default: return nil
    }
  }
}
