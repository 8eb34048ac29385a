import Diagnostics
import GraphIR
import Layers
import Shapes
import SpecLanguage

/// Makes the blueprints of a network's types: one for each block, with what its uses differ in as parameters.
///
/// The terms come from the spec's expressions where these give what the graph has, else from the graph's numbers alone;
/// either way every use is compared with the graph, so what is generated is the graph that was built.
final class BlueprintBuilder {
  let graph: Graph
  /// The nodes that are generated: the network's own, and those of its auxiliary heads for training.
  let nodes: ArraySlice<Node>
  let index: SpecTerms
  private(set) var types: [TypeBlueprint] = []
  /// The type of each use of a block.
  private var typeOfScope: [Int: Int] = [:]
  private var groups: [String: [Int]] = [:]
  /// How many uses of the same block there are within a use, one in the other; those with none are left out.
  private let heights: [Int: Int]
  /// The uses whose types are being made.
  private var unfinished: Set<Int> = []
  private var typeNames: UniqueNames
  /// The scopes that have types and the names of these, in the order of their making: what an attempt takes back.
  private var typedScopes: [Int] = []
  private var chosenNames: [String] = []
  private let reservedNames: Set<String>
  /// Every name that some type has or may get, and what else types cannot be called.
  private(set) var possibleTypeNames: Set<String>
  /// What no property of a type can be called: those, and what the language and the library mean something by. One set for
  /// all types, for there may be thousands.
  private(set) var memberNames: Set<String> = []
  let naming: any Naming
  /// The values that each value is read by: nodes.
  let readers: [Int: [Int]]
  /// The nodes that use the weights of each node, besides itself.
  let sharers: [Int: [Int]]
  /// The scopes that are expanded once more, by the first.
  let repeats: [Int: [Int]]
  /// For each scope the first and last of its nodes.
  let ranges: [Int: Range<Int>]
  let outputs: Set<Int>
  /// The nodes and composites by their paths.
  let graphIndex: GraphIndex
  /// For what stands in a list that numbers its items, which item it is.
  let ordinals: [Scope.Child: Int]
  /// Whether the auxiliary heads are there, and how tensors begin.
  let forTraining: Bool
  /// Whether everything is written out in the network's own type: plain to read it is not, but it always works.
  let isPlain: Bool

  init(
    _ graph: Graph, spec: Spec, modelName: String, naming: some Naming, forTraining: Bool = false,
    isPlain: Bool = false
  ) {
    self.graph = graph
    self.naming = naming
    self.forTraining = forTraining
    self.isPlain = isPlain
    let nodes = forTraining ? graph.nodes[...] : graph.mainNodes
    self.nodes = nodes
    graphIndex = GraphIndex(nodes, of: graph)
    heights = Self.heights(graph)
    ordinals = Self.ordinals(graph)
    var parameters: [String: FieldValue] = [:]
    for setting in graph.settings { parameters[setting.name] = setting.value.field }
    index = SpecTerms(spec, modelParameters: parameters)
    reservedNames = naming.reservedTypes.union([modelName])
    typeNames = UniqueNames(taken: reservedNames)
    possibleTypeNames = reservedNames
    var readers: [Int: [Int]] = [:]
    for node in nodes {
      for value in Set(node.inputs) { readers[value.index, default: []].append(node.id) }
    }
    self.readers = readers
    outputs = Set(graph.outputs.map(\.value.index))
    sharers = Dictionary(grouping: nodes.filter { $0.sharedWith != nil }, by: { $0.sharedWith ?? 0 })
      .mapValues { $0.map(\.id) }
    repeats = Dictionary(grouping: graph.scopes.filter { $0.sharedWith != nil }, by: { $0.sharedWith ?? 0 })
      .mapValues { $0.map(\.id) }
    var ranges: [Int: Range<Int>] = [:]
    for node in graph.nodes {
      var scope: Int? = node.scope
      while let current = scope {
        let range = ranges[current] ?? node.id..<node.id + 1
        ranges[current] = min(range.lowerBound, node.id)..<max(range.upperBound, node.id + 1)
        scope = graph.scopes[current].parent
      }
    }
    self.ranges = ranges
    for scope in graph.scopes {
      // What reads more than its input, or is read within, has no type: it is written out where it stands.
      guard case .module(let block, _) = scope.kind, forTraining || !isInHead(scope), isClosed(scope) else { continue }
      groups[groupKey(scope, block: block), default: []].append(scope.id)
    }
    var useCounts: [String: Int] = [:]
    for scope in graph.scopes { if case .module(let block, _) = scope.kind { useCounts[block, default: 0] += 1 } }
    for (block, count) in useCounts {
      let name = wantedTypeName(block)
      possibleTypeNames.insert(name)
      // Uses that are no one's like have types of their own.
      for number in 2...(count + 1) { possibleTypeNames.insert("\(name)\(number)") }
    }
    memberNames = naming.reservedMembers.union(possibleTypeNames)
  }

  private static func ordinals(_ graph: Graph) -> [Scope.Child: Int] {
    var result: [Scope.Child: Int] = [:]
    func count(_ children: [Scope.Child], _ next: inout Int) {
      for child in children {
        if case .scope(let id) = child, graph.scopes[id].name == nil {
          count(graph.scopes[id].children, &next)
        } else {
          result[child] = next
          next += 1
        }
      }
    }
    for scope in graph.scopes where scope.name != nil {
      var next = 0
      switch scope.kind {
      case .list, .blockList, .body, .shortcut, .loop, .copies, .head: count(scope.children, &next)
      default: break
      }
    }
    return result
  }

  /// By use of a block, how many uses of the same one there are within it, one in the other: a block may be handed to itself.
  private static func heights(_ graph: Graph) -> [Int: Int] {
    var result: [Int: Int] = [:]
    // What is within comes after what is around it.
    for scope in graph.scopes.reversed() {
      guard case .module(let block, _) = scope.kind else { continue }
      var next = scope.parent
      while let id = next {
        if case .module(block: let outer, _) = graph.scopes[id].kind, outer == block {
          result[id] = max(result[id] ?? 0, (result[scope.id] ?? 0) + 1)
          break
        }
        next = graph.scopes[id].parent
      }
    }
    return result
  }

  private func isInHead(_ scope: Scope) -> Bool {
    var current: Scope? = scope
    while let scope = current {
      if case .head = scope.kind { return true }
      current = scope.parent.map { graph.scopes[$0] }
    }
    return false
  }

  /// Whether nothing outside of a scope reads what it makes but for its output, and it reads only what flows in.
  func isSelfContained(_ scope: Scope) -> Bool {
    guard let range = ranges[scope.id] else { return true }
    for node in range {
      for input in graph.nodes[node].inputs where !scope.inputs.contains(input) {
        guard let source = input.node, range.contains(source) else { return false }
      }
      let value = ValueID.output(ofNode: node)
      if value == scope.output { continue }
      if outputs.contains(value.index) { return false }
      if readers[value.index]?.contains(where: { !range.contains($0) }) ?? false { return false }
    }
    return true
  }

  /// Uses that hand over the same layers share a type, but not those within each other: that type would hold itself.
  private func groupKey(_ scope: Scope, block: String) -> String {
    guard case .module(_, let arguments) = scope.kind, let declaration = index.spec.blocks[block] else { return block }
    let layers = declaration.parameters.filter { $0.type == .layer }.map(\.name)
    let height = heights[scope.id].map { " \($0)" } ?? ""
    return ([block + height] + arguments.filter { layers.contains($0.name) }.map(\.description)).joined(separator: ", ")
  }

  /// The whole network's blueprint; those of the blocks are in `types`.
  ///
  /// - Throws: `BuildFault` for what cannot be generated, which only a fault of the compiler can be.
  func network() throws(BuildFault) -> TypeBlueprint {
    try TypeBuilder(self, scopes: [0], block: nil, name: graph.name).build()
  }

  /// The type of a use of a block, made when it is first asked for.
  func type(of scope: Int) throws(BuildFault) -> Int {
    if let known = typeOfScope[scope] { return known }
    guard case .module(let block, _) = graph.scopes[scope].kind else { throw .unlike("no block") }
    guard !unfinished.contains(scope) else { throw .unlike("\(block) is within itself") }
    let key = groupKey(graph.scopes[scope], block: block)
    try build((groups[key] ?? [scope]).filter { !unfinished.contains($0) && typeOfScope[$0] == nil }, block: block)
    guard let type = typeOfScope[scope] else { throw .unlike("\(block) has no type") }
    return type
  }

  /// Makes one type for uses of a block, or several where they differ too much.
  private func build(_ scopes: [Int], block: String) throws(BuildFault) {
    let (typeCount, scopeCount, nameCount) = (types.count, typedScopes.count, chosenNames.count)
    unfinished.formUnion(scopes)
    do {
      let name = typeName(block)
      let builder = TypeBuilder(self, scopes: scopes, block: index.spec.blocks[block], name: name)
      let type = try builder.build()
      types.append(type)
      for scope in scopes { typeOfScope[scope] = types.count - 1 }
      typedScopes += scopes
      unfinished.subtract(scopes)
    } catch {
      unfinished.subtract(scopes)
      guard scopes.count > 1 else { throw error }
      types.removeSubrange(typeCount...)
      for scope in typedScopes[scopeCount...] { typeOfScope[scope] = nil }
      typeNames.release(chosenNames[nameCount...])
      typedScopes.removeSubrange(scopeCount...)
      chosenNames.removeSubrange(nameCount...)
      // First those that consist of the same, then those that have the same numbers too.
      for withNumbers in [false, true] {
        var parts: [String: [Int]] = [:]
        var order: [String] = []
        for scope in scopes {
          let signature = graph.contents(
            of: .scope(scope), below: graph.scopes[scope].path, withNumbers: withNumbers)
          if parts[signature] == nil { order.append(signature) }
          parts[signature, default: []].append(scope)
        }
        if order.count > 1 {
          for signature in order { try build(parts[signature] ?? [], block: block) }
          return
        }
      }
      for scope in scopes { try build([scope], block: block) }
    }
  }

  /// A block's name, or one like it where that means something in the library or the language or is the network's own.
  private func wantedTypeName(_ block: String) -> String {
    reservedNames.contains(block) ? "\(block)Block" : block
  }

  /// Whether a name is, or may become, that of a type: no property, parameter or variable has such a name.
  func isTypeName(_ name: String) -> Bool {
    name.first?.isUppercase == true && possibleTypeNames.contains(name)
  }

  private func typeName(_ block: String) -> String {
    let name = typeNames.make(wantedTypeName(block), separator: "")
    chosenNames.append(name)
    return name
  }

  /// Where a node is written; for one of a list that stands in for its use, the use.
  func place(of node: Node) -> SourceLine {
    var span = node.span
    var current: Int? = node.scope
    while let id = current {
      let scope = graph.scopes[id]
      if case .module = scope.kind { break }
      if case .blockList = scope.kind { span = scope.span }
      current = scope.parent
    }
    return place(span)
  }

  /// The line that a span begins on.
  func place(_ span: Span) -> SourceLine {
    let file = graph.files.indices.contains(span.source.index) ? graph.files[span.source.index] : graph.file
    return SourceLine(file: file, line: span.start.line)
  }
}

extension BuildFault {
  var reason: String {
    switch self {
    case .unlike(let reason), .noChain(let reason): reason
    }
  }
}
