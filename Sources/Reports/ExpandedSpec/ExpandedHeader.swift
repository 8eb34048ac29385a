import GraphIR
import Shapes

/// What stands around the layers of an expanded spec.
enum ExpandedHeader {
  static func lines(_ graph: Graph) -> [ExpandedLine] {
    var origin = "# \(graph.name) as cnnc expands it from \(graph.file)"
    if let variant = graph.variant { origin += ", variant \(variant)" }
    var lines = [ExpandedLine(text: origin.yamlComment)]
    if !graph.settings.isEmpty {
      let settings = graph.settings.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
      lines.append(ExpandedLine(text: "# with \(settings)".yamlComment))
    }
    lines.append(ExpandedLine(text: "cnnc: 1"))
    lines.append(ExpandedLine(text: "model: \(graph.name)"))
    if let summary = graph.summary { lines.append(ExpandedLine(text: "summary: \(summary.yamlQuoted)")) }
    if let citation = graph.citation { lines.append(ExpandedLine(text: "source: \(citation.yamlQuoted)")) }
    return lines + inputs(graph)
  }

  /// Sizes that the run left open become parameters without a default.
  private static func inputs(_ graph: Graph) -> [ExpandedLine] {
    var lines: [ExpandedLine] = []
    let symbols = graph.symbols
    if !symbols.isEmpty {
      let list = Set(symbols).sorted().map { "\($0): int" }.joined(separator: ", ")
      lines.append(ExpandedLine(text: "params: {\(list)}", comment: "open sizes, for --set"))
    }
    if graph.inputs.count == 1, graph.inputs[0].name == nil {
      return lines + [ExpandedLine(text: "input: \(input(graph.input))")]
    }
    let entries = graph.inputs.enumerated().map { position, input in
      ExpandedLine(text: "\(input.name ?? "input\(position + 1)"): \(self.input(input.shape))")
    }
    return lines + [ExpandedLine(text: "inputs:")] + ExpandedItemPrinter.nested(entries)
  }

  private static func input(_ shape: Shape) -> String {
    let sizes = shape.dimensions.map(\.description)
    if sizes.count == 1 { return "{features: \(sizes[0])}" }
    let axes =
      sizes.count == 3 && sizes[1] == sizes[2]
      ? ["size: \(sizes[1])"] : zip(shape.axes, sizes.dropFirst()).map { "\($0.name): \($1)" }
    return "{channels: \(sizes[0]), \(axes.joined(separator: ", "))}"
  }

  /// The figures of the graph, for the expanded spec to be checked against.
  static func expectation(_ graph: Graph) -> [ExpandedLine] {
    guard graph.inputs.allSatisfy(\.shape.isKnown) else { return [] }
    let totals = Totals(graph.mainNodes)
    var parts = ["params: \(totals.trainable)"]
    if !graph.heads.isEmpty { parts.append("params_with_aux: \(Totals(graph.nodes).trainable)") }
    if let macs = totals.macs.value { parts.append("macs: \(macs)") }
    if let output = graph.outputs.first, let sizes = graph.shape(of: output.value).values {
      parts.append("output: [\(sizes.map(String.init).joined(separator: ", "))]")
    }
    return [ExpandedLine(text: "expect: {\(parts.joined(separator: ", "))}")]
  }
}
