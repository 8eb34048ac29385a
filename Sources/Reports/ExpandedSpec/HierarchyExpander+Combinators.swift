import GraphIR
import Layers

/// Combinators: written as such, their joins, slices and scalings left to the builder.
extension HierarchyExpander {
  /// The nodes that stand in a scope itself: joins and what the combinator adds by itself.
  private func ownNodes(_ scope: Scope) -> [Node] {
    scope.children.compactMap { if case .node(let id) = $0 { graph.nodes[id] } else { nil } }
  }

  private func ownScopes(_ scope: Scope) -> [Scope] {
    scope.children.compactMap { if case .scope(let id) = $0 { graph.scopes[id] } else { nil } }
  }

  /// The entries of a body, which end with the value that the body makes.
  private mutating func body(_ scope: Scope, level: Int, isSingle: Bool = false) -> [ExpandedItem] {
    var place = Place(level: level, value: scope.input, isSingle: isSingle)
    let entries = items(scope, at: &place)
    let all = entries + passing(scope.output, at: place)
    return all.isEmpty ? [ExpandedItem(.identity)] : all
  }

  // MARK: Branches

  mutating func branching(_ scope: Scope, at place: inout Place) -> [ExpandedItem] {
    let from = from([scope.input], at: place)
    let level = scope.name.map { names.open($0, in: place.level) } ?? place.level
    let operation: ExpandedItem.Operation
    let result: ValueID
    if case .split(let join) = scope.kind {
      let slices = ownNodes(scope)
      for slice in slices { names.reserve(slice.name, in: level) }
      let inner = ownScopes(scope).first
      let (branches, value) = inner.map { self.branches($0, level: level) } ?? ([], scope.output)
      operation = .split(branches, shares: slices.map { $0.output.channels.value ?? 1 }, join: join)
      result = value
    } else if case .branches(let join) = scope.kind {
      let (branches, value) = self.branches(scope, level: level)
      operation = .branches(branches, join: join)
      result = value
    } else {
      return []
    }
    place.value = result
    let comment = origin.comment(of: scope)
    guard let name = scope.name else {
      return [ExpandedItem(from: from, operation, comment: comment)] + alias(of: result, at: place)
    }
    var item = ExpandedItem(name: name, from: from, operation, comment: comment)
    // A list in a numbered list is a level, which the items of a loop or splice in a branch's place do not have.
    if operation.branches.contains(where: { $0.count > 1 || Self.hasUnnamed($0) }) {
      item.operation = .list([ExpandedItem(operation)], isLevel: true)
    }
    names.bind(name, in: place.level, to: result)
    return [item]
  }

  /// The branches that are there, and the value they make.
  private mutating func branches(_ scope: Scope, level: Int) -> (branches: [[ExpandedItem]], value: ValueID) {
    let join = ownNodes(scope).last
    var inputs = (join?.inputs ?? [scope.output])[...]
    var result: [[ExpandedItem]] = []
    for body in ownScopes(scope) {
      guard inputs.first == body.output else { continue }
      inputs.removeFirst()
      result.append(self.body(body, level: level))
    }
    if let join { names.reserve(join.name, in: level) }
    return (result, join.map { .output(ofNode: $0.id) } ?? scope.output)
  }

  // MARK: Residual, gate, append

  mutating func combinator(_ scope: Scope, at place: inout Place) -> [ExpandedItem] {
    guard let bodyScope = ownScopes(scope).first(where: { $0.kind == .body }) else { return [] }
    let from = from([scope.input], at: place)
    let own = ownNodes(scope)
    let joinLevel = own.last.flatMap { Self.level(of: $0, below: scope) }
    var item = ExpandedItem(from: from, .identity, comment: origin.comment(of: scope))
    var entries: [ExpandedItem]
    if let name = bodyScope.name {
      var inner = Place(level: names.open(name, in: place.level), value: scope.input)
      entries = bodyScope.children.flatMap { items($0, at: &inner) }
      entries += passing(bodyScope.output, at: inner)
      if entries.isEmpty {
        entries = [ExpandedItem(.identity)]
      } else if Self.hasUnnamed(entries) {
        entries = [ExpandedItem(.list(entries, isLevel: true))]
        item.hasSingleBody = true
      }
      item.name = name
    } else {
      entries = body(bodyScope, level: place.level, isSingle: joinLevel != nil)
      if nodeCounts[bodyScope.id] == 0 { item.name = joinLevel }
      // The join stands on the level of the body's only item, so the combinator has the name, and the item gets it.
      if entries.count == 1, let name = entries[0].name, name == joinLevel {
        item.name = name
        entries[0].name = nil
        item.hasSingleBody = true
      }
    }
    item.operation = operation(scope, entries, bodyScope, own, at: place)
    for node in own where item.name == nil { names.reserve(node.name, in: place.level) }
    place.value = scope.output
    guard let name = item.name else { return [item] + alias(of: scope.output, at: place) }
    names.bind(name, in: place.level, to: scope.output)
    return [item]
  }

  private mutating func operation(
    _ scope: Scope, _ entries: [ExpandedItem], _ body: Scope, _ own: [Node], at place: Place
  ) -> ExpandedItem.Operation {
    switch scope.kind {
    case .gate: return .gate(entries)
    case .append: return .append(entries)
    default: break
    }
    let scale = own.first { $0.layer is Scale && $0.inputs == [body.output] }
    let factor = scale?.attributes.first { $0.name == "by" }?.value.specText
    return .residual(entries, shortcut(scope, body, own, at: place), scale: factor)
  }

  private mutating func shortcut(_ scope: Scope, _ body: Scope, _ own: [Node], at place: Place) -> ExpandedItem.Shortcut
  {
    guard let join = own.last, join.layer is Add, join.inputs.count == 2, let beside = join.inputs.last else {
      let value = own.last.map { ValueID.output(ofNode: $0.id) } ?? body.output
      return graph.shape(of: value) == graph.shape(of: scope.input) ? .none : .word("when_same")
    }
    if let layers = ownScopes(scope).first(where: { $0.kind.isShortcut }), nodeCounts[layers.id] > 0 {
      return .items(self.body(layers, level: place.level))
    }
    if beside == scope.input { return .word("identity") }
    if own.contains(where: { $0.id == beside.node }) { return .word("pad_channels") }
    return .items([ExpandedItem(from: [reference(to: beside, from: place.level)], .identity)])
  }

  /// The name of the level below a scope that a node stands on; nil if it stands on the scope's own.
  private static func level(of node: Node, below scope: Scope) -> String? {
    let parts = node.path.split(separator: ".")
    let depth = scope.path.isEmpty ? 0 : scope.path.split(separator: ".").count
    return parts.count == depth + 2 ? String(parts[depth]) : nil
  }
}

extension Scope.Kind {
  fileprivate var isShortcut: Bool { if case .shortcut = self { true } else { false } }
}

extension ExpandedItem.Operation {
  fileprivate var branches: [[ExpandedItem]] {
    switch self {
    case .branches(let branches, _), .split(let branches, _, _): branches
    default: []
    }
  }
}
