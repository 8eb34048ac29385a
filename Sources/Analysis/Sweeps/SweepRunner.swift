import Diagnostics
import GraphIR
import SpecLanguage

/// Builds the networks of a sweep and compares their figures with those expected.
package struct SweepRunner {
  private let spec: Spec
  private let options: BuildOptions
  private let sources: SourceTable
  private let memory: (Graph) -> Int?
  /// What does not fit together or differs from what is expected.
  package private(set) var diagnostics = DiagnosticBag()

  /// A runner for a spec.
  ///
  /// - Parameters:
  ///   - options: what holds at every point; what varies goes before it.
  ///   - memory: the bytes of activations that a network needs.
  package init(_ spec: Spec, options: BuildOptions, sources: SourceTable, memory: @escaping (Graph) -> Int?) {
    self.spec = spec
    self.options = options
    self.sources = sources
    self.memory = memory
  }

  /// Runs one sweep. With a variant, other settings or another input nothing is expected of it.
  package mutating func run(_ plan: SweepPlan) -> SweepTable {
    let isPlain = options.variant == nil && options.assignments.isEmpty && options.input == nil
    var table = SweepTable(
      name: plan.name, parameters: plan.axes.map(\.parameter), points: [], columns: isPlain ? plan.columns : [],
      run: plan.axes.last?.values.count ?? 1)
    guard plan.pointCount <= SweepPlan.pointLimit else {
      diagnostics.report(
        Diagnostic(
          .limit, "the sweep has \(plan.pointCount) points, more than \(SweepPlan.pointLimit)",
          at: plan.axes.first?.values.first?.span ?? spec.layersSpan))
      return table
    }
    for index in 0..<plan.pointCount {
      let values = plan.values(at: index)
      let figures = build(plan, values)
      let texts = values.map { sources[$0.span.source].text(of: $0.span) }
      table.points.append(SweepTable.Point(values: texts, figures: figures))
      compare(index, in: table)
    }
    return table
  }

  private mutating func build(_ plan: SweepPlan, _ values: [ArgumentValue]) -> SweepTable.Figures? {
    var options = self.options
    options.assignments += zip(plan.axes, values).map { axis, value in
      Argument(name: axis.parameter, nameSpan: value.span, value: value)
    }
    var found = DiagnosticBag()
    let graph = GraphBuilder.build(spec, options: options, sources: sources, diagnostics: &found)
    // What nodes are expected to be holds for the spec's own values.
    let point = zip(plan.axes, values).map { "\($0.parameter) \(sources[$1.span.source].text(of: $1.span))" }
    for var diagnostic in found.diagnostics where diagnostic.severity == .error && diagnostic.id != .expectation {
      diagnostic.trail.append("with \(point.joined(separator: ", "))")
      diagnostics.report(diagnostic)
    }
    guard let graph else { return nil }
    let totals = Totals(graph.mainNodes)
    return SweepTable.Figures(
      params: totals.trainable, paramsWithAux: Totals(graph.nodes).trainable, macs: totals.macs.value,
      memory: memory(graph))
  }

  private mutating func compare(_ point: Int, in table: SweepTable) {
    guard let figures = table.points[point].figures else { return }
    for column in table.columns {
      guard let expected = table.expected(column.metric, at: point), let actual = figures[column.metric],
        !expected.accepts(actual)
      else { continue }
      let unit = column.metric == .macs ? "MACs" : "trainable parameters"
      let difference = actual.subtractingReportingOverflow(expected.value).partialValue
      diagnostics.report(
        Diagnostic(
          .expectation,
          "with \(table.label(of: point)) the network has \(Totals.grouped(actual)) \(unit), but \(expected.text) are "
            + "expected (\(difference > 0 ? "+" : "−")\(Totals.grouped(Int(clamping: difference.magnitude))))",
          at: expected.span))
    }
  }
}
