import Diagnostics
import GraphIR
import Shapes

/// The explanation of a level of names: what flows in and out, and what it consists of.
struct ScopeExplanation {
  let scope: Scope
  let graph: Graph
  let sources: SourceTable

  var text: String {
    let places = PlaceText(graph: graph, sources: sources)
    let what = ScopeLabel(scope, in: graph)
    let nodes = graph.nodes(in: scope)
    let totals = Totals(nodes)
    var text = LabelledText()
    let details = what.details.isEmpty ? "" : " \(what.details)"
    text.add(heading: "\(places.full(scope.span)): \(scope.path), \(what.label)\(details)")
    text.add("within", places.chain(scope.parent))
    if !scope.isHead { text.add("input", scope.inputs.map { places.origin(of: $0) }) }
    text.add("output", ["\(graph.shape(of: scope.output))"])
    text.add("parts", LabelledText.columns(parts(of: scope), right: [3]))
    text.add("parameters", [Totals.grouped(totals.parameters)])
    if totals.macs != 0 { text.add("MACs", [NumberText.count(totals.macs, width: 60)]) }
    return text.text
  }

  /// The layers and named levels right below, a row each: name, kind, shapes, parameters, line.
  private func parts(of scope: Scope) -> [[String]] {
    scope.children.flatMap { child -> [[String]] in
      switch child {
      case .node(let id):
        let node = graph.nodes[id]
        let inputs = graph.inputShapes(of: node).map(\.description).joined(separator: ", ")
        return [
          row(
            node.path, "\(node.keyword) \(node.summary)", "\(inputs) → \(node.output)", Totals([node]), node.span)
        ]
      case .scope(let id):
        let inner = graph.scopes[id]
        guard inner.name != nil else { return parts(of: inner) }
        let what = ScopeLabel(inner, in: graph)
        let shapes = "\(graph.shape(of: inner.input)) → \(graph.shape(of: inner.output))"
        return [row(inner.path, what.label, shapes, Totals(graph.nodes(in: inner)), inner.span)]
      }
    }
  }

  private func row(_ path: String, _ kind: String, _ shapes: String, _ totals: Totals, _ span: Span) -> [String] {
    let prefix = scope.path + "."
    let name = path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    let parameters = totals.parameters == 0 ? "" : Totals.grouped(totals.parameters)
    return [name, kind, shapes, parameters, ":\(span.start.line)"]
  }
}
