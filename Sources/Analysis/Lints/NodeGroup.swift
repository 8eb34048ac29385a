import Diagnostics
import GraphIR

/// Nodes that one place of a spec has made: one finding, which names the first.
struct NodeGroup {
  /// How many of the others a note names.
  private static let named = 3

  var span: Span
  var nodes: [Node]

  var first: Node { nodes[0] }

  /// The nodes by their places, in the order of the first of each.
  static func grouping(_ nodes: some Sequence<Node>, by place: (Node) -> Span = \.span) -> [NodeGroup] {
    var groups: [NodeGroup] = []
    var indices: [Span: Int] = [:]
    for node in nodes {
      let span = place(node)
      if let index = indices[span] {
        groups[index].nodes.append(node)
      } else {
        indices[span] = groups.count
        groups.append(NodeGroup(span: span, nodes: [node]))
      }
    }
    return groups
  }

  /// "the same at a, b and 4 more", where there are others.
  var notes: [Diagnostic.Note] {
    let others = nodes.dropFirst()
    guard !others.isEmpty else { return [] }
    let shown = others.prefix(Self.named).map(\.path)
    let rest = others.count - shown.count
    let list =
      rest > 0
      ? "\(shown.joined(separator: ", ")) and \(rest) more"
      : shown.count == 1 ? shown[0] : "\(shown.dropLast().joined(separator: ", ")) and \(shown[shown.count - 1])"
    return [.init("the same at \(list)")]
  }
}
