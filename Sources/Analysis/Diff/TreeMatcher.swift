import GraphIR

/// Finds which layers of two graphs are the same: by name where names agree, else by what they are and where they are.
///
/// Levels are matched from the top: the members of two matched levels are paired in order, so that the pairs have most
/// in common. A level of another name but of the same structure finds its counterpart, and a layer that is put into a
/// numbered list does not disturb those behind it.
struct TreeMatcher {
  private let graphs: (a: Graph, b: Graph)
  private let trees: (a: PathTree, b: PathTree)
  /// For each layer of A its counterpart in B, and the other way round.
  private(set) var counterparts: (a: [Int?], b: [Int?])
  /// Matched levels whose names differ, by their paths.
  private(set) var renamedLevels: [(a: String, b: String, layers: Int)] = []
  /// What the path of a level of A has become in B.
  private(set) var levelPaths: [String: String] = [:]

  init(_ a: Graph, _ b: Graph) {
    graphs = (a, b)
    trees = (PathTree(a), PathTree(b))
    counterparts = (Array(repeating: nil, count: a.nodes.count), Array(repeating: nil, count: b.nodes.count))
    matchLevels(0, 0)
    matchRest()
    dropEmptyRenames()
  }

  // MARK: Levels

  private mutating func match(_ left: Int, _ right: Int) {
    let (a, b) = (trees.a.members[left], trees.b.members[right])
    if let first = a.node, let second = b.node {
      counterparts.a[first] = second
      counterparts.b[second] = first
    } else if a.node == nil, b.node == nil {
      if a.name != b.name { renamedLevels.append((a.path, b.path, min(a.leaves, b.leaves))) }
      matchLevels(left, right)
    }
  }

  private mutating func matchLevels(_ left: Int, _ right: Int) {
    let (a, b) = (trees.a.members[left], trees.b.members[right])
    levelPaths[a.path] = b.path
    var (first, second) = (a.children[...], b.children[...])
    var pairs: [(Int, Int)] = []
    // What is equal at both ends needs no search.
    while let x = first.first, let y = second.first, isEqual(x, y) {
      pairs.append((x, y))
      first.removeFirst()
      second.removeFirst()
    }
    while let x = first.last, let y = second.last, isEqual(x, y, butForNumbers: true) {
      pairs.append((x, y))
      first.removeLast()
      second.removeLast()
    }
    let (middleA, middleB) = (Array(first), Array(second))
    let aligned = Alignment.pairs(
      middleA.map { key($0, trees.a) }, middleB.map { key($0, trees.b) },
      isCostly: middleA.contains { trees.a.members[$0].node == nil }
    ) { score(middleA[$0], middleB[$1]) }
    pairs += aligned.map { (middleA[$0.left], middleB[$0.right]) }
    pairs += matchesByName(middleA, middleB, except: pairs)
    for (x, y) in pairs.sorted(by: { $0.0 < $1.0 }) { match(x, y) }
  }

  /// Members that stand elsewhere, but have the name that they had; numbers say nothing.
  private func matchesByName(_ a: [Int], _ b: [Int], except pairs: [(Int, Int)]) -> [(Int, Int)] {
    let (doneA, doneB) = (Set(pairs.map(\.0)), Set(pairs.map(\.1)))
    var places: [String: Int] = [:]
    for y in b where !doneB.contains(y) { places[trees.b.members[y].name] = y }
    return a.filter { !doneA.contains($0) }.compactMap { x in
      let name = trees.a.members[x].name
      guard !name.isNumber, let y = places[name], score(x, y) > 0 else { return nil }
      return (x, y)
    }
  }

  /// Equal for members that are the same within, and in name but for the number at its end.
  private func key(_ index: Int, _ tree: PathTree) -> Int {
    var hasher = Hasher()
    hasher.combine(tree.members[index].signature)
    hasher.combine(tree.members[index].isHead)
    hasher.combine(tree.members[index].name.numberStem)
    return hasher.finalize()
  }

  /// Whether two members are the same within and in name; behind an insertion the names may count otherwise.
  private func isEqual(_ x: Int, _ y: Int, butForNumbers: Bool = false) -> Bool {
    let (a, b) = (trees.a.members[x], trees.b.members[y])
    guard a.signature == b.signature, a.isHead == b.isHead else { return false }
    return a.name == b.name || butForNumbers && a.name.numberStem == b.name.numberStem
  }

  // MARK: Scores

  /// How much two members have in common; 0 if they are not the same at all.
  private func score(_ x: Int, _ y: Int) -> Int {
    let (a, b) = (trees.a.members[x], trees.b.members[y])
    guard a.isHead == b.isHead else { return 0 }
    let name = a.name == b.name ? (a.name.isNumber ? 1 : 4) : 0
    switch (a.traits, b.traits) {
    case (let first?, let second?): return score(first, second, name: name)
    case (nil, nil):
      let (small, large) = a.contents.count <= b.contents.count ? (a.contents, b.contents) : (b.contents, a.contents)
      let common = small.reduce(0) { $0 + min($1.value, large[$1.key] ?? 0) }
      // Each layer counts as its kind and as itself.
      let share = Double(common) / Double(2 * max(1, max(a.leaves, b.leaves)))
      return name == 4 || share >= (name == 1 ? 0.25 : 0.5) ? 1 + Int(share * 8) + name : 0
    default: return 0
    }
  }

  private func score(_ a: LayerTraits, _ b: LayerTraits, name: Int) -> Int {
    guard a.keyword == b.keyword else {
      return a.group != nil && a.group == b.group ? 1 + name : max(0, name - 1)
    }
    return 4 + name + (a.parameters == b.parameters ? 1 : 0) + (a.output == b.output ? 1 : 0)
      + (a.fields == b.fields ? 2 : 0)
  }

  // MARK: What moved to another level

  /// Pairs what is left over and equal, in order, where it is most of a level that moved.
  private mutating func matchRest() {
    let a = graphs.a.nodes.filter { counterparts.a[$0.id] == nil }
    let b = graphs.b.nodes.filter { counterparts.b[$0.id] == nil }
    let traits = (a.map { LayerTraits($0, in: graphs.a) }, b.map { LayerTraits($0, in: graphs.b) })
    let aligned = Alignment.pairs(traits.0.map(\.signature), traits.1.map(\.signature)) { left, right in
      let (x, y) = (traits.0[left], traits.1[right])
      guard x.keyword == y.keyword, x.output == y.output, x.parameters == y.parameters, x.isHead == y.isHead
      else { return 0 }
      return (x.hasTensors ? 3 : 1) + (a[left].name == b[right].name ? 2 : 0)
    }
    let pairs = aligned.map { (a[$0.left], b[$0.right]) }
    let sizes = (Self.levelSizes(graphs.a), Self.levelSizes(graphs.b))
    let moves = Dictionary(grouping: pairs) { [$0.0.level, $0.1.level] }
    for (levels, members) in moves {
      let least = min(sizes.0[levels[0]] ?? 0, sizes.1[levels[1]] ?? 0)
      guard members.count * 4 >= least * 3 else { continue }
      for (x, y) in members {
        counterparts.a[x.id] = y.id
        counterparts.b[y.id] = x.id
      }
    }
  }

  /// How many layers stand directly on each level.
  private static func levelSizes(_ graph: Graph) -> [String: Int] {
    graph.nodes.reduce(into: [:]) { $0[$1.level, default: 0] += 1 }
  }

  /// Levels that were compared, but of which nothing is the same, are not renamed.
  private mutating func dropEmptyRenames() {
    guard !renamedLevels.isEmpty else { return }
    var kept: Set<[String]> = []
    for node in graphs.a.nodes {
      guard let partner = counterparts.a[node.id] else { continue }
      // All pairs of levels around the two, from the inside out.
      var (x, y) = (node.level, graphs.b.nodes[partner].level)
      while !x.isEmpty, !y.isEmpty {
        kept.insert([x, y])
        (x, y) = (x.parentPath, y.parentPath)
      }
    }
    for rename in renamedLevels where !kept.contains([rename.a, rename.b]) { levelPaths[rename.a] = nil }
    renamedLevels = renamedLevels.filter { kept.contains([$0.a, $0.b]) }
  }

  /// What has no counterpart: whole levels where nothing below has one, else layers.
  func unmatched(inB: Bool) -> [(path: String, nodes: [Int])] {
    let tree = inB ? trees.b : trees.a
    let partners = inB ? counterparts.b : counterparts.a
    var result: [(path: String, nodes: [Int])] = []
    var open = [0]
    while let index = open.popLast() {
      let member = tree.members[index]
      let nodes = tree.nodes(below: index)
      if index != 0, nodes.allSatisfy({ partners[$0] == nil }) {
        result.append((member.path, nodes))
      } else {
        open.append(contentsOf: member.children.reversed())
      }
    }
    return result
  }
}

extension Node {
  /// The path of the level that the layer stands on.
  var level: String { String(path.dropLast(name.count + 1)) }
}

extension String {
  /// The path of the level around.
  package var parentPath: String { lastIndex(of: ".").map { String(self[..<$0]) } ?? "" }

  /// The name without the digits at its end.
  var numberStem: Substring {
    var stem = self[...]
    while stem.last.map({ $0.isASCII && $0.isNumber }) ?? false { stem.removeLast() }
    return stem
  }

  /// Whether a name is one that a list gives.
  package var isNumber: Bool { !isEmpty && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
}
