import Diagnostics
import GraphIR
import JSON
import Shapes

/// What `cnnc check` found as JSON: an array with an object for each spec.
package enum JSONReport {
  /// A spec that was checked: its graph, if it fits together, and what there is to say about it.
  package struct Entry: Sendable {
    package var file: String
    package var graph: Graph?
    package var diagnostics: [Diagnostic]
    package var sources: SourceTable
    package var convention: CountConvention

    package init(
      file: String, graph: Graph?, diagnostics: [Diagnostic], sources: SourceTable, convention: CountConvention = .cnnc
    ) {
      self.file = file
      self.graph = graph
      self.diagnostics = diagnostics
      self.sources = sources
      self.convention = convention
    }
  }

  /// The text, a layer a line, ended by a line break.
  package static func render(_ entries: [Entry]) -> String {
    JSONValue.lines(entries.map(value)).text + "\n"
  }

  private static func value(_ entry: Entry) -> JSONValue {
    let findings = DiagnosticJSON(sources: entry.sources)
    let graph = entry.graph
    return .block(
      [("model", JSONValue(graph?.name)), ("file", .string(entry.file))] + figures(graph) + [
        ("layers", .lines(graph.map { graph in graph.mainNodes.map(LayerJSON(graph: graph).value) } ?? [])),
        ("diagnostics", .lines(entry.diagnostics.map(findings.value))),
        ("variant", JSONValue(graph?.variant)),
        ("convention", graph.map { convention(entry.convention, $0) } ?? .null),
        ("outputs", .array(graph.map(outputs) ?? [])),
        ("receptive_field", graph.flatMap { receptiveFields($0).first } ?? .null),
        ("heads", .lines(graph.map(heads) ?? [])), ("remarks", .lines(graph?.remarks.map(remark) ?? [])),
      ])
  }

  /// From `input` to `peak_activation_bytes`, null without a graph, and `batch` where `--batch` says how many images one has.
  private static func figures(_ graph: Graph?) -> [(String, JSONValue)] {
    let totals = graph.map { Totals($0.mainNodes) }
    let first = graph.flatMap { graph in graph.outputs.first.map { graph.shape(of: $0.value) } }
    let several = graph.map { $0.inputs.count > 1 ? $0.inputs : [] } ?? []
    let inputs = several.map { input in
      JSONValue.object([("name", JSONValue(input.name)), ("shape", JSONValue(input.shape))])
    }
    var figures: [(String, JSONValue)] = [("input", graph.map { JSONValue($0.input) } ?? .null)]
    if !inputs.isEmpty { figures.append(("inputs", .array(inputs))) }
    figures += [
      ("output", first.map { JSONValue($0) } ?? .null),
      ("parameters", JSONValue(totals?.parameters)), ("trainable_parameters", JSONValue(totals?.trainable)),
      ("buffers", JSONValue(totals?.buffers)), ("macs", totals.map { JSONValue($0.macs) } ?? .null),
      ("flops", totals.map { JSONValue($0.macs * 2) } ?? .null),
      ("weight_bytes", JSONValue(totals.map { saturatingProduct($0.parameters, 4) })),
      ("peak_activation_bytes", JSONValue(graph.flatMap { MemoryPlan($0)?.peakBytes })),
    ]
    if let graph, let images = graph.batch.value {
      let bytes = MemoryPlan(graph).map { saturatingProduct($0.peakBytes, images) }
      let batch = JSONValue.object([
        ("images", .int(images)), ("macs", JSONValue(Totals(graph.mainNodes).macs * images)),
        ("peak_activation_bytes", JSONValue(bytes)),
      ])
      figures.append(("batch", batch))
    }
    return figures
  }

  private static func convention(_ convention: CountConvention, _ graph: Graph) -> JSONValue {
    .object([
      ("name", .string(convention.rawValue)), ("total", JSONValue(convention.total(graph))),
      ("unit", .string(convention.unit)), ("explanation", .string(convention.explanation)),
    ])
  }

  private static func outputs(of graph: Graph) -> [JSONValue] {
    zip(graph.outputs, receptiveFields(graph)).map { output, field in
      .object([
        ("name", JSONValue(output.name)), ("shape", JSONValue(graph.shape(of: output.value))),
        ("receptive_field", field),
      ])
    }
  }

  /// For each output the window of the last value before the whole input is looked at, and from where on it is.
  private static func receptiveFields(_ graph: Graph) -> [JSONValue] {
    let fields = ReceptiveField(graph)
    let number = { (value: Double) -> JSONValue in Int(exactly: value).map(JSONValue.int) ?? .double(value) }
    return graph.outputs.map { output in
      guard let (field, node) = fields.window(of: output) else { return .null }
      return .object([
        ("size", .array(field.axes.map { number($0.extent) })),
        ("stride", .array(field.axes.map { number($0.step) })),
        ("layer", .string(graph.nodes[node].path)),
        ("whole_from", JSONValue(field.wholeFrom.map { graph.nodes[$0].path })),
      ])
    }
  }

  private static func heads(_ graph: Graph) -> [JSONValue] {
    zip(graph.heads, graph.headNodes).map { head, nodes in
      let totals = Totals(nodes)
      return .object([
        ("name", .string(head.name)), ("weight", head.weight.map(JSONValue.double) ?? .null),
        ("output", JSONValue(graph.shape(of: head.output))), ("parameters", .int(totals.parameters)),
        ("buffers", .int(totals.buffers)), ("macs", JSONValue(totals.macs)),
        ("layers", .array(nodes.map(LayerJSON(graph: graph).value))),
      ])
    }
  }

  private static func remark(_ remark: Graph.Remark) -> JSONValue {
    .object([
      ("node", .string(remark.node)), ("message", .string(remark.message)), ("line", .int(remark.span.start.line)),
    ])
  }
}
