import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// What a run may change about a spec.
package struct BuildOptions: Sendable {
  package var variant: String?
  /// `--set` in the order given, values as written in a spec.
  package var assignments: [Argument] = []
  /// In place of the spec's input, where there is one.
  package var input: Shape?
  /// In place of the inputs with these names.
  package var namedInputs: [String: Shape] = [:]
  package var batch: Extent = .symbol("N")
  /// Whether what was built is proven to keep the invariants of graphs; an editor, which builds at every key, goes without.
  package var verifies = true

  package init() {}

  /// Whether other options give the same network of the same spec; false where that is not known.
  package func isSame(as other: BuildOptions) -> Bool {
    variant == other.variant && assignments.isEmpty && other.assignments.isEmpty && input == other.input
      && namedInputs == other.namedInputs && batch == other.batch
  }
}

/// Expands a spec into a graph: blocks, loops and combinators written out, shapes inferred on the way, for expressions may
/// ask for them.
///
/// Everything that is wrong is reported; a fault's consequences are not.
package struct GraphBuilder {
  /// The bounds of an expansion.
  enum Limit {
    /// A node takes about a kilobyte, and the deepest networks that were published have some thousands.
    static let nodes = 100_000
    /// Items looked at, those switched off by `when` included.
    static let items = 400_000
    /// Lists, blocks and combinators opened, those of copies each time.
    static let scopes = 100_000
    /// Parameters of blocks bound, those of copies each time.
    static let bindings = 1_000_000
    /// Steps of computing expressions.
    static let steps = 2_000_000
    /// Findings, those at one place counted each time.
    static let reports = 1000
    static let blockDepth = 64
    /// Lists, combinators and blocks within each other.
    static let depth = 256
    /// Strides tried for a projection, and those where the size is open.
    static let fittedStride = 1024
    static let openSizeStride = 16
    /// Symbols and quotients in the formula of an open size.
    static let formulaWeight = 64
    /// Elements of one tensor.
    static let elements = 1 << 48
  }

  let spec: Spec
  let options: BuildOptions
  let sources: SourceTable
  package var diagnostics: DiagnosticBag

  var nodes: [Node] = []
  /// The sums over the nodes, as long as none has another's weights.
  var totals = Totals()
  var scopes: [Scope] = []
  var levels: [Level] = []
  var frames: [Frame] = []
  var remarks: [Graph.Remark] = []
  /// The bodies of combinators being expanded, innermost last, with the shapes on the way.
  var traces: [ShapeTrace] = []
  var modelParameters: [String: Binding] = [:]
  /// The model's parameters that are values, for functions.
  var modelValues: [String: Value] = [:]
  var settings: [Graph.Setting] = []
  var inputs: [Graph.Input] = []
  /// The first parts of the names that blocks get by themselves.
  var prefixes: [String: String] = [:]
  /// By block how many names its last use had, for the next one hardly has others.
  var nameCounts: [String: (entries: Int, ordinals: Int)] = [:]
  /// The layers that have been made, for those like them.
  var memory = LayerMemory()
  /// What `share` can expand once more; kept only for specs that do.
  var sharables: [Sharable] = []
  let usesSharing: Bool
  /// The outermost `share` that is being expanded: what grows too large there does so because of it.
  var shareSpan: Span?
  var head: Int?
  var itemCount = 0
  var expressionSteps = 0
  private var reportCount = 0
  var bindingCount = 0
  /// Items that are there, whatever came of them.
  var itemsThere = 0
  /// The references that stand in one list with the one that is looked up.
  var referencesBeside: [Reference] = []
  var depth = 0
  var stamp = 0
  /// Set when a limit is met, so that loops end.
  var isAborted = false
  /// The shapes that do not fit, for whoever looks for a fix.
  var faults: [ShapeFault] = []
  /// What parameters of type `layer` became.
  var handedOver: [HandedOver] = []
  /// What leaves the network.
  var results: [BuildAttempt.Result] = []
  /// Set where a layer's output is unknown, so that the nodes after it are missing.
  var hasGaps = false
  /// Faults that carry no finding of their own because they follow from another.
  var hasFailed = false

  private init(spec: Spec, options: BuildOptions, sources: SourceTable, diagnostics: DiagnosticBag) {
    self.spec = spec
    self.options = options
    self.sources = sources
    self.diagnostics = diagnostics
    usesSharing = spec.usesSharing
  }

  /// The graph of a spec; nil, with findings in `diagnostics`, when it does not fit together.
  package static func build(
    _ spec: Spec, options: BuildOptions = BuildOptions(), sources: SourceTable, diagnostics: inout DiagnosticBag
  ) -> Graph? {
    let attempt = attempt(spec, options: options, sources: sources)
    diagnostics = attempt.diagnostics
    return attempt.graph
  }

  /// Builds a spec as far as it goes, for whoever looks for a fix.
  package static func attempt(
    _ spec: Spec, options: BuildOptions = BuildOptions(), sources: SourceTable
  ) -> BuildAttempt {
    var builder = GraphBuilder(spec: spec, options: options, sources: sources, diagnostics: DiagnosticBag())
    let graph = builder.build()
    return BuildAttempt(
      graph: graph, nodes: builder.nodes, scopes: builder.scopes, handedOver: builder.handedOver,
      faults: builder.faults,
      inputs: builder.inputs.map(\.shape), results: builder.results,
      isWhole: graph != nil || !builder.hasGaps && !builder.isAborted && !builder.nodes.isEmpty,
      items: builder.itemCount, diagnostics: builder.diagnostics)
  }

  private mutating func build() -> Graph? {
    guard bindModelParameters(), let inputs = modelInputs() else { return nil }
    self.inputs = inputs
    let start = Flow(value: .input, shape: inputs[0].shape)
    // A long spec is mostly one list of layers.
    nodes.reserveCapacity(spec.layers.count)
    levels = [Level(path: "", parent: nil, isNumbered: false)]
    scopes = [
      Scope(id: 0, parent: nil, kind: .root, name: nil, path: "", span: spec.layersSpan, input: .input, output: .input)
    ]
    let environment = Environment(input: start)
    for (position, input) in inputs.enumerated() {
      guard let name = input.name else { continue }
      let flow = Flow(value: .input(position), shape: input.shape)
      let claimed = claim(name, at: 0, span: spec.inputs[position].span, isAutomatic: false, environment)
      register(claimed, at: 0, flow: flow)
    }
    let result = expand(spec.layers, at: 0, scope: 0, environment, from: start)
    scopes[0].output = result.value
    let outputs = self.outputs(default: result, environment)
    let heads = expandHeads(environment)
    let totals = usesSharing ? Totals(nodes) : self.totals
    check(totals)
    // A network that is not what was expected is still a network.
    let isBroken = diagnostics.diagnostics.contains { $0.severity == .error && $0.id != .expectation }
    guard !isBroken, !hasFailed else { return nil }
    let graph = Graph(
      name: spec.model, summary: spec.summary, citation: spec.citation, file: sources[spec.source].path,
      variant: options.variant, settings: settings, inputs: inputs, batch: options.batch, nodes: nodes, scopes: scopes,
      outputs: outputs, heads: heads, remarks: remarks, files: sources.files.map(\.path))
    if options.verifies { graph.verify(after: "expansion") }
    checkModelExpectation(of: graph, totals, Environment(isAmongLayers: false))
    return graph
  }

  private mutating func outputs(default result: Flow, _ environment: Environment) -> [Graph.Output] {
    if spec.outputs.isEmpty {
      results.append(.init(value: result.value, shape: result.shape))
      return [Graph.Output(name: nil, value: result.value)]
    }
    referencesBeside = spec.outputs.map(\.reference)
    defer { referencesBeside = [] }
    return spec.outputs.compactMap { declaration in
      let found = lookUp(declaration.reference, from: 0, environment, previous: result)
      let flow = found ?? .unknown
      results.append(.init(value: flow.value, shape: flow.shape, isFound: found != nil))
      return found.map { Graph.Output(name: declaration.name, value: $0.value) }
    }
  }

  private mutating func expandHeads(_ environment: Environment) -> [Graph.Head] {
    var heads: [Graph.Head] = []
    for declaration in spec.heads {
      head = heads.count
      let scope = openScope(
        .head(declaration.name), name: declaration.name, span: declaration.nameSpan, in: 0, input: .unknown)
      let name = GivenName(text: declaration.name, span: declaration.nameSpan)
      guard
        let output = expand(declaration.item, at: 0, scope: scope, environment, from: .unknown, given: name)
      else { continue }
      scopes[scope].output = output.value
      results.append(.init(value: output.value, shape: output.shape))
      let weight = declaration.weight.flatMap { share(of: $0, environment, output) }
      heads.append(Graph.Head(name: declaration.name, weight: weight, output: output.value))
    }
    head = nil
    return heads
  }

  /// A head's share of the loss.
  private mutating func share(of expression: Expression, _ environment: Environment, _ output: Flow) -> Double? {
    guard let value = evaluate(expression, environment, at: 0, prev: output) else { return nil }
    guard let number = value.number, number >= 0, number.isFinite else {
      report(
        .outOfRange, "a head's weight is its share of the loss, a number from 0 on, not \(value)", at: expression.span,
        in: environment)
      return nil
    }
    return number
  }

  // MARK: Findings

  mutating func report(_ diagnostic: Diagnostic, in frame: Int?) {
    // What is wrong a thousand times is not worth the time of finding out how often more.
    reportCount += 1
    if reportCount > Limit.reports || diagnostics.isFull { isAborted = true }
    var diagnostic = diagnostic
    let trail = self.trail(frame)
    if !trail.isEmpty { diagnostic.trail.insert("via \(trail)", at: 0) }
    diagnostics.report(diagnostic)
  }

  mutating func report(
    _ id: DiagnosticID, _ message: String, at span: Span, in environment: Environment, trail: [String] = [],
    notes: [Diagnostic.Note] = [], fixes: [Diagnostic.Fix] = []
  ) {
    report(Diagnostic(id, message, at: span, trail: trail, notes: notes, fixes: fixes), in: environment.frame)
  }

  /// `layer2 (line 53) > Bottleneck, repeat 0 of 4`.
  private func trail(_ frame: Int?) -> String {
    var parts: [String] = []
    var current = frame
    while let index = current {
      let frame = frames[index]
      let copy = frame.copy.map { ", repeat \($0.index) of \($0.count)" } ?? ""
      parts.append("\(frame.label) (line \(frame.line))\(copy)")
      current = frame.parent
    }
    if parts.count > 8 { parts.replaceSubrange(4..<(parts.count - 3), with: ["…"]) }
    return parts.reversed().joined(separator: " > ")
  }

  mutating func abort(_ message: String, at span: Span, in environment: Environment) {
    if !isAborted {
      let notes = shareSpan == nil ? [] : [Diagnostic.Note("what it shares stands here", at: span)]
      report(.limit, message, at: shareSpan ?? span, in: environment, notes: notes)
    }
    isAborted = true
  }

  // MARK: Scopes

  mutating func openScope(
    _ kind: Scope.Kind, name: String?, span: Span, in parent: Int, input: Flow, further: ArraySlice<Flow> = [],
    path: String? = nil
  ) -> Int {
    if scopes.count >= Limit.scopes, !isAborted {
      diagnostics.report(
        Diagnostic(
          .limit, "the spec opens more than \(Limit.scopes) lists, blocks and combinators", at: shareSpan ?? span))
      isAborted = true
    }
    let outer = scopes[parent].path
    let ownPath = path ?? name.map { outer.isEmpty ? $0 : outer.followed(by: $0) } ?? outer
    let scope = Scope(
      id: scopes.count, parent: parent, kind: kind, name: name, path: ownPath, span: span, input: input.value,
      furtherInputs: further.map(\.value), output: input.value)
    scopes.append(scope)
    scopes[parent].children.append(.scope(scope.id))
    return scope.id
  }
}
