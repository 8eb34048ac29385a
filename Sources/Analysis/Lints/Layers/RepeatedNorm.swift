import Diagnostics
import GraphIR
import Layers

/// Two normalizations in a row.
enum RepeatedNorm: Lint {
  static let id = DiagnosticID.repeatedNorm

  static func findings(in context: LintContext) -> [Diagnostic] {
    let found = context.nodes(where: isNorm).filter { isBehindOne($0, context) }.map { context.graph.nodes[$0] }
    return NodeGroup.grouping(found).compactMap { group in
      guard let other = before(group.first, context) else { return nil }
      return finding(
        "\(group.first.label) reads \(other.label): two normalizations in a row", at: group.span,
        notes: [.init("the one before", at: other.span)] + group.notes)
    }
  }

  private static func isNorm(_ operation: LayerOperation) -> Bool {
    switch operation {
    case .batchNorm, .imageNorm, .localResponseNorm: true
    default: false
    }
  }

  private static func isBehindOne(_ node: Int, _ context: LintContext) -> Bool {
    context.producerID(of: context.graph.nodes[node].inputs[0]).map { isNorm(context.operations[$0]) } ?? false
  }

  private static func before(_ node: Node, _ context: LintContext) -> Node? {
    isBehindOne(node.id, context) ? context.producer(of: node.inputs[0]) : nil
  }
}
