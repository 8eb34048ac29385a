import Diagnostics
import GraphIR
import Layers
import Shapes

/// The report that people read: what the network is, its layers as a table, its totals.
package struct TextReport {
  /// What of it is shown, and how.
  package struct Options: Sendable {
    /// Levels of names that are written out; nil for all.
    package var depth: Int?
    package var columns: [Column]
    package var color: Bool
    package var convention: CountConvention
    /// The width that the table keeps to where it can.
    package var width: Int
    /// Whether columns for which there is no room stand in a further table below, as on a terminal, which would break lines.
    package var breaksTable: Bool

    package init(
      depth: Int? = 1, columns: [Column] = Column.standard, color: Bool = false, convention: CountConvention = .cnnc,
      width: Int = 100, breaksTable: Bool = false
    ) {
      self.depth = depth
      self.columns = columns
      self.color = color
      self.convention = convention
      self.width = width
      self.breaksTable = breaksTable
    }
  }

  let graph: Graph
  let options: Options
  let memory: MemoryPlan?
  let fields: ReceptiveField
  let total: Extent
  let paint: Paint

  private init(_ graph: Graph, _ options: Options) {
    self.graph = graph
    self.options = options
    memory = MemoryPlan(graph)
    fields = ReceptiveField(graph)
    total = options.convention.total(graph)
    paint = Paint(isColored: options.color)
  }

  /// The report's text, lines ended by line breaks.
  package static func render(_ graph: Graph, options: Options = Options()) -> String {
    let report = TextReport(graph, options)
    return [report.heading, report.table, report.totals, report.remarks].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// The layers, those of heads behind a rule of their own: whole if that is not too wide, else without the bars, else
  /// without the shares too.
  private var table: String {
    let tables = [(true, true), (false, true), (false, false)].lazy.compactMap {
      table(options.columns, hasBars: $0.0, hasShares: $0.1)
    }
    guard let table = tables.first(where: { $0.width <= options.width }) ?? tables.last else { return "" }
    guard table.width > options.width, options.breaksTable, options.columns.count > 1 else {
      return table.render(paint)
    }
    return parts.map { $0.render(paint) }.joined(separator: "\n")
  }

  /// The table in several, each with the first column and as many of the others as there is room for.
  private var parts: [TextTable] {
    guard let first = options.columns.first else { return [] }
    var result: [TextTable] = []
    var rest = options.columns.dropFirst()
    while !rest.isEmpty {
      var taken = 1
      var part = table([first] + rest.prefix(1), hasBars: false, hasShares: true)
      while taken < rest.count, let wider = table([first] + rest.prefix(taken + 1), hasBars: false, hasShares: true),
        wider.width <= options.width
      {
        (part, taken) = (wider, taken + 1)
      }
      result += [part].compactMap(\.self)
      rest = rest.dropFirst(taken)
    }
    return result
  }

  private func table(_ columns: [Column], hasBars: Bool, hasShares: Bool) -> TextTable? {
    let rows = Self.rows(of: graph, options, memory, fields)
    guard !rows.isEmpty, !columns.isEmpty else { return nil }
    let context = Self.context(graph, options.convention, total: total, rows)
    let barred = hasBars && barColumn(context)
    // Open counts have no shares.
    let columns = context.total == nil || !hasShares ? columns.filter { $0 != .share } : columns
    var table = TextTable(
      headings: columns.map { $0.title(options.convention) } + (barred ? [""] : []),
      isNumeric: columns.map(\.isNumeric) + (barred ? [false] : []))
    var hasHeads = false
    for row in rows {
      if !hasHeads, row.item.head != nil {
        hasHeads = true
        table.addRule()
      }
      let bar = barred ? [context.bar(row)] : []
      table.add(columns.map { context.text(row, $0) } + bar, style: style(of: row))
    }
    table.addRule()
    if let kind = columns.firstIndex(of: .kind) { table.shrink(kind, to: options.width, minimum: 18) }
    if !hasShares || columns.count < options.columns.count {
      for column in [Column.kind, .layer] {
        if let index = columns.firstIndex(of: column) { table.shrink(index, to: options.width, minimum: 8) }
      }
    }
    return table
  }

  /// The bars stand behind the last column if that is the share.
  private func barColumn(_ context: CellContext) -> Bool {
    options.columns.last == .share && context.total != nil && context.largest > 0
  }

  private func style(of row: ReportRow) -> TextTable.Style {
    row.item.isQuiet ? .quiet : row.item.children.isEmpty ? .plain : .strong
  }

  /// The rows that every table of a graph is made of.
  static func rows(
    of graph: Graph, _ options: Options, _ memory: MemoryPlan?, _ fields: ReceptiveField
  ) -> [ReportRow] {
    var builder = OutlineBuilder(graph, convention: options.convention, memory: memory, fields: fields)
    return ReportRow.rows(builder.outline(), depth: options.depth)
  }

  static func context(
    _ graph: Graph, _ convention: CountConvention, total: Extent, _ rows: [ReportRow]
  ) -> CellContext {
    var context = CellContext(convention: convention, total: total.value, largest: 0)
    context.largest = rows.filter { $0.indent == 0 }.compactMap(context.share).max() ?? 0
    return context
  }
}
