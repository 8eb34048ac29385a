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
      let subject = ShapeSubject(text: "the input of \(item.word)", value: input.value, item: item.operationSpan)
      let weight = Totals(nodes[range]).trainable
      let notes =
        weight == 0
        ? []
        : [
          Diagnostic.Note(
            "\(item.word) then has \(Totals.grouped(weight)) parameters, \(Totals.bytes(saturatingProduct(weight, 4)))")
        ]
      checkShape(shape, expected, of: subject, environment, at: level, prev: input, notes: notes)
    }
    if let shape = output.shape, let expected = expectation.output {
      let subject = ShapeSubject(text: "the output of \(item.word)", value: output.value, item: item.operationSpan)
      checkShape(shape, expected, of: subject, environment, at: level, prev: input)
    }
    guard !hasFailed else { return }
    let totals = Totals(nodes[range])
    for figure in expectation.figures {
      guard let actual = totals.figure(figure.metric) else { continue }
      checkFigure(figure, actual, what: item.word, environment)
    }
  }

  /// Checks the file's expectation, or the variant's; a run with other settings is checked against nothing. `all` are the
  /// sums over all nodes.
  mutating func checkModelExpectation(of graph: Graph, _ all: Totals, _ environment: Environment) {
    guard options.assignments.isEmpty, options.input == nil else { return }
    let variant = options.variant.flatMap { spec.variant(named: $0) }
    let changesNothing = variant?.assignments.isEmpty ?? true
    guard let expectation = variant?.expectation ?? (changesNothing ? spec.expectation : nil) else { return }
    if let expected = expectation.input {
      let subject = ShapeSubject(text: "the input", value: .input, item: spec.input.span)
      checkShape(graph.input, expected, of: subject, environment, at: 0, prev: .unknown)
    }
    if let expected = expectation.output, let output = graph.outputs.first {
      let subject = ShapeSubject(text: "the output", value: output.value, item: expected.span)
      checkShape(graph.shape(of: output.value), expected, of: subject, environment, at: 0, prev: .unknown)
    }
    let main = graph.nodes.last?.head == nil ? all : Totals(graph.mainNodes)
    for figure in expectation.figures {
      let totals = figure.metric == .paramsWithAux ? all : main
      guard let actual = totals.figure(figure.metric) else { continue }
      checkFigure(figure, actual, what: "the network", environment)
    }
  }

  /// What an expectation of a shape is about.
  private struct ShapeSubject {
    var text: String
    var value: ValueID
    /// The operation whose input or output it is.
    var item: Span
  }

  private mutating func checkShape(
    _ shape: Shape, _ expected: Expectation.ExpectedShape, of subject: ShapeSubject, _ environment: Environment,
    at level: Int, prev: Flow, notes: [Diagnostic.Note] = []
  ) {
    guard let sizes = integers(expected.dimensions, environment, at: level, prev: prev) else { return }
    let wanted = Shape(sizes.map { .known($0) })
    guard shape != wanted else { return }
    faults.append(
      ShapeFault(
        id: .expectation, span: expected.span, item: subject.item, scope: 0, inputs: [subject.value], shapes: [shape],
        expected: wanted))
    let fixes: [Diagnostic.Fix] =
      shape.values.map { sizes in
        let list = "[\(sizes.map(String.init).joined(separator: ", "))]"
        return [.init("expect \(list) instead", edit: .init(expected.span, replacement: list))]
      } ?? []
    report(
      .expectation, "\(subject.text) is \(shape), but \(wanted) is expected", at: expected.span, in: environment,
      notes: notes, fixes: fixes)
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
      fixes: [.init("expect \(actual) instead", edit: .init(figure.expected.span, replacement: String(actual)))])
  }
}
