import GraphIR
import Shapes

/// A line of a table: an item of the outline at its depth.
struct ReportRow: Sendable {
  var item: OutlineItem
  /// How many levels stand around it.
  var indent: Int
  /// Whether its parts follow, so that its figures are their sum.
  var isExpanded: Bool

  /// What the line stands for: all copies where they are folded, one where its parts follow.
  var figures: OutlineItem.Figures { isExpanded ? item.figures : item.figures.times(item.copies) }

  /// The lines of an outline down to `depth` levels; all of them for nil.
  static func rows(_ items: [OutlineItem], depth: Int?, indent: Int = 0) -> [ReportRow] {
    guard depth.map({ indent < $0 }) ?? true else { return [] }
    return items.flatMap { item in
      var below = rows(item.children, depth: depth, indent: indent + 1)
      // A list of equal copies is one line; saying it twice helps nobody.
      if below.count == 1, below[0].item.copies > 1 { below = [] }
      return [ReportRow(item: item, indent: indent, isExpanded: !below.isEmpty)] + below
    }
  }
}

/// What the cells of one report have in common.
struct CellContext {
  var convention: CountConvention
  /// The count that shares refer to.
  var total: Int?
  /// The largest share of a line at the top; bars are relative to it.
  var largest: Int

  /// The text of a row's cell.
  func text(_ row: ReportRow, _ column: Column) -> String {
    let item = row.item
    switch column {
    case .layer: return String(repeating: "  ", count: row.indent) + item.displayName
    case .kind: return item.kind(isExpanded: row.isExpanded)
    case .input: return item.inputs.map(\.description).joined(separator: ", ")
    case .output: return item.output.description
    case .kernel: return item.kernel
    case .params: return row.figures.parameters == 0 ? "" : Totals.grouped(row.figures.parameters)
    case .macs: return row.figures.count == 0 ? "" : NumberText.count(row.figures.count)
    case .share: return share(row).map { NumberText.percent($0, of: total ?? 0) } ?? ""
    case .line: return item.place
    case .receptive: return item.receptiveField.cell
    case .memory: return row.figures.memory.map(NumberText.bytes) ?? ""
    }
  }

  /// The count of a row that takes part in the total.
  func share(_ row: ReportRow) -> Int? { row.item.head == nil ? row.figures.count.value : nil }

  /// The row's share as a bar.
  func bar(_ row: ReportRow) -> String { NumberText.bar(share(row) ?? 0, of: largest, width: 6) }
}
