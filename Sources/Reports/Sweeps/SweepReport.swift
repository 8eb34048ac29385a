import Analysis
import Diagnostics
import GraphIR
import JSON
import SpecLanguage

/// Sweeps as tables: for people, for papers and for programs.
package enum SweepReport {
  /// A sweep of a spec.
  package struct Entry: Sendable {
    package var file: String
    package var model: String
    package var table: SweepTable

    package init(file: String, model: String, table: SweepTable) {
      self.file = file
      self.model = model
      self.table = table
    }

    /// `MobileNetV1 · table6`.
    var title: String { table.name.map { "\(model) · \($0)" } ?? model }
  }

  /// Each sweep with a heading and its table, what is expected beside what is.
  package static func text(_ entries: [Entry]) -> String {
    entries.map { entry in
      let cells = SweepCells(entry.table)
      var table = TextTable(headings: cells.headings, isNumeric: cells.isNumeric)
      for row in cells.rows { table.add(row) }
      return "\(entry.title.printable)  (\(entry.file.printable))\n\n" + table.render(Paint(isColored: false))
    }.joined(separator: "\n")
  }

  package static func markdown(_ entries: [Entry]) -> String {
    entries.map { entry in
      let cells = SweepCells(entry.table)
      let lines =
        [cells.headings, cells.isNumeric.map { $0 ? "---:" : "---" }]
        + cells.rows.map { $0.map(MarkdownReport.escaped) }
      return "## \(MarkdownReport.escaped(entry.title))\n\n"
        + lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }.joined(separator: "\n")
  }

  /// A row a point; the parameters of all sweeps are columns, empty where a sweep does not vary them (RFC 4180).
  package static func csv(_ entries: [Entry]) -> String {
    let parameters = entries.flatMap(\.table.parameters).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    let metrics = Expectation.Metric.allCases
    let headings =
      ["model", "sweep"] + parameters + metrics.flatMap { [$0.rawValue, "\($0.rawValue)_expected"] }
      + ["memory_bytes", "agrees"]
    var lines = [headings]
    for entry in entries {
      let table = entry.table
      for (index, point) in table.points.enumerated() {
        let values = Dictionary(zip(table.parameters, point.values)) { first, _ in first }
        var line = [entry.model, table.name ?? ""] + parameters.map { values[$0] ?? "" }
        for metric in metrics {
          line.append(text(point.figures?[metric]))
          line.append(table.expected(metric, at: index)?.text ?? "")
        }
        lines.append(line + [text(point.figures?.memory), table.agrees(at: index).map { "\($0)" } ?? ""])
      }
    }
    return lines.map { $0.map(CSVReport.quoted).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func text(_ number: Int?) -> String { number.map { "\($0)" } ?? "" }

  package static func json(_ entries: [Entry]) -> String {
    JSONValue.lines(entries.map(json)).text + "\n"
  }

  private static func json(_ entry: Entry) -> JSONValue {
    let table = entry.table
    let points = table.points.enumerated().map { index, point -> JSONValue in
      let expected = Expectation.Metric.allCases.compactMap { metric in
        table.expected(metric, at: index).map { (metric.rawValue, json($0, actual: point.figures?[metric])) }
      }
      return .object(
        [("values", .object(zip(table.parameters, point.values).map { ($0, .string($1)) }))]
          + Expectation.Metric.allCases.map { ($0.rawValue, JSONValue(point.figures?[$0])) }
          + [("memory_bytes", JSONValue(point.figures?.memory)), ("expected", .object(expected))])
    }
    return .block([
      ("model", .string(entry.model)), ("file", .string(entry.file)), ("sweep", JSONValue(table.name)),
      ("parameters", .array(table.parameters.map(JSONValue.string))), ("points", .lines(points)),
    ])
  }

  private static func json(_ expected: ExpectedNumber, actual: Int?) -> JSONValue {
    .object([
      ("text", .string(expected.text)), ("value", .int(expected.value)), ("tolerance", .int(expected.tolerance)),
      ("agrees", actual.map { .bool(expected.accepts($0)) } ?? .null),
    ])
  }

  /// The sweeps as a spec writes them, with the figures that come out as what is expected.
  package static func expectations(_ entries: [Entry]) -> String {
    let sweeps = entries.enumerated().map { index, entry in
      let table = entry.table
      let axes = table.parameters.indices.map { axis in
        let values = table.points.map { $0.values[axis] }.reduce(into: [String]()) {
          if !$0.contains($1) { $0.append($1) }
        }
        return "\(table.parameters[axis]): [\(values.map(quoted).joined(separator: ", "))]"
      }
      let columns = [Expectation.Metric.params, .macs].map { metric in
        let figures = table.points.map { String($0.figures?[metric] ?? 0) }
        return "\(metric.rawValue): [\(figures.joined(separator: ", "))]"
      }
      return "  \(table.name ?? "sweep\(index + 1)"):\n    over: {\(axes.joined(separator: ", "))}\n"
        + "    expect:\n" + columns.map { "      \($0)\n" }.joined()
    }
    return "sweeps:\n" + sweeps.joined()
  }

  /// A value within a flow list, where a comma or a brace would end it.
  private static func quoted(_ value: String) -> String {
    guard !value.hasPrefix("["), !value.hasPrefix("\""), value.contains(where: { ",{}[]:#".contains($0) }) else {
      return value
    }
    return "\"\(value)\""
  }
}

extension SweepTable {
  /// Whether all that is expected at a point holds; nil if nothing is.
  func agrees(at point: Int) -> Bool? {
    let pairs = Expectation.Metric.allCases.compactMap { metric in
      expected(metric, at: point).map { ($0, points[point].figures?[metric]) }
    }
    return pairs.isEmpty ? nil : pairs.allSatisfy { expected, actual in actual.map(expected.accepts) ?? false }
  }
}
