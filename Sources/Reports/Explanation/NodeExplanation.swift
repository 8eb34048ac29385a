import Diagnostics
import GraphIR
import Layers
import Shapes

/// The explanation of a layer.
struct NodeExplanation {
  let node: Node
  let graph: Graph
  let sources: SourceTable

  private var places: PlaceText { PlaceText(graph: graph, sources: sources) }

  var text: String {
    var text = LabelledText()
    text.add(heading: "\(places.full(node.span)): \(node.keyword) \(node.path)")
    text.add("within", places.chain(node.scope))
    text.add(node.inputs.count == 1 ? "input" : "inputs", node.inputs.map(places.origin))
    text.add("output", ["\(node.output)"])
    text.add("because", node.layer.explanation(for: graph.inputShapes(of: node), output: node.output))
    text.add("fields", fields)
    if node.sharedWith != nil { text.add("shares", ["the tensors of \(graph.owner(of: node).path)"]) }
    text.add("tensors", tensors)
    text.add("MACs", macs)
    return text.text
  }

  // MARK: Fields

  /// Every field with its value and where that came from, in the order in which the kind declares them; those that concern
  /// tensors where they are written.
  private var fields: [String] {
    let declared = LayerRegistry.declaration(node.keyword)?.fields ?? []
    let rows = declared.compactMap { field -> [String]? in
      if let attribute = node.attributes.first(where: { $0.name == field.name }) {
        return [field.name, attribute.value.description, origin(attribute.origin)]
      }
      if field.concernsTensors { return nil }
      guard let value = field.defaultValue?.description ?? field.defaultText else { return nil }
      return [field.name, value, "\(node.keyword)'s default"]
    }
    return LabelledText.columns(rows)
  }

  private func origin(_ origin: Attribute.Origin) -> String {
    switch origin {
    case .written(let span): "written at \(places.short(span))\(expression(span))"
    case .defaults(let span): "the file's defaults, \(places.short(span))"
    case .inferred(let reason): "inferred: \(reason)"
    }
  }

  /// The text of the spec, where it is more than the value.
  private func expression(_ span: Span) -> String {
    let text = sources[span.source].text(of: span)
    let isPlain = text.allSatisfy { $0.isNumber || $0 == "." || $0 == "-" } || text == "true" || text == "false"
    return isPlain || text.count > 60 || text.contains("\n") ? "" : " as `\(text)`"
  }

  // MARK: Tensors and work

  private var tensors: [String] {
    let rows = node.parameters.map { tensor in
      [
        tensor.name, tensor.shape.map(String.init).joined(separator: "×"), Totals.grouped(tensor.elements),
        tensor.role == .trainable ? "" : tensor.role.rawValue,
      ]
    }
    return LabelledText.columns(rows, right: [2])
  }

  /// The product that gives the MACs: the weight's elements at every position of the output, or the input's.
  private var macs: [String] {
    guard node.macs != 0 else { return [] }
    let total = NumberText.count(node.macs, width: 60)
    guard let weight = node.parameters.first(where: { $0.name == "weight" }) else { return [total] }
    let elements = Totals.grouped(weight.elements)
    let candidates = [("'", node.output), ("", graph.inputShapes(of: node).first ?? node.output)]
    for (mark, shape) in candidates where shape.isMaps {
      guard shape.positions * weight.elements == node.macs else { continue }
      let name = shape.axes.map { $0.symbol + mark }.joined(separator: "·")
      let sizes = shape.spatial.map(\.factorDescription).joined(separator: "·")
      return ["\(name) · weights = \(sizes) · \(elements) = \(total)"]
    }
    return node.macs == .known(weight.elements) ? ["one for each weight: \(total)"] : [total]
  }
}
