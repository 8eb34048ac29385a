import Diagnostics
import GraphIR
import Layers
import Shapes

/// Wide convolutions whose channels are no multiple of 8. What the network gives out has as many channels as the task
/// asks for, and what works on single pixels, such as a gate, costs next to nothing.
enum OddChannels: Lint {
  static let id = DiagnosticID.oddChannels
  private static let wide = 64
  private static let multiple = 8

  static func findings(in context: LintContext) -> [Diagnostic] {
    let last = Set(context.results.compactMap { lastConvolution(of: $0, context)?.id })
    let found = context.graph.nodes.filter { isOdd($0) && !last.contains($0.id) }
    return NodeGroup.grouping(found, by: { $0.place(of: "out") ?? $0.span }).map { group in
      let channels = group.first.output.channels.value ?? 0
      let near = channels / multiple * multiple
      return finding(
        "\(group.first.label) makes \(channels) channels, no multiple of \(multiple); "
          + "\(near) and \(near + multiple) are", at: group.span, notes: group.notes)
    }
  }

  private static func isOdd(_ node: Node) -> Bool {
    guard node.layer.operation == .convolution, node.attributes.contains(where: { $0.name == "out" }),
      let channels = node.output.channels.value
    else { return false }
    return channels >= wide && !channels.isMultiple(of: multiple) && node.output.height * node.output.width != 1
  }

  /// The convolution that a result comes from, past layers of one input without weights.
  private static func lastConvolution(of value: ValueID, _ context: LintContext) -> Node? {
    var current = value.node
    while let id = current {
      let node = context.graph.nodes[id]
      guard node.layer.operation != .convolution else { return node }
      guard node.inputs.count == 1, node.layer.operation != .linear else { return nil }
      current = node.inputs[0].node
    }
    return nil
  }
}
