import Diagnostics
import GraphIR
import Layers
import Shapes

/// Bottlenecks that stride in their 3×3 convolution (ResNet v1.5), where the paper strides in the first 1×1.
///
/// Grouped and depthwise convolutions stride there by their own papers.
enum StridePlacement: Lint {
  static let id = DiagnosticID.stridePlacement

  static func findings(in context: LintContext) -> [Diagnostic] {
    let found = context.graph.nodes.filter { node in
      guard let conv = node.layer as? Conv, isMiddle(conv) else { return false }
      return isBottleneck(around: node, context)
    }
    return NodeGroup.grouping(found, by: { residual(around: $0, context)?.span ?? $0.span }).map { group in
      finding(
        "this bottleneck strides in its 3×3 \(group.first.label), as ResNet v1.5 does; the paper strides in the 1×1 "
          + "before it", at: group.span, notes: group.notes)
    }
  }

  private static func isMiddle(_ conv: Conv) -> Bool {
    conv.groups == 1 && conv.window.kernel == Size2D(3) && conv.window.stride != .one
  }

  private static func residual(around node: Node, _ context: LintContext) -> Scope? {
    context.enclosing(node.scope) { $0 == .residual }
  }

  /// Whether the residual around a node is 1×1, the node, 1×1, the node narrower than the result.
  private static func isBottleneck(around node: Node, _ context: LintContext) -> Bool {
    guard let scope = residual(around: node, context) else { return false }
    let convolutions = context.graph.nodes(in: scope).compactMap { other -> (node: Node, conv: Conv)? in
      guard let conv = other.layer as? Conv, !isBeside(other, within: scope, context) else { return nil }
      return (other, conv)
    }
    guard convolutions.count == 3, convolutions[1].node.id == node.id else { return false }
    let (first, last) = (convolutions[0].conv, convolutions[2].conv)
    return first.window.kernel == .one && first.window.stride == .one && last.window.kernel == .one
      && convolutions[1].conv.out < last.out
  }

  /// Whether a node belongs to the shortcut, or to a gate in the body.
  private static func isBeside(_ node: Node, within scope: Scope, _ context: LintContext) -> Bool {
    let inner = context.enclosing(node.scope) { kind in
      switch kind {
      case .residual, .shortcut, .gate: true
      default: false
      }
    }
    return inner?.id != scope.id
  }
}
