import Diagnostics
import GraphIR

extension TextReport {
  /// What the network comes to: labels, figures and remarks in three columns, the figures at the right edge of theirs.
  var totals: String {
    let summary = SummaryLines(
      graph: graph, convention: options.convention, total: total, memory: memory, fields: fields)
    let lines = summary.lines
    let labelWidth = lines.map(\.label.count).max() ?? 0
    let figureWidth = lines.map(\.figure.count).max() ?? 0
    return lines.map { line in
      let label = line.label.printable + String(repeating: " ", count: labelWidth - line.label.count)
      let space = String(repeating: " ", count: figureWidth - line.figure.count)
      let remark = line.remark.isEmpty ? "" : "  " + paint(line.remark.printable, .quiet)
      return "\(label)  \(space)\(paint(line.figure, .strong))\(remark)\n"
    }.joined()
  }

  /// What the compiler added by itself, equal reasons together.
  var remarks: String {
    RemarkGroup.groups(of: graph.remarks).map { group in
      let lines = Self.wrapped("note: \(group.text.printable)", width: options.width)
      return lines.enumerated().map { ($0 == 0 ? "" : "      ") + $1 + "\n" }.joined()
    }.joined()
  }

  /// The text in lines of about `width` characters, broken at spaces.
  private static func wrapped(_ text: String, width: Int) -> [String] {
    var lines = [""]
    for word in text.split(separator: " ") {
      if let last = lines.last, !last.isEmpty, last.count + word.count + 1 > width - 6 {
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
      }
    }
    return lines
  }
}
