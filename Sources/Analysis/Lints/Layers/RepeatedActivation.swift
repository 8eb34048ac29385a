import Diagnostics
import GraphIR
import Layers

/// Two activations, or an activation and softmax, in a row.
enum RepeatedActivation: Lint {
  static let id = DiagnosticID.repeatedActivation

  static func findings(in context: LintContext) -> [Diagnostic] {
    let found = context.nodes(where: isActivation).filter { isBehindOne($0, context) }.map { context.graph.nodes[$0] }
    return NodeGroup.grouping(found).compactMap { group in
      guard let other = before(group.first, context) else { return nil }
      let reason: String =
        switch (group.first.layer.operation, other.layer.operation) {
        case (.softmax, .softmax): "probabilities go through softmax again, which flattens them"
        case (.softmax, _): "it sees logits that \(other.keyword) has bent"
        default: group.first.keyword == other.keyword ? "two \(other.keyword) in a row" : "two activations in a row"
        }
      return finding(
        "\(group.first.label) reads \(other.label): \(reason)", at: group.span,
        notes: [.init("the one before", at: other.span)] + group.notes)
    }
  }

  private static func isActivation(_ operation: LayerOperation) -> Bool {
    operation == .activation || operation == .softmax
  }

  private static func isBehindOne(_ node: Int, _ context: LintContext) -> Bool {
    let inputs = context.graph.nodes[node].inputs
    guard inputs.count == 1, let other = context.producerID(of: inputs[0]) else { return false }
    return isActivation(context.operations[other])
  }

  private static func before(_ node: Node, _ context: LintContext) -> Node? {
    isBehindOne(node.id, context) ? context.producer(of: node.inputs[0]) : nil
  }
}
