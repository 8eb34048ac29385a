import Diagnostics
import GraphIR
import Layers

/// Two normalizations in a row.
enum RepeatedNorm: Lint {
  static let id = DiagnosticID.repeatedNorm

  static func findings(in context: LintContext) -> [Diagnostic] {
    let found = context.graph.nodes.filter { isNorm($0) && before($0, context) != nil }
    return NodeGroup.grouping(found).compactMap { group in
      guard let other = before(group.first, context) else { return nil }
      return finding(
        "\(group.first.label) reads \(other.label): two normalizations in a row", at: group.span,
        notes: [.init("the one before", at: other.span)] + group.notes)
    }
  }

  private static func isNorm(_ node: Node) -> Bool {
    switch node.layer.operation {
    case .batchNorm, .imageNorm, .localResponseNorm: true
    default: false
    }
  }

  private static func before(_ node: Node, _ context: LintContext) -> Node? {
    guard let other = context.producer(of: node.inputs[0]), isNorm(other) else { return nil }
    return other
  }
}
