import Diagnostics
import GraphIR
import Layers

/// Writes a graph's hierarchy as nested lists with all names written, so that reading it again gives the same paths.
struct HierarchyExpander {
  let graph: Graph
  let origin: ExpandedOrigin
  var names = ExpandedNames()
  /// Values to which references lead and that no name reaches: they get an `identity` with a name of its own.
  private let aliases: [ValueID: String]
  private var aliased: Set<ValueID> = []
  /// Those of them that lie behind a hidden name, so that every level around theirs gives them another name.
  private let hoisted: [ValueID]
  private var hoists = 0
  /// Values without a name that a reference would need.
  var missing: Set<ValueID> = []
  /// Whether a nearer name hides a layer whose weights are to be shared.
  private var hidesShared = false
  /// How many nodes lie below each scope.
  let nodeCounts: [Int]

  /// A place in the lists being written: the level that names are on, and the value that flows there.
  struct Place {
    var level: Int
    var value: ValueID
    /// Whether a combinator takes one item here, so that no other may stand beside it.
    var isSingle = false
  }

  private init(_ graph: Graph, _ origin: ExpandedOrigin, aliases: [ValueID: String], hoisted: Set<ValueID>) {
    self.graph = graph
    self.origin = origin
    self.aliases = aliases
    self.hoisted = hoisted.sorted { $0.index < $1.index }
    var counts = [Int](repeating: 0, count: graph.scopes.count)
    for scope in graph.scopes.reversed() {
      counts[scope.id] += scope.children.count { if case .node = $0 { true } else { false } }
      if let parent = scope.parent { counts[parent] += counts[scope.id] }
    }
    nodeCounts = counts
  }

  /// The parts of an expanded spec.
  struct Result {
    var layers: [ExpandedItem]
    var heads: [(name: String, weight: Double?, item: ExpandedItem)]
    var outputs: [(name: String, reference: String)]
  }

  /// The entries for a graph; nil where its hierarchy hides a value or a layer that is referred to.
  static func expand(_ graph: Graph, _ origin: ExpandedOrigin) -> Result? {
    var missing: Set<ValueID> = []
    var hoisted: Set<ValueID> = []
    while true {
      var expander = HierarchyExpander(graph, origin, aliases: aliases(for: missing, in: graph), hoisted: hoisted)
      let result = expander.result()
      if expander.hidesShared { return nil }
      if expander.missing.isEmpty { return result }
      // What has a name of its own already and is still not reached is to be called from further out.
      let hidden = expander.missing.intersection(missing)
      let before = missing.count + hoisted.count
      missing.formUnion(expander.missing)
      hoisted.formUnion(hidden)
      if missing.count + hoisted.count == before { return nil }
    }
  }

  /// Names for the values that lack one, unlike any name in the graph.
  private static func aliases(for values: Set<ValueID>, in graph: Graph) -> [ValueID: String] {
    var taken = Set(graph.nodes.map(\.name))
    // What `identity` names, an expanded spec does not have.
    taken.formUnion(graph.scopes.filter { !$0.children.isEmpty }.compactMap(\.name))
    taken.formUnion(graph.heads.map(\.name))
    var names = UniqueNames(taken: taken)
    var result: [ValueID: String] = [:]
    for value in values.sorted(by: { $0.index < $1.index }) {
      let base = value.node.map { "\(graph.nodes[$0].name.suffix(110))_out" } ?? "image"
      result[value] = names.make(base, separator: "")
    }
    return result
  }

  private mutating func result() -> Result {
    var place = Place(level: ExpandedNames.root, value: .input)
    for (position, input) in graph.inputs.enumerated() {
      if let name = input.name { names.bind(name, in: ExpandedNames.root, to: .input(position)) }
    }
    var layers = alias(of: .input, at: place)
    if let root = graph.scopes.first {
      for child in root.children where !isHead(child) { layers += items(child, at: &place) }
    }
    if let output = graph.outputs.first, output.name == nil { layers += passing(output.value, at: place) }
    if layers.isEmpty { layers = [ExpandedItem(.identity)] }
    let scopes = Dictionary(
      graph.scopes.compactMap { scope in if case .head(let name) = scope.kind { (name, scope) } else { nil } },
      uniquingKeysWith: { first, _ in first })
    let heads = graph.heads.map { head in (head.name, head.weight, headItem(head, scopes[head.name], at: place)) }
    let outputs = graph.outputs.compactMap { output in
      output.name.map { ($0, reference(to: output.value, from: ExpandedNames.root)) }
    }
    return Result(layers: layers, heads: heads, outputs: outputs)
  }

  private func isHead(_ child: Scope.Child) -> Bool {
    if case .scope(let id) = child, case .head = graph.scopes[id].kind { true } else { false }
  }

  // MARK: Values

  mutating func reference(to value: ValueID, from level: Int) -> String {
    if let text = names.reference(to: value, from: level) { return text }
    missing.insert(value)
    return "missing"
  }

  /// The references of an entry whose inputs are not what flows anyway.
  mutating func from(_ inputs: [ValueID], at place: Place) -> [String] {
    inputs == [place.value] ? [] : inputs.map { reference(to: $0, from: place.level) }
  }

  /// What makes a list end with a value that is not its last entry's.
  mutating func passing(_ value: ValueID, at place: Place) -> [ExpandedItem] {
    if value == place.value { return [] }
    return [ExpandedItem(from: [reference(to: value, from: place.level)], .identity)]
  }

  /// The entry that gives a value a name, if it needs one.
  mutating func alias(of value: ValueID, at place: Place) -> [ExpandedItem] {
    // A value may pass several combinators; the innermost names it.
    guard let name = aliases[value], aliased.insert(value).inserted else { return [] }
    names.bind(name, in: place.level, to: value)
    return [ExpandedItem(name: name, .identity, comment: "a name to refer to")]
  }

  // MARK: Entries

  mutating func items(_ child: Scope.Child, at place: inout Place) -> [ExpandedItem] {
    switch child {
    case .node(let id):
      let entry = layer(graph.nodes[id], at: &place)
      return [entry] + alias(of: place.value, at: place)
    case .scope(let id):
      let entries = items(graph.scopes[id], at: &place)
      return entries + hoist(from: graph.scopes[id], at: &place)
    }
  }

  /// Names on this level for the values within a named one that are not seen from everywhere.
  private mutating func hoist(from scope: Scope, at place: inout Place) -> [ExpandedItem] {
    guard scope.name != nil, !place.isSingle, !hoisted.isEmpty else { return [] }
    let inside = Set(graph.nodes(in: scope).map { ValueID.output(ofNode: $0.id) })
    var entries: [ExpandedItem] = []
    for value in hoisted where inside.contains(value) {
      guard let base = aliases[value], let reference = names.reference(to: value, from: place.level) else { continue }
      hoists += 1
      let name = "\(base)_\(hoists)_"
      names.bind(name, in: place.level, to: value)
      place.value = value
      entries.append(ExpandedItem(name: name, from: [reference], .identity, comment: "a name to refer to"))
    }
    return entries
  }

  /// The entries of a scope: one where it has a name or is a combinator, else those of its list in its place.
  mutating func items(_ scope: Scope, at place: inout Place) -> [ExpandedItem] {
    guard nodeCounts[scope.id] > 0 else { return [] }
    switch scope.kind {
    case .branches, .split: return branching(scope, at: &place)
    case .residual, .gate, .append: return combinator(scope, at: &place)
    default: break
    }
    guard let name = scope.name else { return scope.children.flatMap { items($0, at: &place) } }
    return [list(scope, name, at: &place)]
  }

  private mutating func layer(_ node: Node, at place: inout Place) -> ExpandedItem {
    let shared = node.sharedWith.flatMap { names.reference(toLayer: $0, from: place.level) }
    if node.sharedWith != nil, shared == nil { hidesShared = true }
    let item = ExpandedItem(
      name: node.name, from: from(node.inputs, at: place),
      shared.map { .share($0) } ?? .layer(node.keyword, fields: origin.fields(of: node)),
      comment: origin.comment(of: node))
    if !node.parameters.isEmpty { names.bind(layer: node.id, node.name, in: place.level) }
    place.value = .output(ofNode: node.id)
    names.bind(node.name, in: place.level, to: place.value)
    return item
  }

  private mutating func list(_ scope: Scope, _ name: String, at place: inout Place) -> ExpandedItem {
    let from = from([scope.input], at: place)
    var inner = Place(level: names.open(name, in: place.level), value: scope.input)
    let entries = scope.children.flatMap { items($0, at: &inner) }
    place.value = inner.value
    names.bind(name, in: place.level, to: inner.value)
    return ExpandedItem(
      name: name, from: from, Self.list(entries, prefersLevel: scope.kind.isModule), comment: origin.comment(of: scope))
  }

  /// A list numbers its entries, so one with entries without names becomes a level.
  static func list(_ entries: [ExpandedItem], prefersLevel: Bool = false) -> ExpandedItem.Operation {
    .list(entries, isLevel: prefersLevel || hasUnnamed(entries))
  }

  static func hasUnnamed(_ entries: [ExpandedItem]) -> Bool { entries.contains { $0.name == nil } }

  /// A head, without the name that its key gives.
  private mutating func headItem(_ head: Graph.Head, _ scope: Scope?, at place: Place) -> ExpandedItem {
    // No value has this number, so that the first entry says what it looks at.
    var inner = Place(level: place.level, value: ValueID(index: Int.min), isSingle: true)
    // The head is one entry, whose name stands for what it makes.
    aliased.insert(head.output)
    let entries = scope.map { scope in scope.children.flatMap { items($0, at: &inner) } } ?? []
    guard var item = entries.first else {
      names.bind(head.name, in: place.level, to: head.output)
      return ExpandedItem(from: [reference(to: head.output, from: place.level)], .identity)
    }
    if item.name == nil { item.makeBodySingle(removing: head.name) }
    item.name = nil
    return item
  }
}

extension Scope.Kind {
  /// Whether the scope's names are its own, without numbers.
  fileprivate var isModule: Bool {
    switch self {
    case .module, .level, .composite: true
    default: false
    }
  }
}

extension ExpandedItem {
  /// Gives the name of a combinator's only item up, for the combinator is given it.
  fileprivate mutating func makeBodySingle(removing name: String) {
    func bare(_ items: [ExpandedItem]) -> [ExpandedItem]? {
      guard items.count == 1, items[0].name == name else { return nil }
      var item = items[0]
      item.name = nil
      return [item]
    }
    switch operation {
    case .residual(let items, let shortcut, let scale):
      guard let body = bare(items) else { return }
      operation = .residual(body, shortcut, scale: scale)
    case .gate(let items):
      guard let body = bare(items) else { return }
      operation = .gate(body)
    case .append(let items):
      guard let body = bare(items) else { return }
      operation = .append(body)
    default: return
    }
    hasSingleBody = true
  }
}
