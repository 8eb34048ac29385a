import GraphIR

/// The layers of a graph by the levels of their names, each level's members in execution order.
struct PathTree {
  /// A layer, or a level with what lies below it.
  struct Member {
    /// The last part of the path.
    var name: String
    var path: String
    /// The layer; nil for a level.
    var node: Int?
    var children: [Int] = []
    /// The layers below, or 1.
    var leaves = 0
    /// Whether it is part of an auxiliary head.
    var isHead = false
    /// Equal for members with equal layers, shapes and names within.
    var signature = 0
    /// What a layer is, for comparisons; nil for a level.
    var traits: LayerTraits?
    /// How many layers of each kind, and of each kind with its fields and shapes, lie below.
    var contents: [Int: Int] = [:]
  }

  private(set) var members: [Member] = [Member(name: "", path: "", node: nil)]

  init(_ graph: Graph) {
    var levels: [Substring: Int] = ["": 0]
    for node in graph.nodes {
      let parent = level(Substring(node.path.dropLast(node.name.count + 1)), &levels)
      let traits = LayerTraits(node, in: graph)
      var member = Member(name: node.name, path: node.path, node: node.id, leaves: 1, isHead: node.head != nil)
      (member.signature, member.traits) = (traits.signature, traits)
      member.contents = [traits.signature: 1, traits.keyword: 1]
      members.append(member)
      members[parent].children.append(members.count - 1)
    }
    summarize(0)
  }

  /// The level with a path, made with those above it if it is not there.
  private mutating func level(_ path: Substring, _ levels: inout [Substring: Int]) -> Int {
    if let known = levels[path] { return known }
    let dot = path.lastIndex(of: ".")
    let parent = level(dot.map { path[..<$0] } ?? "", &levels)
    let name = dot.map { path[path.index(after: $0)...] } ?? path
    members.append(Member(name: String(name), path: String(path), node: nil))
    levels[path] = members.count - 1
    members[parent].children.append(members.count - 1)
    return members.count - 1
  }

  private mutating func summarize(_ index: Int) {
    guard members[index].node == nil else { return }
    var hasher = Hasher()
    for child in members[index].children {
      summarize(child)
      members[index].leaves += members[child].leaves
      members[index].isHead = members[child].isHead
      hasher.combine(members[child].name)
      hasher.combine(members[child].signature)
      for (key, count) in members[child].contents { members[index].contents[key, default: 0] += count }
    }
    members[index].signature = hasher.finalize()
  }

  /// The layers below a member, in execution order.
  func nodes(below index: Int) -> [Int] {
    var result: [Int] = []
    var open = [index]
    while let next = open.popLast() {
      if let node = members[next].node { result.append(node) }
      open.append(contentsOf: members[next].children.reversed())
    }
    return result.sorted()
  }
}
