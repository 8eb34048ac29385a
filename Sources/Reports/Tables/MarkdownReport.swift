import GraphIR
import Shapes

/// The report as a Markdown section: a heading, a table of the same rows as the text's, the totals.
package enum MarkdownReport {
  package static func render(_ graph: Graph, options: TextReport.Options = TextReport.Options()) -> String {
    let memory = MemoryPlan(graph)
    let fields = ReceptiveField(graph)
    let total = options.convention.total(graph)
    let rows = TextReport.rows(of: graph, options, memory, fields)
    let context = TextReport.context(graph, options.convention, total: total, rows)
    return heading(graph) + "\n" + table(rows, context, options) + "\n"
      + figures(graph, options.convention, total, memory, fields)
  }

  private static func heading(_ graph: Graph) -> String {
    let variant = graph.variant.map { " (\($0))" } ?? ""
    let summary = [graph.summary, graph.citation.map { "Source: \($0)." }].compactMap { $0 }
    return "## \(escaped(graph.name + variant))\n\n" + summary.map { escaped($0) + "\n\n" }.joined()
      + "`\(graph.file.printable)`: \(graph.input) → "
      + graph.outputs.map { graph.shape(of: $0.value).description }.joined(separator: ", ") + "\n"
  }

  private static func table(_ rows: [ReportRow], _ context: CellContext, _ options: TextReport.Options) -> String {
    guard !rows.isEmpty, !options.columns.isEmpty else { return "" }
    let headings = options.columns.map { $0.title(options.convention) }
    let marks = options.columns.map { $0.isNumeric ? "---:" : "---" }
    let lines = rows.map { row in options.columns.map { cell(row, $0, context) } }
    return ([headings, marks] + lines).map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }

  private static func cell(_ row: ReportRow, _ column: Column, _ context: CellContext) -> String {
    guard column == .layer else { return escaped(context.text(row, column)) }
    let item = row.item
    let outer = item.path.hasSuffix(item.name) ? String(item.path.dropLast(item.name.count)) : ""
    return "`\((outer + item.displayName).printable)`"
  }

  private static func figures(
    _ graph: Graph, _ convention: CountConvention, _ total: Extent, _ memory: MemoryPlan?, _ fields: ReceptiveField
  ) -> String {
    let totals = Totals(graph.mainNodes)
    let count = { (extent: Extent) in NumberText.count(extent, symbols: graph.input.symbols, width: 32) }
    var lines = [
      "Parameters: \(Totals.grouped(totals.parameters)) (\(Totals.grouped(totals.trainable)) trainable)",
      "Buffers: \(Totals.grouped(totals.buffers))",
      "MACs: \(count(totals.macs)) (\(CountConvention.cnnc.explanation)); FLOPs: \(count(totals.macs * 2))",
    ]
    if convention != .cnnc {
      lines.append("As \(convention.rawValue): \(count(total)) \(convention.unit) (\(convention.explanation))")
    }
    lines.append("Weights: \(NumberText.bytes(saturatingProduct(totals.parameters, 4))) (float32)")
    if let memory {
      lines.append("Activations at their peak: \(NumberText.bytes(memory.peakBytes)) (batch 1, float32)")
    }
    if let field = fields.ofNetwork { lines.append("Receptive field: \(field)") }
    return lines.map { "- \(escaped($0))\n" }.joined()
  }

  /// The text with Markdown's own characters escaped; an underscore within a word is not one.
  private static func escaped(_ text: String) -> String {
    let characters = Array(text.printable)
    let isWord = { (index: Int) in
      characters.indices.contains(index) && (characters[index].isLetter || characters[index].isNumber)
    }
    return characters.indices.map { index in
      let character = characters[index]
      let isMark = character == "_" ? !(isWord(index - 1) && isWord(index + 1)) : "|*<>[]\\".contains(character)
      return (isMark ? "\\" : "") + String(character)
    }.joined()
  }
}
