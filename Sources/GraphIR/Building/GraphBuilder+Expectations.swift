import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// What the spec expects, of the whole and of single nodes.
extension GraphBuilder {
  mutating func check(
    _ expectation: Expectation, of item: Item, input: Flow, output: Flow, nodes range: Range<Int>,
    _ environment: Environment,
    at level: Int
  ) {
    if let shape = input.shape, let expected = expectation.input {
      checkShape(shape, expected, what: "the input of \(item.word)", environment, at: level, prev: input)
    }
    if let shape = output.shape, let expected = expectation.output {
      checkShape(shape, expected, what: "the output of \(item.word)", environment, at: level, prev: input)
    }
    guard !hasFailed else { return }
    let totals = Totals(nodes[range])
    for figure in expectation.figures {
      guard let actual = totals.figure(figure.metric) else { continue }
      checkFigure(figure, actual, what: item.word, environment)
    }
  }

  /// Checks the file's expectation, or the variant's; a run with other settings is checked against nothing.
  mutating func checkModelExpectation(of graph: Graph, _ environment: Environment) {
    guard options.assignments.isEmpty, options.input == nil else { return }
    let variant = options.variant.flatMap { spec.variant(named: $0) }
    let changesNothing = variant?.assignments.isEmpty ?? true
    guard let expectation = variant?.expectation ?? (changesNothing ? spec.expectation : nil) else { return }
    if let expected = expectation.input {
      checkShape(graph.input, expected, what: "the input", environment, at: 0, prev: .unknown)
    }
    if let expected = expectation.output, let output = graph.outputs.first {
      checkShape(graph.shape(of: output.value), expected, what: "the output", environment, at: 0, prev: .unknown)
    }
    let main = Totals(graph.mainNodes)
    let all = Totals(graph.nodes[...])
    for figure in expectation.figures {
      let totals = figure.metric == .paramsWithAux ? all : main
      guard let actual = totals.figure(figure.metric) else { continue }
      checkFigure(figure, actual, what: "the network", environment)
    }
  }

  private mutating func checkShape(
    _ shape: Shape, _ expected: Expectation.ExpectedShape, what: String, _ environment: Environment, at level: Int,
    prev: Flow
  ) {
    guard let sizes = integers(expected.dimensions, environment, at: level, prev: prev) else { return }
    let wanted = Shape(sizes.map { .known($0) })
    guard shape != wanted else { return }
    if let value {
      faults.append(
        ShapeFault(id: .expectation, span: expected.span, item: span, scope: 0, inputs: [value], shapes: [shape], expected: wanted))
    }
    report(.expectation, "\(what) is \(shape), but \(wanted) is expected", at: expected.span, in: environment,
      fixes: shape.values.map { sizes in
        let list = "[\(sizes.map(String.init).joined(separator: ", "))]"
        return [.init("write \(list)", edit: .init(expected.span, replacement: list))]
      } ?? [])
  }

  private mutating func checkFigure(
    _ figure: Expectation.Figure, _ actual: Int, what: String, _ environment: Environment
  ) {
    guard !figure.expected.accepts(actual) else { return }
    let unit = figure.metric == .macs ? "MACs" : "trainable parameters"
    let (difference, _) = actual.subtractingReportingOverflow(figure.expected.value)
    let sign = difference > 0 ? "+" : "−"
    report(
      .expectation,
      "\(what) has \(Totals.grouped(actual)) \(unit), but \(figure.expected.text) are expected (\(sign)\(Totals.grouped(Int(clamping: difference.magnitude))))",
      at: figure.expected.span, in: environment,
      fixes: [.init("write \(actual)", edit: .init(figure.expected.span, replacement: String(actual)))])
  }
}
