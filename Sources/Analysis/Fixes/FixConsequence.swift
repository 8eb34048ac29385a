import Diagnostics
import GraphIR
import Layers
import Shapes

/// What an edit does to a network beside mending its fault: which layers have another shape afterwards.
///
/// Nodes of the two networks are the same if they come from one place of the text under one path; those whose automatic
/// names have moved, for a layer was put in between, follow in their order.
struct Consequence {
  /// A layer that is not what the edit is about, and its shape before and after.
  struct Change {
    var node: Node
    var after: Shape
  }

  private(set) var changes: [Change] = []
  /// Whether the values that leave the network have the shapes they had, as far as they had any.
  private(set) var keepsResults: Bool

  /// Whether every other layer has the shape that its author gave it.
  var isLocal: Bool { changes.isEmpty && keepsResults }

  /// "conv s0 8×48×48 instead of 8×50×50 and 5 more layers"; empty where nothing else changes.
  var text: String {
    guard let first = changes.first else { return "" }
    let rest = changes.count - 1
    let more = rest == 0 ? "" : rest == 1 ? " and one more layer" : " and \(rest) more layers"
    return "changes \(first.node.keyword) \(first.node.path) from \(first.node.output) to \(first.after)\(more)"
  }

  init(
    of candidate: FixCandidate, mending fault: ShapeFault, in context: FixContext, giving result: BuildAttempt,
    _ sources: SourceTable
  ) {
    let before = context.attempt
    var edit = EditedOffsets(candidate.edit, context.sources)
    let after = Self.pairs(
      before.nodes.map { ($0, edit.place($0.span)) }, result.nodes.map { ($0, edit.original($0.span, in: sources)) })
    // What stands behind joins that do not fit has no shape that anyone meant.
    let isUnknown = Self.isUnknown(behind: fault, in: context)
    let unknown = isUnknown ? Self.downstream(of: fault, in: before) : []
    let atFault = Self.atFault(fault, in: context)
    var isMeant = [Bool](repeating: false, count: before.nodes.count)
    for node in before.nodes {
      guard !unknown.contains(node.id), let other = after[node.id],
        other.output != node.output
      else { continue }
      isMeant[node.id] =
        candidate.targets.contains(node.span) && atFault.contains(node.id)
        || Self.carriesOn(node) && node.inputs[0].node.map { isMeant[$0] } ?? false
      if !isMeant[node.id] { changes.append(Change(node: node, after: other.output)) }
    }
    let isKept = zip(before.results, result.results).allSatisfy { old, new in
      guard let shape = old.shape, let other = new.shape else { return true }
      if let node = old.value.node, unknown.contains(node) || isUnknown && fault.inputs.contains(old.value) {
        return true
      }
      return other == shape
    }
    keepsResults =
      isKept && before.results.count <= result.results.count
      && !NamedOutputs(context.spec, before, context.sources).areMerged(in: result)
  }

  /// By the identifiers of the nodes before, the same nodes after.
  private static func pairs(_ before: [(Node, EditedOffsets.Place)], _ after: [(Node, EditedOffsets.Place?)]) -> [Int:
    Node]
  {
    struct Name: Hashable {
      var place: EditedOffsets.Place
      var path: String
    }
    var named: [Name: Node] = [:]
    for case (let node, let place?) in after { named[Name(place: place, path: node.path)] = node }
    var result: [Int: Node] = [:]
    var moved: [EditedOffsets.Place: [Node]] = [:]
    for (node, place) in before {
      if let same = named.removeValue(forKey: Name(place: place, path: node.path)) {
        result[node.id] = same
      } else {
        moved[place, default: []].append(node)
      }
    }
    var left: [EditedOffsets.Place: [Node]] = [:]
    for case (let node, let place?) in after where named[Name(place: place, path: node.path)] != nil {
      left[place, default: []].append(node)
    }
    for (place, nodes) in moved {
      guard let others = left[place], others.count == nodes.count else { continue }
      for (node, other) in zip(nodes, others) { result[node.id] = other }
    }
    return result
  }

  /// Whether what stands behind a fault was built with a guess: of a join's inputs either may be meant, and of a residual
  /// whose body loses its border the shortcut's size is.
  private static func isUnknown(behind fault: ShapeFault, in context: FixContext) -> Bool {
    switch fault.id {
    case .joinMismatch, .kernelExceedsInput: true
    case .residualMismatch:
      fault.shapes.count == 2 && fault.shapes.allSatisfy(\.isMaps)
        && fault.shapes[0].spatial != fault.shapes[1].spatial
        && context.scales.areEqual(fault.inputs[0], fault.inputs[1])
    default: false
    }
  }

  /// Whether a layer has the shape of its only input because it hands it on pixel by pixel, or as it is.
  private static func carriesOn(_ node: Node) -> Bool {
    guard node.inputs.count == 1 else { return false }
    if case .imageNorm = node.layer.operation { return true }
    return node.layer.operation == .view || node.layer.reach(over: node.output) == .pointwise
  }

  /// The layers that a fault comes from, each time that it occurs: of a block that is used where it fits and where it does
  /// not, the former are other layers. So are those that all values of a join come from, where the same text also makes one that
  /// only some of them come from: by that they differ.
  private static func atFault(_ fault: ShapeFault, in context: FixContext) -> Set<Int> {
    var result: Set<Int> = []
    for other in context.attempt.faults where other.id == fault.id && other.span == fault.span {
      // How many of the values come from each layer.
      var uses: [Int: Int] = [:]
      for value in other.inputs {
        for found in context.upstream(of: [value], limit: 64) { uses[found.node.id, default: 0] += 1 }
      }
      let all = other.inputs.count > 1 ? other.inputs.count : Int.max
      let spans = Set(uses.lazy.filter { $0.value < all }.map { context.attempt.nodes[$0.key].span })
      for (node, count) in uses where count < all || !spans.contains(context.attempt.nodes[node].span) {
        result.insert(node)
      }
      for node in context.attempt.nodes where node.span == other.item && node.inputs == other.inputs {
        result.insert(node.id)
      }
    }
    return result
  }

  private static func downstream(of fault: ShapeFault, in attempt: BuildAttempt) -> Set<Int> {
    var result: Set<Int> = []
    let last = fault.inputs.compactMap(\.node).max() ?? -1
    for node in attempt.nodes where node.id > last {
      // Behind a residual that could not be added its body goes on.
      let isAtFault =
        node.span == fault.item && node.inputs == fault.inputs
        || fault.id == .residualMismatch && node.inputs.contains(fault.inputs[0])
      if isAtFault || node.inputs.contains(where: { $0.node.map(result.contains) ?? false }) { result.insert(node.id) }
    }
    return result
  }
}
