import Diagnostics
import GraphIR
import Layers
import Shapes

/// TensorFlow's padding where it is uneven and PyTorch has none like it, so that weights of PyTorch's networks give other
/// results: with a stride PyTorch pads both sides alike, and so do its pools. Its own `padding='same'`, of convolutions of
/// stride 1, is as uneven as TensorFlow's.
enum SamePadding: Lint {
  static let id = DiagnosticID.samePadding

  static func findings(in context: LintContext) -> [Diagnostic] {
    let found = context.unevenWindows.map { context.graph.nodes[$0] }.filter { amounts($0, context) != nil }
    return NodeGroup.grouping(found, by: { $0.place(of: "padding") ?? $0.span }).compactMap { group in
      guard let sides = amounts(group.first, context) else { return nil }
      let units = context.graph.inputShapes(of: group.first)[0].axes.map(\.unit)
      let amounts = zip(sides, units).map { "\($0.before) + \($0.after) \($1)s" }
      return finding(
        "padding: same gives \(group.first.label) \(amounts.listed), where PyTorch pads both sides alike",
        at: group.span,
        notes: group.notes)
    }
  }

  private static func amounts(_ node: Node, _ context: LintContext) -> [AxisPadding]? {
    guard let window = node.layer.slidingWindow, window.padding == .same else { return nil }
    let isPool = [.maxPool, .averagePool].contains(node.layer.operation)
    if !isPool, window.stride == .one { return nil }
    guard let sides = window.paddings(of: context.graph.inputShapes(of: node)[0]) else { return nil }
    return sides.contains { $0.before != $0.after } ? sides : nil
  }
}
