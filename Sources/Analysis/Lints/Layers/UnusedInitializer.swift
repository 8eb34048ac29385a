import Diagnostics
import Frontend
import GraphIR
import Layers
import SpecLanguage

/// First values of a tensor that the layer is told not to have: of a bias beside `bias: false`.
enum UnusedInitializer: Lint {
  static let id = DiagnosticID.unusedInitializer

  static func findings(in context: LintContext) -> [Diagnostic] {
    // Few layers say both.
    var candidates: [Candidate] = []
    var seen: Set<Span> = []
    context.spec.forEachItem { item in
      guard let candidate = Candidate(item), seen.insert(candidate.place).inserted else { return }
      candidates.append(candidate)
    }
    guard !candidates.isEmpty else { return [] }
    var tensors: [Span: Set<String>] = [:]
    for node in context.graph.nodes where seen.contains(node.span) {
      tensors[node.span, default: []].formUnion(node.parameters.map(\.name))
    }
    return candidates.flatMap { candidate -> [Diagnostic] in
      guard let existing = tensors[candidate.place] else { return [] }
      let (call, argument, list, switchedOff) = (
        candidate.call, candidate.argument, candidate.list, candidate.switchedOff
      )
      return list.compactMap { declaration in
        // What names no tensor is for the weight, or for what stands for it.
        let tensor = declaration.tensor ?? "weight"
        guard !existing.contains(tensor), declaration.tensor != nil || switchedOff.name == "affine" else { return nil }
        let fix = edit(without: declaration, of: list, argument, in: call).map {
          Diagnostic.Fix("leave the first values of \(tensor) out", edit: $0, isUnambiguous: true)
        }
        return finding(
          "\(call.keyword) has no \(tensor) that could begin with these values, for \(switchedOff.name) is false",
          at: declaration.tensorSpan ?? declaration.span, notes: [.init("written here", at: switchedOff.nameSpan)],
          fixes: fix.map { [$0] } ?? [])
      }
    }
  }

  /// A layer that says what tensors begin with and is told not to have some.
  private struct Candidate {
    var place: Span
    var call: LayerCall
    var argument: Argument
    var list: [InitializerDeclaration]
    var switchedOff: Argument

    init?(_ item: Item) {
      guard case .layer(let call) = item.operation,
        let argument = call.arguments.first(where: { $0.name == "init" }),
        case .initializers(let list) = argument.value.form,
        let switchedOff = call.arguments.first(where: UnusedInitializer.isFalse)
      else { return nil }
      place = item.operationSpan
      self.call = call
      self.argument = argument
      self.list = list
      self.switchedOff = switchedOff
    }
  }

  /// Whether the field is one that takes tensors away, and does so whatever parameters say.
  private static func isFalse(_ argument: Argument) -> Bool {
    guard ["bias", "affine"].contains(argument.name), case .expression(let expression) = argument.value.form else {
      return false
    }
    return expression.literal == .bool(false)
  }

  /// The edit that takes one of the initializers out, with the field if it is the only one.
  private static func edit(
    without declaration: InitializerDeclaration, of list: [InitializerDeclaration], _ argument: Argument,
    in call: LayerCall
  ) -> Diagnostic.Edit? {
    let parts =
      list.count > 1
      ? list.compactMap { part in part.tensorSpan.map { (start: $0, end: part.span) } }
      : call.arguments.map { (start: $0.nameSpan, end: $0.value.span) }
    let own = list.count > 1 ? declaration.tensorSpan : argument.nameSpan
    guard let index = parts.firstIndex(where: { $0.start == own }), parts.count > 1 else { return nil }
    let span = parts[index].start
    let (start, end) =
      index > 0
      ? (parts[index - 1].end.end, parts[index].end.end) : (parts[index].start.start, parts[index + 1].start.start)
    return .init(Span(source: span.source, start: start, end: end), replacement: "")
  }
}
