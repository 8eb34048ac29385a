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
    return lines + input(graph.input)
  }

  /// Sizes that the run left open become parameters without a default.
  private static func input(_ shape: Shape) -> [ExpandedLine] {
    let sizes = shape.dimensions.map(\.description)
    var lines: [ExpandedLine] = []
    let symbols = shape.dimensions.filter { !$0.isKnown }.map(\.description)
    if !symbols.isEmpty {
      let list = Set(symbols).sorted().map { "\($0): int" }.joined(separator: ", ")
      lines.append(ExpandedLine(text: "params: {\(list)}", comment: "open sizes, for --set"))
    }
    let text =
      sizes.count == 1
      ? "features: \(sizes[0])"
      : sizes[1] == sizes[2]
        ? "channels: \(sizes[0]), size: \(sizes[1])"
        : "channels: \(sizes[0]), height: \(sizes[1]), width: \(sizes[2])"
    lines.append(ExpandedLine(text: "input: {\(text)}"))
    return lines
  }

  /// The figures of the graph, for the expanded spec to be checked against.
  static func expectation(_ graph: Graph) -> [ExpandedLine] {
    guard graph.input.isKnown else { return [] }
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
