import Diagnostics
import GraphIR
import Layers
import Shapes

/// Rows and columns that no window of a convolution or a pool reads.
///
/// A shortcut that skips pixels is how residual networks shrink, so those are left out.
enum DroppedPixels: Lint {
  static let id = DiagnosticID.droppedPixels

  static func findings(in context: LintContext) -> [Diagnostic] {
    let found = context.unevenWindows.map { context.graph.nodes[$0] }.filter { node in
      guard let unread = unread(node, context), unread.contains(where: { $0.total > 0 }) else { return false }
      return !context.scope(node.scope) { if case .shortcut = $0 { true } else { false } }
    }
    return NodeGroup.grouping(found).compactMap { group in
      guard let window = group.first.layer.slidingWindow, let unread = unread(group.first, context) else { return nil }
      let input = context.graph.inputShapes(of: group.first)[0]
      if unread.contains(where: { $0.between > 0 }) {
        let pixels = input.positions
        let left = zip(input.spatial, unread).map { $0 - $1.total }.reduce(1, *)
        // A single tap with a stride is a way to shrink; a larger kernel with gaps is hardly meant.
        return finding(
          "\(group.first.label) reads \(left) of the \(pixels) \(input.pixelUnit)s of \(input), for its stride is larger than its "
            + "kernel", at: group.span, severity: window.kernel == .one ? .note : .warning, notes: group.notes)
      }
      let parts = zip(unread, input.axes).compactMap { text($0.atEnd, $1.unit) }
      return finding(
        "\(group.first.label) leaves \(parts.listed) of \(input) unread", at: group.span,
        notes: group.notes)
    }
  }

  private static func unread(_ node: Node, _ context: LintContext) -> [Window.Unread]? {
    guard let window = node.layer.slidingWindow, window.stride != .one else { return nil }
    return window.unread(in: context.graph.inputShapes(of: node)[0], output: node.output)
  }

  private static func text(_ count: Int, _ unit: String) -> String? {
    switch count {
    case 0: nil
    case 1: "the last \(unit)"
    default: "the last \(count) \(unit)s"
    }
  }
}

extension Window.Unread {
  fileprivate var total: Int { saturatingSum(atEnd, between) }
}
