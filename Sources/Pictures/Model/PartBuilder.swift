import GraphIR

/// Makes the parts of a picture from a graph's hierarchy.
struct PartBuilder {
  let graph: Graph
  /// How often each value is used, by a node or as an output.
  private let uses: ValueTable<Int>

  init(_ graph: Graph) {
    self.graph = graph
    var uses = ValueTable(repeating: 0, for: graph, nodes: graph.nodes.count)
    for node in graph.nodes { for input in node.inputs { uses[input] += 1 } }
    for value in graph.outputs.map(\.value) + graph.heads.map(\.output) { uses[value] += 1 }
    self.uses = uses
  }

  /// The network itself, and its auxiliary heads.
  func build() -> (main: [Part], heads: [Part.Block]) {
    var heads: [Part.Block] = []
    var main: [Scope.Child] = []
    for child in graph.scopes[0].children {
      if case .scope(let id) = child, case .head(let name) = graph.scopes[id].kind {
        heads.append(head(graph.scopes[id], name))
      } else {
        main.append(child)
      }
    }
    return (parts(of: main, name: nil), heads)
  }

  private func head(_ scope: Scope, _ name: String) -> Part.Block {
    var inner = parts(of: scope)
    var block = ""
    // A head that is one block needs no second frame.
    if inner.count == 1, case .block(let only) = inner[0] {
      inner = only.parts
      block = only.block
    }
    let nodes = inner.flatMap(\.nodes)
    let input = nodes.first.flatMap { graph.nodes[$0].inputs.first } ?? scope.input
    return Part.Block(
      kind: .head, name: name, block: block, path: scope.path, nodes: nodes, input: input, output: scope.output,
      parts: inner)
  }

  // MARK: Sequences

  private func parts(of scope: Scope) -> [Part] { parts(of: scope.children, name: nil) }

  /// The parts of children that follow each other; `name` is that of the list around, where it has one.
  private func parts(of children: [Scope.Child], name: String?) -> [Part] {
    var items: [Item] = []
    collect(children, name: name, into: &items)
    var result: [Part] = []
    var pending: [Int] = []
    func flush() {
      result += RunMerging.runs(of: pending, in: graph, uses: uses).map(Part.layers)
      pending = []
    }
    for item in items {
      switch item {
      case .node(let id): pending.append(id)
      case .part(let part):
        flush()
        result.append(part)
      }
    }
    flush()
    return result
  }

  private enum Item {
    case node(Int)
    case part(Part)
  }

  private func collect(_ children: [Scope.Child], name: String?, into items: inout [Item]) {
    for child in children {
      switch child {
      case .node(let id): items.append(.node(id))
      case .scope(let id):
        let scope = graph.scopes[id]
        let own = scope.name.map { _ in Labels.name(ofPath: scope.path) } ?? (children.count == 1 ? name : nil)
        switch scope.kind {
        case .module(let block, _): items.append(.part(module(scope, block)))
        case .level: items.append(.part(module(scope, "")))
        case .copies: collectCopies(scope, name: own, into: &items)
        case .branches, .residual, .gate, .append: collectBranches(scope, into: &items)
        case .split: collectSplit(scope, into: &items)
        case .root, .blockList, .list, .loop, .body, .shortcut, .head, .composite:
          collect(scope.children, name: own, into: &items)
        }
      }
    }
  }

  // MARK: Blocks

  private func module(_ scope: Scope, _ block: String) -> Part {
    let inner = parts(of: scope)
    let name = (innerList(around: scope).map { "\($0)." } ?? "") + Labels.name(ofPath: scope.path)
    // A block that is one box anyway is drawn as its layers.
    if inner.count == 1, case .layers(var run) = inner[0] {
      run.name = name
      return .layers(run)
    }
    return .block(
      Part.Block(
        kind: .module, name: name, block: block, path: scope.path, nodes: inner.flatMap(\.nodes), input: scope.input,
        output: scope.output, parts: inner))
  }

  /// The name of the list that a block with a name of its own is in, such as DenseNet's `denseblock1`; nil where that list
  /// is one of the network's or the block's around it, whose name says little.
  private func innerList(around scope: Scope) -> String? {
    guard scope.path.split(separator: ".").last?.allSatisfy(\.isNumber) == false else { return nil }
    var name: String?
    var current = scope.parent
    while let id = current {
      let parent = graph.scopes[id]
      switch parent.kind {
      case .root, .module, .level, .head: return nil
      case .list, .blockList:
        if let name, parent.name != nil { return name }
        if parent.name != nil { name = Labels.name(ofPath: parent.path) }
      default: break
      }
      current = parent.parent
    }
    return nil
  }

  private func collectCopies(_ scope: Scope, name: String?, into items: inout [Item]) {
    var copies: [Part.Block] = []
    for case .scope(let id) in scope.children {
      guard case .module(let block, _) = graph.scopes[id].kind,
        case .block(let copy) = module(graph.scopes[id], block)
      else { continue }
      copies.append(copy)
    }
    guard copies.count == scope.children.count, let first = copies.first, copies.count > 1 else {
      if copies.count == scope.children.count, let only = copies.first {
        items.append(.part(.block(only)))
      } else {
        collect(scope.children, name: name, into: &items)
      }
      return
    }
    let title = name ?? Labels.range(first.name, copies[copies.count - 1].name)
    items.append(
      .part(
        .block(
          Part.Block(
            kind: .stack, name: title, block: first.block, path: scope.path, nodes: copies.flatMap(\.nodes),
            input: scope.input, output: scope.output, parts: copies.map(Part.block)))))
  }

  // MARK: Combinators

  /// What flows side by side while a combinator is read.
  private struct Branch {
    var children: [Scope.Child]
    var output: ValueID
  }

  private func collectBranches(_ scope: Scope, into items: inout [Item]) {
    var branches: [Branch] = []
    var join: Node?
    for (index, child) in scope.children.enumerated() {
      switch child {
      case .scope(let id):
        branches.append(Branch(children: graph.scopes[id].children, output: graph.scopes[id].output))
      case .node(let id):
        let node = graph.nodes[id]
        if index == scope.children.count - 1, node.inputs.count > 1 {
          join = node
        } else if let place = branches.lastIndex(where: { node.inputs == [$0.output] && !$0.children.isEmpty }) {
          branches[place].children.append(child)
          branches[place].output = .output(ofNode: id)
        } else {
          branches.append(Branch(children: [child], output: .output(ofNode: id)))
        }
      }
    }
    append(branches, join, scope, into: &items)
  }

  /// A split hands each branch a slice of the channels; the slices are drawn as the branches' beginnings.
  private func collectSplit(_ scope: Scope, into items: inout [Item]) {
    guard case .scope(let inner)? = scope.children.last else {
      return collect(scope.children, name: nil, into: &items)
    }
    let slices = scope.children.dropLast()
    var branches: [Branch] = []
    var join: Node?
    for child in graph.scopes[inner].children {
      switch child {
      case .scope(let id):
        let body = graph.scopes[id]
        let slice = slices.dropFirst(branches.count).first.map { [$0] } ?? []
        branches.append(Branch(children: slice + body.children, output: body.output))
      case .node(let id): join = graph.nodes[id]
      }
    }
    // A split without a join, or with slices that no branch takes, is drawn one after the other.
    guard join != nil, branches.count == slices.count else {
      return collect(scope.children, name: nil, into: &items)
    }
    append(branches, join, graph.scopes[inner], into: &items)
  }

  private func append(_ branches: [Branch], _ join: Node?, _ scope: Scope, into items: inout [Item]) {
    guard let join else {
      for branch in branches { collect(branch.children, name: nil, into: &items) }
      return
    }
    var all = branches
    // Combinators that pass their input on join it with what they made.
    let passesInput = join.inputs.contains(scope.input) && !branches.contains { $0.output == scope.input }
    if passesInput { all.append(Branch(children: [], output: scope.input)) }
    var hasMainBranch = false
    switch scope.kind {
    case .residual, .gate, .append: hasMainBranch = all.count == 2
    default: break
    }
    items.append(
      .part(
        .branches(
          Part.Branches(
            branches: all.map { parts(of: $0.children, name: nil) }, join: join.id, hasMainBranch: hasMainBranch))))
  }
}
