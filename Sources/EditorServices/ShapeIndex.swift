import Diagnostics
import Frontend
import GraphIR
import Shapes
import SpecLanguage

/// What each item of a spec comes to: every time that it is expanded, with its shape.
package struct ShapeIndex: Sendable {
  /// One expansion of an item.
  package struct Occurrence: Sendable {
    package enum Part: Hashable, Sendable {
      case node(Int)
      case scope(Int)
    }

    package var part: Part
    package var shape: Shape
    /// The use of the item's block that it belongs to, by the scope; nil for items in no block.
    package var use: Int?
    /// How many copies a `repeat` makes.
    package var copies: Int?
  }

  /// A use of a block.
  package struct Use: Sendable {
    package var scope: Int
    package var path: String
    package var input: Shape
    package var output: Shape
  }

  /// Those of the items, one item's after the other's.
  private var occurrences: [Occurrence] = []
  /// By item where its own begin; one more for the end.
  private var starts: [Int32] = []
  /// The items by the places of their operations.
  private let items: SpanTable
  /// By block, in the order of execution.
  package private(set) var uses: [String: [Use]] = [:]
  /// The block that an item stands in, by the place of its operation.
  package private(set) var blockOfItem: [Span: String] = [:]
  /// The items with their places.
  private var placed: [PlacedItem] = []
  /// By file and line the item whose shape stands there, the outermost, of neighbours the last; -1 for none.
  private var itemOfLine: [[Int32]] = []

  /// What was expanded; where that failed, of scopes only those are taken that made something.
  init(_ spec: Spec, _ attempt: BuildAttempt, isWhole: Bool = true) {
    let (nodes, scopes, inputs) = (attempt.nodes, attempt.scopes, attempt.inputs)
    func shape(of value: ValueID) -> Shape? {
      if let node = value.node { return nodes.indices.contains(node) ? nodes[node].output : nil }
      return inputs.indices.contains(value.inputPosition ?? 0) ? inputs[value.inputPosition ?? 0] : nil
    }
    let index = PlacedItems(spec)
    items = index.byOperation
    placed = index.inOrder
    noteBlocks(of: spec)
    let levels = BlockLevels(scopes)
    noteLines()
    var found: [(item: Int, occurrence: Occurrence)] = []
    found.reserveCapacity(nodes.count + scopes.count)
    let placed = placed
    // Asked for with every node.
    let blocks = blockOfItem.isEmpty ? [] : placed.map { blockOfItem[$0.operation] }
    func add(_ occurrence: Occurrence, to item: Int, in scope: Int) {
      var occurrence = occurrence
      if !blocks.isEmpty, let block = blocks[item] {
        occurrence.use = levels.use(of: block, scope)
      }
      found.append((item, occurrence))
    }
    // Scopes and nodes are looked at where they are: a copy of each would count its references up and down.
    for number in scopes.indices {
      let (input, output) = (scopes[number].input, scopes[number].output)
      if let block = scopes[number].kind.block, isWhole, let input = shape(of: input), let output = shape(of: output) {
        uses[block, default: []].append(Use(scope: number, path: scopes[number].path, input: input, output: output))
      }
      // Of the levels that one item opens the outermost has what it makes.
      let span = scopes[number].span
      guard let item = index.item(at: span), let parent = scopes[number].parent, scopes[parent].span != span,
        isWhole || output.node != nil && output != input, let output = shape(of: output)
      else { continue }
      let copies = scopes[number].kind == .copies ? scopes[number].children.count : nil
      add(Occurrence(part: .scope(number), shape: output, copies: copies), to: item, in: parent)
    }
    for number in nodes.indices {
      let scope = nodes[number].scope
      guard let item = index.item(ofOperationAt: nodes[number].span), scopes.indices.contains(scope) else { continue }
      // What consists of several nodes, or is repeated, has been noted with its scope.
      if !levels.isWithin(placed[item].span, scope) {
        add(Occurrence(part: .node(number), shape: nodes[number].output), to: item, in: scope)
      }
    }
    for handed in attempt.handedOver {
      guard let item = index.item(ofOperationAt: handed.use) else { continue }
      let part: Occurrence.Part
      switch handed.made {
      case .node(let id): part = .node(id)
      case .scope(let id): part = .scope(id)
      }
      // The scope of a repeat around the use has been noted.
      if !levels.isWithin(placed[item].span, handed.scope) {
        add(Occurrence(part: part, shape: handed.output), to: item, in: handed.scope)
      }
    }
    note(found)
  }

  /// Files what was found by item, that of each in its order.
  private mutating func note(_ found: [(item: Int, occurrence: Occurrence)]) {
    starts = Array(repeating: 0, count: placed.count + 1)
    for entry in found { starts[entry.item + 1] += 1 }
    for item in placed.indices { starts[item + 1] += starts[item] }
    var next = starts
    var order = [Int32](repeating: 0, count: found.count)
    for number in found.indices {
      order[Int(next[found[number].item])] = Int32(number)
      next[found[number].item] += 1
    }
    occurrences = order.map { found[Int($0)].occurrence }
  }

  /// What an item comes to.
  private func occurrences(of item: Int) -> ArraySlice<Occurrence> {
    occurrences[Int(starts[item])..<Int(starts[item + 1])]
  }

  private mutating func noteBlocks(of spec: Spec) {
    func note(_ items: [Item], _ block: String) {
      for item in items {
        blockOfItem[item.operationSpan] = block
        note(item.directItems, block)
        note(item.handedItems, block)
      }
    }
    for block in spec.blocks.values { note(block.layers, block.name) }
  }

  private mutating func noteLines() {
    for (number, item) in placed.enumerated() where !item.isDefault {
      let line = item.isOpen ? item.operation.start.line : item.span.end.line
      let source = item.span.source.index
      while itemOfLine.count <= source { itemOfLine.append([]) }
      if itemOfLine[source].count <= line {
        itemOfLine[source] += repeatElement(-1, count: line + 1 - itemOfLine[source].count)
      }
      let other = Int(itemOfLine[source][line])
      if other >= 0, item.span.start < placed[other].span.end { continue }
      itemOfLine[source][line] = Int32(number)
    }
  }

  /// The item whose shape stands on a line of a file.
  package func item(ofLine line: Int, in source: SourceID) -> PlacedItem? {
    guard itemOfLine.indices.contains(source.index), itemOfLine[source.index].indices.contains(line) else { return nil }
    let number = Int(itemOfLine[source.index][line])
    return number < 0 ? nil : placed[number]
  }

  /// Calls `body` for the lines of a file that have an item, in order, with what stands for it.
  package func forEachLine(
    in source: Int, _ choice: ViewChoice, _ body: (Int, PlacedItem, Occurrence, _ differs: Bool) -> Void
  ) {
    guard itemOfLine.indices.contains(source) else { return }
    for (line, number) in itemOfLine[source].enumerated() where number >= 0 {
      if let (occurrence, differs) = chosen(Int(number), choice) {
        body(line, placed[Int(number)], occurrence, differs)
      }
    }
  }

  /// How many lines of a file have an item, at most.
  package func lineCount(in source: Int) -> Int { itemOfLine.indices.contains(source) ? itemOfLine[source].count : 0 }

  /// The occurrence that stands for an item, and whether others have another shape.
  ///
  /// Of a block whose use is picked those of that use count, else all, and the first stands for them.
  package func chosen(of item: Item, _ choice: ViewChoice) -> (occurrence: Occurrence, differs: Bool)? {
    chosen(at: item.operationSpan, choice)
  }

  /// The same of the item whose operation stands at a place.
  package func chosen(at operation: Span, _ choice: ViewChoice) -> (occurrence: Occurrence, differs: Bool)? {
    items.number(at: operation) { placed[$0].operation }.flatMap { chosen($0, choice) }
  }

  private func chosen(_ item: Int, _ choice: ViewChoice) -> (occurrence: Occurrence, differs: Bool)? {
    var list = occurrences(of: item)
    if list.count == 1, choice.uses.isEmpty { return (list[list.startIndex], false) }
    if !choice.uses.isEmpty, let block = blockOfItem[placed[item].operation], let picked = choice.uses[block],
      let own = uses[block],
      own.indices.contains(picked)
    {
      list = list.filter { $0.use == own[picked].scope }
    }
    guard let first = list.first else { return nil }
    return (first, list.contains { $0.shape != first.shape })
  }
}

/// Of each scope the innermost use of a block that it lies in, or is.
private struct BlockLevels {
  private let scopes: [Scope]
  private var uses: [Int?] = []

  init(_ scopes: [Scope]) {
    self.scopes = scopes
    uses.reserveCapacity(scopes.count)
    // Outer scopes stand before those within.
    for index in scopes.indices {
      uses.append(scopes[index].kind.block != nil ? index : scopes[index].parent.flatMap { uses[$0] })
    }
  }

  /// Whether a scope is, or lies in, one that an item opened in the same block.
  func isWithin(_ span: Span, _ scope: Int) -> Bool {
    let last = uses[scope]
    var outer: Int? = scope
    while let id = outer {
      if scopes[id].span == span { return true }
      outer = id == last ? nil : scopes[id].parent
    }
    return false
  }

  /// The innermost use of a block that a scope lies in.
  func use(of block: String, _ scope: Int) -> Int? {
    var use = uses[scope]
    while let id = use, scopes[id].kind.block != block { use = scopes[id].parent.flatMap { uses[$0] } }
    return use
  }
}

extension Scope.Kind {
  /// The block that a scope is a use of.
  package var block: String? {
    switch self {
    case .module(let block, _), .blockList(let block, _): block
    default: nil
    }
  }
}
