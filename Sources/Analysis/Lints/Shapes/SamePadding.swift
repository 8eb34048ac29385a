import Diagnostics
import GraphIR
import Layers
import Shapes

/// TensorFlow's padding where it is uneven, so that weights of PyTorch's networks give other results.
enum SamePadding: Lint {
  static let id = DiagnosticID.samePadding

  static func findings(in context: LintContext) -> [Diagnostic] {
    let found = context.graph.nodes.filter { amounts($0, context) != nil }
    return NodeGroup.grouping(found, by: { $0.place(of: "padding") ?? $0.span }).compactMap { group in
      guard let (rows, columns) = amounts(group.first, context) else { return nil }
      return finding(
        "padding: same gives \(group.first.label) \(rows.before) + \(rows.after) rows and "
          + "\(columns.before) + \(columns.after) columns, where PyTorch pads both sides alike", at: group.span,
        notes: group.notes)
    }
  }

  private static func amounts(_ node: Node, _ context: LintContext) -> (AxisPadding, AxisPadding)? {
    guard let layer = node.layer as? any WindowedLayer, layer.window.padding == .same else { return nil }
    let input = context.graph.inputShapes(of: node)[0]
    guard let (rows, columns) = layer.window.paddings(height: input.height, width: input.width) else { return nil }
    return rows.before != rows.after || columns.before != columns.after ? (rows, columns) : nil
  }
}
