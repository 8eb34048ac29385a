import Diagnostics
import GraphIR
import SpecLanguage

/// An item of the spec with what became of it in each use.
struct Slot {
  /// By the number of the use; uses without the item are missing.
  var members: [Int: Scope.Child]
}

/// Matches what several uses of one list of items hold.
enum Alignment {
  struct Key: Hashable {
    var span: Span
    var kind: String
    /// Items that come again, as in loops, are counted.
    var occurrence: Int
  }

  /// The items in an order that all uses have.
  ///
  /// - Throws: `BuildFault.unlike` if there is none.
  static func slots(
    _ lists: [Int: [Scope.Child]], in graph: Graph, handed: HandedPlaces
  ) throws(BuildFault) -> [Slot] {
    var keys: [Int: [Key]] = [:]
    for (sample, children) in lists {
      var counts: [Key: Int] = [:]
      keys[sample] = children.map { child in
        var key = key(child, graph)
        counts[key, default: 0] += 1
        key.occurrence = counts[Self.key(child, graph)] ?? 1
        return key
      }
    }
    var positions = lists.mapValues { _ in 0 }
    let places = keys.mapValues { keys in
      Dictionary(keys.enumerated().map { ($1, $0) }) { first, _ in first }
    }
    var likeness = Likeness(graph)
    /// Whether two uses have one item next: the same of the spec, or what each hands over and neither has elsewhere, such as
    /// a relu, or the same block.
    func isOne(_ a: (sample: Int, key: Key), _ b: (sample: Int, key: Key)) -> Bool {
      if a.key == b.key { return true }
      guard a.key.kind == b.key.kind, places[a.sample]?[b.key] == nil, places[b.sample]?[a.key] == nil,
        let first = positions[a.sample].flatMap({ lists[a.sample]?[$0] }),
        let second = positions[b.sample].flatMap({ lists[b.sample]?[$0] })
      else { return false }
      return likeness.isSame(first, second, areHanded: handed.areApart(a.key.span, b.key.span))
    }
    var slots: [Slot] = []
    let samples = lists.keys.sorted()
    while true {
      let heads = samples.compactMap { sample -> (Int, Key)? in
        guard let list = keys[sample], let position = positions[sample], position < list.count else { return nil }
        return (sample, list[position])
      }
      if heads.isEmpty { return slots }
      // A head that no other use has yet to come to later.
      let next = heads.first { candidate in
        heads.allSatisfy { other in
          isOne(other, candidate) || places[other.0]?[candidate.1].map { $0 < positions[other.0] ?? 0 } ?? true
        }
      }
      guard let next else { throw .unlike("items come in different orders") }
      var members: [Int: Scope.Child] = [:]
      for (sample, _) in heads.filter({ isOne($0, next) }) {
        guard let position = positions[sample] else { continue }
        members[sample] = lists[sample]?[position]
        positions[sample] = position + 1
      }
      slots.append(Slot(members: members))
    }
  }

  static func key(_ child: Scope.Child, _ graph: Graph) -> Key {
    switch child {
    case .node(let id): return Key(span: graph.nodes[id].span, kind: graph.nodes[id].keyword, occurrence: 0)
    case .scope(let id): return Key(span: graph.scopes[id].span, kind: graph.scopes[id].kind.word, occurrence: 0)
    }
  }

  /// The rounds of a loop over items: a new one begins where an item of the round so far comes again, or an earlier one.
  static func rounds(_ children: [Scope.Child], of body: [Item], in graph: Graph) -> [[Scope.Child]] {
    // What is handed over is written elsewhere; among the items it stands where it is used.
    let uses = body.flatMap(\.usePlaces)
    var rounds: [[Scope.Child]] = []
    var last: Position?
    for child in children {
      let span = key(child, graph).span
      var start = span.start
      if let first = uses.first, !body.contains(where: { $0.span.holds(span) }) {
        start = uses.first { place in last.map { $0 < place } ?? true } ?? first
      }
      if let last, last < start {
        rounds[rounds.count - 1].append(child)
      } else {
        rounds.append([child])
      }
      last = start
    }
    return rounds
  }
}

extension Item {
  /// Where the item uses a parameter of type `layer` in the list that it stands in.
  fileprivate var usePlaces: [Position] {
    switch operation {
    case .use: [operationSpan.start]
    case .splice(let body): body.items.flatMap(\.usePlaces)
    default: []
    }
  }
}

extension Span {
  fileprivate func holds(_ other: Span) -> Bool { source == other.source && start <= other.start && other.start < end }
}

/// Whether items that stand in different places of a spec are the same: what uses of a block hand over each for itself.
struct Likeness {
  private let graph: Graph
  /// What scopes consist of, for one is compared with many.
  private var contents: [Int: String] = [:]

  init(_ graph: Graph) { self.graph = graph }

  /// Whether two layers or scopes of one kind are the same but for what follows from where they are.
  ///
  /// Layers without tensors are equal in every field. Of what is handed over, others may have other sizes, which become
  /// parameters.
  mutating func isSame(_ first: Scope.Child, _ second: Scope.Child, areHanded: Bool) -> Bool {
    switch (first, second) {
    case (.node(let one), .node(let other)):
      let (left, right) = (graph.nodes[one], graph.nodes[other])
      guard areHanded || left.parameters.isEmpty, left.inputs.count == right.inputs.count,
        left.attributes.map(\.name) == right.attributes.map(\.name),
        left.parameters.map(\.name) == right.parameters.map(\.name)
      else { return false }
      if left.parameters.isEmpty { return left.attributes.map(\.value) == right.attributes.map(\.value) }
      return left.name == right.name && left.sharedWith == nil && right.sharedWith == nil
    case (.scope(let one), .scope(let other)):
      let (left, right) = (graph.scopes[one], graph.scopes[other])
      return areHanded && left.name == right.name && left.sharedWith == nil && right.sharedWith == nil
        && contents(of: one) == contents(of: other)
    default: return false
    }
  }

  private mutating func contents(of scope: Int) -> String {
    if let known = contents[scope] { return known }
    let text = graph.contents(of: .scope(scope), below: graph.scopes[scope].path, withNumbers: false)
    contents[scope] = text
    return text
  }
}

extension Graph {
  /// What a layer or scope consists of, the kinds and the paths below that of a use; with all fields and shapes if asked for.
  func contents(of child: Scope.Child, below path: String, withNumbers: Bool) -> String {
    switch child {
    case .node(let id):
      let node = nodes[id]
      let text = "\(node.keyword) \(node.path.dropFirst(path.count));"
      if !withNumbers { return text }
      let fields = node.attributes.map { "\($0.name) \($0.value)" }.joined(separator: ",")
      return "\(text)\(fields) \(inputShapes(of: node)) \(node.output);"
    case .scope(let id):
      let scope = scopes[id]
      let inner = scope.children.map { contents(of: $0, below: path, withNumbers: withNumbers) }.joined()
      return "\(scope.kind.word) \(scope.path.dropFirst(path.count)){\(inner)}"
    }
  }
}

extension Scope.Kind {
  /// The kind without what varies from use to use.
  var word: String {
    switch self {
    case .root: "root"
    case .module(let block, _): "module \(block)"
    case .blockList(let block, _): "list \(block)"
    case .list: "list"
    case .level: "level"
    case .loop: "loop"
    case .copies: "copies"
    case .branches(let join), .split(let join): "branches \(join)"
    case .residual: "residual"
    case .gate: "gate"
    case .append: "append"
    case .body: "body"
    case .shortcut: "shortcut"
    case .head(let name): "head \(name)"
    case .composite(let keyword): "composite \(keyword)"
    }
  }
}
