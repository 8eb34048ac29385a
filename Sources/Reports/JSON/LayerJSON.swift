import GraphIR
import JSON
import Layers
import Shapes

/// Layers and shapes as JSON.
struct LayerJSON {
  let graph: Graph

  /// `{"name", "kind", "op", "block", "input", "output", "parameters", "macs", "line", "tensors"}`, and `"shared_with"` for a
  /// layer that uses another's tensors, which are listed under the names that they have, `"file"` for one whose line is not
  /// the report's file's.
  func value(_ node: Node) -> JSONValue {
    let totals = Totals(CollectionOfOne(node))
    let owner = graph.owner(of: node)
    let tensors = node.parameters.map { tensor in
      JSONValue.object([
        ("name", .string("\(owner.path).\(tensor.name)")), ("shape", .array(tensor.shape.map(JSONValue.int))),
      ])
    }
    let shared: [(String, JSONValue)] = node.sharedWith == nil ? [] : [("shared_with", .string(owner.path))]
    let index = node.span.source.index
    let path = graph.files.indices.contains(index) ? graph.files[index] : graph.file
    let file: [(String, JSONValue)] = path == graph.file ? [] : [("file", .string(path))]
    return .object(
      [
        ("name", .string(node.path)), ("kind", .string(node.keyword)),
        ("op", .string(torchModule(of: node) ?? node.keyword)), ("block", JSONValue(block(of: node))),
        ("input", .array(graph.inputShapes(of: node).map(JSONValue.init))), ("output", JSONValue(node.output)),
        ("parameters", .int(totals.parameters)), ("macs", JSONValue(node.macs)), ("line", .int(node.span.start.line)),
        ("tensors", .array(tensors)),
      ] + file + shared)
  }

  /// The PyTorch module that does what a layer does: `Conv2d`; nil where there is none.
  private func torchModule(of node: Node) -> String? {
    type(of: node.layer).torch.standardModule(axes: node.output.axisCount)
  }

  /// The innermost module that the layer stands in.
  private func block(of node: Node) -> String? {
    var scope: Int? = node.scope
    while let index = scope {
      if case .module(let block, _) = graph.scopes[index].kind { return block }
      scope = graph.scopes[index].parent
    }
    return nil
  }
}

extension JSONValue {
  /// A number, or an open extent's formula as a string.
  init(_ extent: Extent) {
    self = extent.value.map(JSONValue.int) ?? .string(extent.description)
  }

  init(_ shape: Shape) { self = .array(shape.dimensions.map(JSONValue.init)) }
}
