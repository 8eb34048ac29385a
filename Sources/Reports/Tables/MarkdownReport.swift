import Diagnostics
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
    let summary = SummaryLines(
      graph: graph, convention: options.convention, total: total, memory: memory, fields: fields)
    return heading(graph) + "\n" + table(rows, context, options) + "\n" + list(summary)
  }

  private static func heading(_ graph: Graph) -> String {
    let variant = graph.variant.map { " (\($0))" } ?? ""
    let summary = [graph.summary, graph.citation.map { "Source: \($0)." }].compactMap { $0 }
    return "## \(escaped(graph.name + variant))\n\n" + summary.map { escaped($0) + "\n\n" }.joined()
      + "`\(graph.file.printable)`: \(graph.inputText.printable) → "
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

  private static func list(_ summary: SummaryLines) -> String {
    let figures = summary.lines.map { line in
      "\(line.label): **\(line.figure)**\(line.remark.isEmpty ? "" : " (\(escaped(line.remark)))")"
    }
    let remarks = RemarkGroup.groups(of: summary.graph.remarks).map { escaped($0.text) }
    return (figures + remarks).map { "- \($0)\n" }.joined()
  }

  /// The text with Markdown's own characters escaped; an underscore within a word is not one.
  static func escaped(_ text: String) -> String {
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
