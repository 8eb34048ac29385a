import Diagnostics
import Frontend
import GraphIR
import Layers
import SpecLanguage

/// Joins of one input, which is handed on as it is.
enum SingleInput: Lint {
  static let id = DiagnosticID.singleInput

  static func findings(in context: LintContext) -> [Diagnostic] {
    // Of each join whether all that it has made has one input.
    var isSingle: [Span: Bool] = [:]
    let nodes = context.graph.nodes
    for id in nodes.indices where type(of: nodes[id].layer).isJoin {
      isSingle[nodes[id].span, default: true] = isSingle[nodes[id].span, default: true] && nodes[id].inputs.count == 1
    }
    var seen: Set<Span> = []
    var found: [Diagnostic] = []
    context.spec.forEachItem { item in
      guard let finding = finding(item, isSingle), seen.insert(item.operationSpan).inserted else { return }
      found.append(finding)
    }
    return found
  }

  private static func finding(_ item: Item, _ isSingle: [Span: Bool]) -> Diagnostic? {
    switch item.operation {
    case .layer(let call):
      // A list of names that grows from place to place may begin with one.
      guard item.from?.count ?? 1 == 1, isSingle[item.operationSpan] ?? false else { return nil }
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
