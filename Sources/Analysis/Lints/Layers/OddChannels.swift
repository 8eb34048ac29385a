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
    let odd = context.nodes { $0 == .convolution }.filter { isOdd(context.graph.nodes[$0]) }
      .map { context.graph.nodes[$0] }
    guard !odd.isEmpty else { return [] }
    let convolutions = lastConvolutions(context.graph)
    let last = Set(context.results.compactMap { convolutions[$0] })
    let found = odd.filter { !last.contains($0.id) }
    return NodeGroup.grouping(found, by: { $0.place(of: "out") ?? $0.span }).map { group in
      let channels = group.first.output.channels.value ?? 0
      let near = channels / multiple * multiple
      return finding(
        "\(group.first.label) makes \(channels) channels, no multiple of \(multiple); "
          + "\(near) and \(near + multiple) are", at: group.span, notes: group.notes)
    }
  }

  private static func isOdd(_ node: Node) -> Bool {
    guard let channels = node.output.channels.value, channels >= wide, !channels.isMultiple(of: multiple) else {
      return false
    }
    return node.attributes.contains { $0.name == "out" } && !node.output.isPixel
  }

  /// By value the convolution that it comes from, past layers of one input without weights.
  private static func lastConvolutions(_ graph: Graph) -> ValueTable<Int?> {
    var result = ValueTable<Int?>(repeating: nil, for: graph, nodes: graph.nodes.count)
    for node in graph.nodes {
      if node.layer.operation == .convolution {
        result[.output(ofNode: node.id)] = node.id
      } else {
        let isPassing = node.inputs.count == 1 && node.layer.operation != .linear
        result[.output(ofNode: node.id)] = isPassing ? result[node.inputs[0]] : nil
      }
    }
    return result
  }
}
