import Analysis
import Diagnostics
import GraphIR

/// What differs between two networks, for people.
package enum DiffReport {
  /// Sections of lines, a table of figures, and what becomes of the weights.
  package static func text(_ diff: GraphDiff) -> String {
    let digest = DiffDigest(diff: diff)
    let names = [diff.a, diff.b].map(title)
    let width = names.map(\.count).max() ?? 0
    var text = ""
    for (letter, (name, graph)) in zip(["A", "B"], zip(names, [diff.a, diff.b])) {
      text += "\(letter)  \(padded(name, width))  \(graph.file)\(graph.variant.map { "@\($0)" } ?? "")\n"
    }
    if diff.isEmpty { text += "\nThe networks are the same: layers, names, shapes and connections.\n" }
    for section in digest.sections { text += "\n\(section.title)\n" + lines(section.lines, indent: "  ") }
    if !diff.isEmpty {
      var table = TextTable(headings: DiffDigest.headings, isNumeric: [false] + Array(repeating: true, count: 6))
      let rows = digest.rows
      for row in rows.dropLast() { table.add(row) }
      if let total = rows.last {
        if rows.count > 1 { table.addRule() }
        table.add(total)
      }
      text += "\n" + table.render(Paint(isColored: false))
      if let memory = digest.memory { text += "\nActivations at their peak: \(memory)\n" }
      text += "Weights: \(digest.weightSummary)\n" + lines(digest.weightLines, indent: "  ")
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }.joined(
      separator: "\n")
  }

  /// The same as a Markdown section.
  package static func markdown(_ diff: GraphDiff) -> String {
    let digest = DiffDigest(diff: diff)
    func escaped(_ text: String) -> String { MarkdownReport.escaped(text) }
    func items(_ lines: [DiffDigest.Line]) -> String {
      lines.map { line in
        let label = line.label.filter { $0 != "`" }.printable
        let isNested = label.hasPrefix("  ")
        let name = line.text.isEmpty ? escaped(label) : "`\(isNested ? String(label.dropFirst(2)) : label)`"
        return "\(isNested ? "  " : "")- \(name)\(line.text.isEmpty ? "" : " \(escaped(line.text))")\n"
      }.joined()
    }
    var text = "## \(escaped(title(diff.a))) → \(escaped(title(diff.b)))\n"
    if diff.isEmpty { text += "\nThe networks are the same: layers, names, shapes and connections.\n" }
    for section in digest.sections { text += "\n### \(section.title)\n\n" + items(section.lines) }
    if !diff.isEmpty {
      let marks = ["---"] + Array(repeating: "---:", count: 6)
      text += "\n### Figures\n\n"
      for row in [DiffDigest.headings, marks] + digest.rows.map({ $0.map(escaped) }) {
        text += "| \(row.joined(separator: " | ")) |\n"
      }
      if let memory = digest.memory { text += "\nActivations at their peak: \(escaped(memory)).\n" }
      text += "\n### Weights\n\n\(escaped(digest.weightSummary)).\n"
      if !digest.weightLines.isEmpty { text += "\n" + items(digest.weightLines) }
    }
    return text
  }

  private static func title(_ graph: Graph) -> String { graph.name + (graph.variant.map { " (\($0))" } ?? "") }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func lines(_ lines: [DiffDigest.Line], indent: String) -> String {
    let width = min(48, lines.filter { !$0.text.isEmpty }.map(\.label.count).max() ?? 0)
    return lines.map { line in
      indent + (line.text.isEmpty ? line.label : "\(padded(line.label, width))  \(line.text)") + "\n"
    }.joined()
  }
}
