import Diagnostics
import Frontend
import GraphIR
import Layers
import SpecLanguage

/// A bias that a batch norm, or an instance norm, takes away again.
enum BiasBeforeNorm: Lint {
  static let id = DiagnosticID.biasBeforeNorm

  static func findings(in context: LintContext) -> [Diagnostic] {
    // A bias that several uses share counts for something if it does in one of them.
    let nodes = context.graph.nodes
    let candidates = context.nodes { $0 == .convolution || $0 == .linear }.filter { bias(of: nodes[$0]) > 0 }
    var isKept = [Bool](repeating: false, count: nodes.count)
    for id in candidates where !isTakenAway(id, context) { isKept[nodes[id].sharedWith ?? id] = true }
    let withoutUse = candidates.filter { !isKept[nodes[$0].sharedWith ?? $0] }
    guard !withoutUse.isEmpty else { return [] }
    let (withBias, found) = (candidates.map { nodes[$0] }, withoutUse.map { nodes[$0] })
    let kept = Set(candidates.map { nodes[$0].sharedWith ?? $0 }.filter { isKept[$0] })
    let items = SpecIndex(context.spec).operations
    let counting = Set(
      withBias.lazy.filter { kept.contains($0.sharedWith ?? $0.id) }.compactMap { firstField(of: items[$0.span]) })
    return NodeGroup.grouping(found).map { group in
      // What several uses share is there once.
      let count = group.nodes.reduce(0) { $0 + ($1.sharedWith == nil ? bias(of: $1) : 0) }
      let norm = context.readers(of: group.first)[0]
      let message =
        "the bias of \(group.first.label) does nothing, for \(norm.keyword) subtracts each channel's mean: "
        + "\(Totals.grouped(count)) parameter\(count == 1 ? "" : "s")"
      return finding(
        message, at: group.span, notes: group.notes,
        fixes: fix(for: group, count, items, counting, context).map { [$0] } ?? [])
    }
  }

  /// Whether all that reads the layer subtracts each channel's mean.
  private static func isTakenAway(_ node: Int, _ context: LintContext) -> Bool {
    let readers = context.readerIDs(of: node)
    return !readers.isEmpty && readers.allSatisfy { context.graph.nodes[$0].layer.subtractsChannelMeans }
      && !context.results.contains(.output(ofNode: node))
  }

  private static func hasBias(_ node: Node) -> Bool {
    guard node.layer.operation == .convolution || node.layer.operation == .linear else { return false }
    return bias(of: node) > 0
  }

  private static func bias(of node: Node) -> Int { node.parameters.first { $0.name == "bias" }?.elements ?? 0 }

  /// Where the first field of a layer is written, which an alias has in common with what it stands for.
  private static func firstField(of item: Item?) -> Span? {
    guard case .layer(let call)? = item?.operation else { return nil }
    return call.arguments.first?.nameSpan
  }

  /// `bias: false`, if all that the place makes is followed by a norm, and all that has its fields from there, by an alias;
  /// `counting` has the first fields of layers whose bias counts for something.
  ///
  /// It is made unasked only where no figure of the spec counts the parameters.
  private static func fix(
    for group: NodeGroup, _ count: Int, _ items: [Span: Item], _ counting: Set<Span>, _ context: LintContext
  ) -> Diagnostic.Fix? {
    guard context.graph.nodes.count(where: { $0.span == group.span && hasBias($0) }) == group.nodes.count,
      let item = items[group.span], case .layer(let call) = item.operation
    else { return nil }
    if let first = firstField(of: item), counting.contains(first) { return nil }
    let edit: Diagnostic.Edit?
    if let written = call.arguments.first(where: { $0.name == "bias" }) {
      guard case .expression(let expression) = written.value.form, expression.literal == .bool(true) else { return nil }
      edit = Diagnostic.Edit(written.value.span, replacement: "false")
    } else {
      edit = call.written.adding("bias: false")
    }
    let isCounted = context.spec.expectation != nil || !context.spec.variants.isEmpty || !context.spec.sweeps.isEmpty
    return edit.map {
      Diagnostic.Fix("bias: false     −\(Totals.grouped(count)) parameters", edit: $0, isUnambiguous: !isCounted)
    }
  }
}

extension WrittenArguments {
  /// The edit that adds a field to those that are written.
  fileprivate func adding(_ pair: String) -> Diagnostic.Edit? {
    switch self {
    case .none: return nil
    case .flow(let span):
      let place = Span(source: span.source, start: span.end.advanced(by: -1), end: span.end.advanced(by: -1))
      return Diagnostic.Edit(place, replacement: ", \(pair)")
    case .block(let span):
      let place = Span(source: span.source, start: span.start, end: span.start)
      return Diagnostic.Edit(
        place, replacement: "\(pair)\n\(String(repeating: " ", count: span.start.column - 1))")
    }
  }
}
