import Diagnostics
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// An edit that might mend a fault.
struct FixCandidate {
  var description: String
  /// What it amounts to: "inserts a 1×1 projection".
  var remark: String?
  var edit: Diagnostic.Edit
  /// Candidates of one family are one change under several names; the first that fits is enough.
  var family: String?
  /// How far it is from what was written: what the spec's author would do first costs least.
  var cost: Int
  /// The places of the layers whose shapes the edit is meant to change.
  var targets: Set<Span> = []
  /// Whether a layer comes in or goes, rather than a field of one changes.
  var isInsertion = false
  /// Whether it is never made unasked, even alone: what was meant is another layer, or another input.
  var isGuess = false
}

/// The changes that come to mind for each kind of fault, cheapest first.
extension FixContext {
  /// The changes of fields.
  func candidates(for fault: ShapeFault) -> [FixCandidate] {
    switch fault.id {
    case .residualMismatch: Self.ordered(residualCandidates(fault))
    case .kernelExceedsInput, .emptyOutput, .padding: Self.ordered(windowCandidates(fault))
    case .notDivisible: Self.ordered(divisorCandidates(fault))
    case .joinMismatch: Self.ordered(joinCandidates(fault))
    case .gateMismatch: Self.ordered(gateCandidates(fault))
    case .expectation: Self.ordered(expectationCandidates(fault))
    default: []
    }
  }

  /// Layers that may be missing or superfluous.
  func insertions(for fault: ShapeFault) -> [FixCandidate] {
    switch fault.id {
    case .wrongRank: Self.ordered(rankCandidates(fault))
    case .joinMismatch: Self.ordered(layersBeforeJoin(fault))
    case .kernelExceedsInput, .emptyOutput: Self.ordered(superfluousLayer(fault))
    case .expectation: Self.ordered(forgottenPools(fault))
    default: []
    }
  }

  private static func ordered(_ candidates: [FixCandidate]) -> [FixCandidate] {
    var seen: Set<Diagnostic.Edit> = []
    return candidates.filter { seen.insert($0.edit).inserted }.enumerated()
      .sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }.map(\.element)
  }

  /// A candidate that sets one field of a node.
  func setting(_ field: String, _ text: String, of node: Node, cost: Int) -> FixCandidate? {
    guard has(field, node), let edit = setting(field, of: node, to: text) else { return nil }
    let before = value(of: field, in: node).map { " instead of \($0)" } ?? ""
    return FixCandidate(
      description: "\(field): \(text)\(before) in \(node.keyword) \(node.path) (line \(node.span.start.line))",
      edit: edit, cost: cost, targets: [node.span])
  }

  // MARK: Rank

  /// What makes a vector of maps, or leaves the maps that a layer wants.
  private func rankCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), let shape = fault.shapes.first else { return [] }
    let line = item.operationSpan.start.line
    guard shape.isMaps else {
      guard
        let node = fault.inputs.first.flatMap({ Chain(to: $0, in: attempt).nodes.first { $0.layer.operation == .view } }
        ),
        attempt.shape(of: node.inputs[0])?.isMaps ?? false, let view = self.item(at: node.span),
        let edit = removing(view)
      else { return [] }
      return [
        FixCandidate(
          description: "leave \(node.keyword) (line \(node.span.start.line)) out before \(item.word) (line \(line))",
          edit: edit, cost: 1, targets: [node.span], isInsertion: true)
      ]
    }
    let ways: [([String], Int)] = [(["flatten"], 1)] + (shape.isPixel ? [] : [(["global_avg_pool", "flatten"], 2)])
    return ways.map { layers, cost in
      FixCandidate(
        description: "put \(layers.joined(separator: " and ")) before \(item.word) (line \(line))",
        edit: inserting(layers, before: item), cost: cost, isInsertion: true)
    }
  }

  // MARK: Groups

  private func divisorCandidates(_ fault: ShapeFault) -> [FixCandidate] {
    guard let item = item(at: fault.item), case .layer(let call) = item.operation,
      let channels = fault.shapes.first?.channels.value, channels <= 1 << 20
    else { return [] }
    func number(_ field: String) -> Int? {
      guard case .expression(let expression)? = call.arguments.first(where: { $0.name == field })?.value.form,
        case .int(let number)? = expression.literal
      else { return nil }
      return number
    }
    var result: [FixCandidate] = []
    func own(_ field: String, _ value: Int, from old: Int, cost: Int) {
      guard value > 0, value != old, let edit = setting(field, to: "\(value)", at: item, call, scope: fault.scope)
      else { return }
      let place = "\(call.keyword) (line \(item.operationSpan.start.line))"
      result.append(
        FixCandidate(
          description: "\(field): \(value) instead of \(old) in \(place)", edit: edit, cost: cost,
          targets: field == "out" ? [item.operationSpan] : []))
    }
    guard let groups = number("groups"), groups > 0 else { return [] }
    let out = number("out") ?? channels
    if !out.isMultiple(of: groups) {
      let lower = out / groups * groups
      own("out", lower, from: out, cost: out - lower <= groups / 2 ? 1 : 2)
      own("out", lower + groups, from: out, cost: out - lower <= groups / 2 ? 2 : 1)
    }
    let shared = (1...min(channels, 4096)).filter { channels.isMultiple(of: $0) && out.isMultiple(of: $0) }
    for divisor in shared.sorted(by: { (abs($0 - groups), $0) < (abs($1 - groups), $1) }).prefix(2) {
      own("groups", divisor, from: groups, cost: 2)
    }
    if !channels.isMultiple(of: groups) {
      for (node, distance) in upstream(of: fault.inputs, limit: 6) {
        for value in [channels / groups * groups, (channels / groups + 1) * groups] where value > 0 {
          result += [setting("out", "\(value)", of: node, cost: 3 + distance)].compactMap { $0 }
        }
      }
    }
    return result
  }

  func setting(_ field: String, to text: String, at item: Item, _ call: LayerCall, scope: Int) -> Diagnostic.Edit? {
    setting(field, to: text, in: item, arguments: call.arguments, written: call.written, scope: scope)
  }
}

extension BuildAttempt {
  /// The shape of a value, if it is known.
  func shape(of value: ValueID) -> Shape? {
    if let position = value.inputPosition { return inputs.indices.contains(position) ? inputs[position] : nil }
    guard let node = value.node else { return nil }
    return nodes.indices.contains(node) ? nodes[node].output : nil
  }
}

extension [Scope] {
  /// Whether a scope lies in another.
  func isWithin(_ inner: Int, _ outer: Int) -> Bool {
    var current: Int? = inner
    while let id = current, indices.contains(id) {
      if id == outer { return true }
      current = self[id].parent
    }
    return false
  }
}
