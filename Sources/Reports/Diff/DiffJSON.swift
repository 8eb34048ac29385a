import Analysis
import GraphIR
import JSON
import Shapes

/// What differs between two networks, in full, for programs.
package enum DiffJSON {
  package static func render(_ diff: GraphDiff) -> String {
    let settings = diff.settings.map {
      JSONValue.object([("name", .string($0.name)), ("a", JSONValue($0.a)), ("b", JSONValue($0.b))])
    }
    let value: JSONValue = .block([
      ("a", network(diff.a)), ("b", network(diff.b)), ("same", .bool(diff.isEmpty)), ("settings", .lines(settings)),
      ("removed", .lines(diff.removed.map(part))), ("added", .lines(diff.added.map(part))),
      ("renamed_levels", .lines(diff.renamedLevels.map(rename))), ("renamed", .lines(diff.renamed.map(rename))),
      ("changed", .lines(diff.changed.map(change))), ("blocks", .lines(diff.blocks.map(block))),
      ("weights", weights(diff.weights)),
    ])
    return value.text + "\n"
  }

  private static func network(_ graph: Graph) -> JSONValue {
    let totals = Totals(graph.mainNodes)
    return .object([
      ("model", .string(graph.name)), ("file", .string(graph.file)), ("variant", JSONValue(graph.variant)),
      ("input", JSONValue(graph.input)),
      (
        "inputs",
        .object(graph.inputs.compactMap { input in input.name.map { ($0, JSONValue(input.shape)) } })
      ),
      ("outputs", .array(graph.outputs.map { JSONValue(graph.shape(of: $0.value)) })),
      ("parameters", .int(totals.parameters)), ("macs", JSONValue(totals.macs)),
      ("peak_activation_bytes", JSONValue(MemoryPlan(graph)?.peakBytes)),
    ])
  }

  private static func part(_ part: GraphDiff.Part) -> JSONValue {
    let totals = Totals(part.nodes)
    return .object([
      ("path", .string(part.path)), ("parameters", .int(totals.parameters)), ("macs", JSONValue(totals.macs)),
      (
        "layers",
        .array(
          part.nodes.map {
            .object([("path", .string($0.path)), ("kind", .string($0.keyword)), ("output", JSONValue($0.output))])
          })
      ),
    ])
  }

  private static func rename(_ rename: GraphDiff.Rename) -> JSONValue {
    .object([("a", .string(rename.a)), ("b", .string(rename.b)), ("layers", .int(rename.layers))])
  }

  private static func change(_ change: NodeChange) -> JSONValue {
    let fields = change.fields.map {
      JSONValue.object([("name", .string($0.name)), ("a", .string($0.a)), ("b", .string($0.b))])
    }
    func side(_ node: Node, _ inputs: [String]?) -> JSONValue {
      .object(
        [("path", .string(node.path)), ("kind", .string(node.keyword)), ("output", JSONValue(node.output))]
          + (inputs.map { [("inputs", .array($0.map(JSONValue.string)))] } ?? []))
    }
    return .object([
      ("a", side(change.a, change.inputs?.a)), ("b", side(change.b, change.inputs?.b)), ("fields", .array(fields)),
    ])
  }

  private static func block(_ block: GraphDiff.Block) -> JSONValue {
    func side(_ totals: Totals?) -> JSONValue {
      totals.map { .object([("parameters", .int($0.parameters)), ("macs", JSONValue($0.macs))]) } ?? .null
    }
    return .object([
      ("name", .string(block.name)), ("head", .bool(block.isHead)), ("a", side(block.a)), ("b", side(block.b)),
    ])
  }

  private static func weights(_ weights: WeightComparison) -> JSONValue {
    func ints(_ shape: [Int]) -> JSONValue { .array(shape.map(JSONValue.int)) }
    func tensor(_ tensor: WeightComparison.Tensor) -> JSONValue {
      .object([("name", .string(tensor.name)), ("shape", ints(tensor.shape))])
    }
    return .block([
      ("tensors", .int(weights.total)), ("loading", .int(weights.loading)),
      ("under_other_names", .int(weights.underOtherNames)),
      (
        "reshaped",
        .lines(weights.reshaped.map { .object([("name", .string($0.name)), ("a", ints($0.a)), ("b", ints($0.b))]) })
      ),
      ("missing", .lines(weights.missing.map(tensor))), ("unexpected", .lines(weights.unexpected.map(tensor))),
    ])
  }
}
