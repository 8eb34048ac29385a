import Diagnostics
import GraphIR

/// Layers whose value reaches no output and no head.
enum UnusedNode: Lint {
  static let id = DiagnosticID.unusedNode

  static func findings(in context: LintContext) -> [Diagnostic] {
    let graph = context.graph
    var isUsed = [Bool](repeating: false, count: graph.nodes.count)
    for result in context.results { if let node = result.node { isUsed[node] = true } }
    // Inputs come before their readers, so one pass backwards reaches all that is used.
    for id in graph.nodes.indices.reversed() where isUsed[id] {
      for input in graph.nodes[id].inputs { if let producer = input.node { isUsed[producer] = true } }
    }
    let unused = graph.nodes.indices.filter { !isUsed[$0] }.map { graph.nodes[$0] }
    guard !unused.isEmpty else { return [] }
    let ends = unused.filter { context.readers(of: $0).isEmpty }
    var seen: Set<Int> = []
    return NodeGroup.grouping(ends).map { group in
      var chain: [Node] = []
      var open = group.nodes.map(\.id)
      while let id = open.popLast() {
        guard !isUsed[id], seen.insert(id).inserted else { continue }
        chain.append(graph.nodes[id])
        open += graph.nodes[id].inputs.compactMap(\.node)
      }
      return finding(
        "what \(group.first.label) makes reaches no output", at: group.span,
        notes: note(on: chain, beside: group).map { [$0] } ?? [])
    }
  }

  private static func note(on chain: [Node], beside group: NodeGroup) -> Diagnostic.Note? {
    let parameters = Totals(chain).parameters
    let weight = parameters > 0 ? ": \(Totals.grouped(parameters)) parameters" : ""
    guard chain.count > 1 else { return parameters > 0 ? .init("it has\(weight.dropFirst())") : nil }
    return .init("\(chain.count) layers are computed for nothing\(weight)")
  }
}
