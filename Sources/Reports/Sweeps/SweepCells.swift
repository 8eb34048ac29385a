import Analysis
import GraphIR
import SpecLanguage

/// The cells of a sweep's table: the parameters, then each figure with what is expected of it.
struct SweepCells {
  private(set) var headings: [String] = []
  private(set) var isNumeric: [Bool] = []
  private(set) var rows: [[String]]

  init(_ table: SweepTable) {
    rows = table.points.map { _ in [] }
    for (index, parameter) in table.parameters.enumerated() {
      let values = table.points.map { $0.values[index] }
      add(parameter, values, isNumeric: values.allSatisfy { Double($0) != nil })
    }
    for metric in Expectation.Metric.allCases {
      if metric == .paramsWithAux, !Self.hasHeads(table) { continue }
      add(Self.title(metric), table.points.map { Self.text($0.figures?[metric]) }, isNumeric: true)
      if table.columns.contains(where: { $0.metric == metric }) {
        let cells = table.points.indices.map { Self.expected(metric, at: $0, table) }
        add("paper", cells, isNumeric: false)
      }
    }
    add("memory", table.points.map { $0.figures?.memory.map(NumberText.bytes) ?? "–" }, isNumeric: true)
  }

  private mutating func add(_ heading: String, _ cells: [String], isNumeric: Bool) {
    headings.append(heading)
    self.isNumeric.append(isNumeric)
    for (index, cell) in cells.enumerated() { rows[index].append(cell) }
  }

  private static func hasHeads(_ table: SweepTable) -> Bool {
    table.columns.contains { $0.metric == .paramsWithAux }
      || table.points.contains { $0.figures.map { $0.params != $0.paramsWithAux } ?? false }
  }

  private static func title(_ metric: Expectation.Metric) -> String {
    switch metric {
    case .params: "params"
    case .paramsWithAux: "with heads"
    case .macs: "MACs"
    }
  }

  private static func text(_ figure: Int?) -> String { figure.map(Totals.grouped) ?? "–" }

  /// `569M ✓`, or `560M ✗ +8,740,352`.
  private static func expected(_ metric: Expectation.Metric, at point: Int, _ table: SweepTable) -> String {
    guard let expected = table.expected(metric, at: point) else { return "" }
    guard let actual = table.points[point].figures?[metric] else { return expected.text }
    return expected.accepts(actual)
      ? "\(expected.text) ✓" : "\(expected.text) ✗ \(NumberText.signed(Totals.difference(actual, expected.value)))"
  }
}

extension Totals {
  /// `left − right`, kept within the integers.
  static func difference(_ left: Int, _ right: Int) -> Int {
    let (result, overflow) = left.subtractingReportingOverflow(right)
    return overflow ? (left < 0 ? Int.min + 1 : Int.max) : result
  }
}

extension NumberText {
  /// `+1,234`, `−1,234`, `0`.
  static func signed(_ number: Int) -> String {
    number == 0 ? "0" : (number > 0 ? "+" : "−") + Totals.grouped(Int(clamping: number.magnitude))
  }
}
