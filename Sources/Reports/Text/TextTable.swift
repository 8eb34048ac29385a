import Diagnostics

/// A table of plain text: columns as wide as their widest cell, numbers at the right edge.
package struct TextTable {
  /// How a line is set off when the output has colors.
  package enum Style {
    case plain
    case quiet
    case strong
  }

  private struct Line {
    var cells: [String]
    var style: Style
  }

  private enum Row {
    case line(Line)
    case rule
  }

  private let isNumeric: [Bool]
  private let gap = "  "
  private var rows: [Row] = []
  private var widths: [Int]

  /// An empty table; numbers stand at the right edge of their columns.
  package init(headings: [String], isNumeric: [Bool]) {
    self.isNumeric = isNumeric
    widths = headings.map { _ in 0 }
    add(headings, style: .quiet)
    addRule()
  }

  /// Adds a line with a cell for each column; what a terminal would obey is written out.
  package mutating func add(_ cells: [String], style: Style = .plain) {
    let cells = cells.map(\.printable)
    for (index, cell) in cells.enumerated() { widths[index] = max(widths[index], cell.count) }
    rows.append(.line(Line(cells: cells, style: style)))
  }

  /// Adds a line across the table.
  package mutating func addRule() { rows.append(.rule) }

  /// The columns' widths with the gaps between them.
  package var width: Int { widths.reduce(0, +) + gap.count * max(0, widths.count - 1) }

  /// Makes a column narrower, down to `minimum`, so that the table is at most `limit` wide; long cells end in "…".
  package mutating func shrink(_ column: Int, to limit: Int, minimum: Int) {
    let room = max(minimum, widths[column] - max(0, width - limit))
    guard room < widths[column] else { return }
    widths[column] = 0
    rows = rows.map { row in
      guard case .line(var line) = row else { return row }
      line.cells[column] = Self.cut(line.cells[column], to: room)
      widths[column] = max(widths[column], line.cells[column].count)
      return .line(line)
    }
  }

  /// The text, at most `width` long: arguments in parentheses are left out from the end, else letters.
  private static func cut(_ text: String, to width: Int) -> String {
    guard text.count > width else { return text }
    if text.hasSuffix(")"), let open = text.firstIndex(of: "(") {
      var kept = text.dropLast()
      while let comma = kept.lastIndex(of: ","), comma > open {
        kept = kept[..<comma]
        if kept.count + 4 <= width { return kept + ", …)" }
      }
      let name = text[..<open]
      if name.count + 3 <= width { return name + "(…)" }
    }
    return text.prefix(width - 1) + "…"
  }

  /// The table's text, lines ended by line breaks.
  package func render(_ paint: Paint) -> String {
    rows.map { row in
      switch row {
      case .rule: return paint(String(repeating: "─", count: width), .quiet) + "\n"
      case .line(let line): return paint(text(of: line.cells), line.style) + "\n"
      }
    }.joined()
  }

  private func text(of cells: [String]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      let space = String(repeating: " ", count: widths[index] - cell.count)
      text += (index == 0 ? "" : gap) + (isNumeric[index] ? space + cell : cell + space)
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// Colors, if the output has them.
package struct Paint {
  package var isColored: Bool

  package init(isColored: Bool) { self.isColored = isColored }

  /// A text in a style.
  package func callAsFunction(_ text: String, _ style: TextTable.Style) -> String {
    guard isColored, !text.isEmpty else { return text }
    switch style {
    case .plain: return text
    case .quiet: return "\u{1B}[2m\(text)\u{1B}[0m"
    case .strong: return "\u{1B}[1m\(text)\u{1B}[0m"
    }
  }
}
