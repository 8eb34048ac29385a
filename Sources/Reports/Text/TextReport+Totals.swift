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
    let column = labelWidth + figureWidth + 4
    return lines.map { line in
      let label = line.label.printable + String(repeating: " ", count: labelWidth - line.label.count)
      let space = String(repeating: " ", count: figureWidth - line.figure.count)
      let figure = "\(label)  \(space)\(paint(line.figure, .strong))"
      return ([figure] + remarks(line.remark.printable, at: column)).joined() + "\n"
    }.joined()
  }

  /// What stands behind a figure: beside it, in as many lines as it takes, or below it where there is little room.
  private func remarks(_ text: String, at column: Int) -> [String] {
    if text.isEmpty { return [] }
    let isBeside = options.width - column >= 20
    let margin = isBeside ? column : 4
    return Self.wrapped(text, width: options.width - margin).enumerated().map { index, line in
      let lead = index == 0 && isBeside ? "  " : "\n" + String(repeating: " ", count: margin)
      return lead + paint(line, .quiet)
    }
  }

  /// What the compiler added by itself, equal reasons together.
  var remarks: String {
    RemarkGroup.groups(of: graph.remarks).map { group in
      Self.wrapped("note: \(group.text.printable)", width: options.width, indent: 6).map { $0 + "\n" }.joined()
    }.joined()
  }

  /// The text in lines of at most `width` characters where its words allow that, those behind the first indented.
  static func wrapped(_ text: String, width: Int, indent: Int = 0) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      let room = width - (lines.isEmpty ? 0 : indent)
      if !line.isEmpty, line.count + word.count + 1 > room {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    let margin = String(repeating: " ", count: indent)
    return lines.enumerated().map { $0 == 0 ? $1 : margin + $1 }
  }
}
