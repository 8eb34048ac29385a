import Diagnostics
import GraphIR
import Layers

/// A network, or a head, that ends with softmax where a loss expects logits. An output that `outputs:` names is meant.
enum SoftmaxOutput: Lint {
  static let id = DiagnosticID.softmaxOutput

  static func findings(in context: LintContext) -> [Diagnostic] {
    let unnamed = context.graph.outputs.filter { $0.name == nil }.map(\.value) + context.graph.heads.map(\.output)
    let last = unnamed.compactMap { context.producer(of: $0) }.filter { $0.layer.scores == .probabilities }
    return NodeGroup.grouping(last).map { group in
      let what = group.first.head.map { "head \(context.graph.heads[$0].name)" } ?? "the network"
      return finding(
        "\(what) ends with softmax, but a cross-entropy loss takes logits and applies softmax itself", at: group.span,
        notes: [.init("leave it out; if probabilities are meant, name them: `outputs: {probabilities: …}`")])
    }
  }
}
