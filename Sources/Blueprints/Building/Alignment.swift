import Diagnostics
import GraphIR

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
  static func slots(_ lists: [Int: [Scope.Child]], in graph: Graph) throws(BuildFault) -> [Slot] {
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
    /// Whether two uses have one item next: the same of the spec, or equal layers without tensors that neither has
    /// elsewhere, such as a relu that each hands over.
    func isOne(_ a: (sample: Int, key: Key), _ b: (sample: Int, key: Key)) -> Bool {
      if a.key == b.key { return true }
      guard a.key.kind == b.key.kind, places[a.sample]?[b.key] == nil, places[b.sample]?[a.key] == nil,
        let first = positions[a.sample].flatMap({ lists[a.sample]?[$0] }),
        let second = positions[b.sample].flatMap({ lists[b.sample]?[$0] }),
        case .node(let one) = first, case .node(let other) = second
      else { return false }
      let (left, right) = (graph.nodes[one], graph.nodes[other])
      return left.parameters.isEmpty && right.parameters.isEmpty && left.inputs.count == right.inputs.count
        && left.attributes.map(\.name) == right.attributes.map(\.name)
        && left.attributes.map(\.value) == right.attributes.map(\.value)
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

  /// The rounds of a loop: a new one begins where an item of the round so far comes again, or an earlier one.
  static func rounds(_ children: [Scope.Child], in graph: Graph) -> [[Scope.Child]] {
    var rounds: [[Scope.Child]] = []
    var last: Position?
    for child in children {
      let start = key(child, graph).span.start
      if let last, last < start {
        rounds[rounds.count - 1].append(child)
      } else if rounds.isEmpty || (last.map { start <= $0 } ?? true) {
        rounds.append([child])
      }
      last = start
    }
    return rounds
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
