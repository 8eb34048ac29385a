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
    var middles: [Int: Int?] = [:]
    let found = context.unevenWindows.map { context.graph.nodes[$0] }.filter { node in
      guard let window = node.layer.slidingWindow, window.stride != .one, let conv = node.layer as? Conv,
        isMiddle(conv), node.output.axisCount == 2,
        let scope = residual(around: node, context)
      else {
        return false
      }
      let middle = middles[scope.id] ?? self.middle(of: scope, context)
      middles[scope.id] = .some(middle)
      return middle == node.id
    }
    return NodeGroup.grouping(found, by: { residual(around: $0, context)?.span ?? $0.span }).map { group in
      finding(
        "this bottleneck strides in its 3×3 \(group.first.label), as ResNet v1.5 does; the paper strides in the 1×1 "
          + "before it", at: group.span, notes: group.notes)
    }
  }

  private static func isMiddle(_ conv: Conv) -> Bool {
    conv.groups == 1 && conv.window.kernel == AxisSizes(3) && conv.window.stride != .one
  }

  private static func residual(around node: Node, _ context: LintContext) -> Scope? {
    context.enclosing(node.scope) { $0 == .residual }
  }

  /// The node in the middle, if a residual is 1×1, the node, 1×1, the node narrower than the result.
  private static func middle(of scope: Scope, _ context: LintContext) -> Int? {
    let convolutions = context.graph.nodes(in: scope).compactMap { node -> (id: Int, conv: Conv)? in
      guard let conv = node.layer as? Conv, !isBeside(node, within: scope, context) else { return nil }
      return (node.id, conv)
    }
    guard convolutions.count == 3 else { return nil }
    let (first, middle, last) = (convolutions[0].conv, convolutions[1], convolutions[2].conv)
    let isBottleneck =
      first.window.kernel == .one && first.window.stride == .one && last.window.kernel == .one
      && middle.conv.out < last.out
    return isBottleneck ? middle.id : nil
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
