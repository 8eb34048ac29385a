import Diagnostics
import GraphIR
import Layers
import SpecLanguage

/// The forward pass: items in their order, each applied to what flows there.
extension TypeBuilder {
  /// Walks what stands in one scope of each use, and gives the value that flows out.
  func chain(
    _ members: [Int: Int], from start: Int, _ outerHint: HintScope, into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int {
    let kind = graph.scopes[members.values.min() ?? 0].kind
    let slots = try Alignment.slots(
      members.mapValues { children(of: graph.scopes[$0]) }, in: graph, handed: index.handed)
    let outerStrides = strides
    var isResidual = false
    if case .residual = kind { isResidual = true }
    if isResidual { strides = [] }
    defer { if isResidual { strides = outerStrides + strides.filter { !outerStrides.contains($0) } } }
    var flow = start
    // What a residual adds: its input, or what a shortcut makes of it.
    var other = start
    for slot in slots {
      let isSide = isSide(slot, in: kind)
      var hint = outerHint
      hint.previous = values[flow].channels
      let otherwise = isSide ? other : flow
      if isResidual { noteShortcut(slot, members: members, body: flow, input: start) }
      let result = try place(
        slot, among: Set(members.keys), flow: flow, otherwise: otherwise, start: start, hint, into: &statements)
      if isSide { other = result } else if !isBranchStart(slot, in: kind) { flow = result }
    }
    let outputs = members.mapValues { graph.scopes[$0].output }
    return try match(outputs, preferring: [flow])
  }

  /// What stands in a scope, without the heads that exist in training only.
  private func children(of scope: Scope) -> [Scope.Child] {
    scope.children.filter { child in
      if case .scope(let id) = child, case .head = graph.scopes[id].kind { false } else { true }
    }
  }

  /// Whether an item makes what a residual adds, and not the residual's own flow.
  private func isSide(_ slot: Slot, in kind: Scope.Kind) -> Bool {
    guard case .residual = kind, let child = slot.members.min(by: { $0.key < $1.key })?.value else { return false }
    switch child {
    case .scope(let id): if case .shortcut = graph.scopes[id].kind { return true } else { return false }
    case .node(let id): return !(graph.nodes[id].layer is Add || graph.nodes[id].layer is Scale)
    }
  }

  /// Whether an item is a part of a split, which flows into one branch only.
  private func isBranchStart(_ slot: Slot, in kind: Scope.Kind) -> Bool {
    guard case .split = kind, case .node? = slot.members.values.first else { return false }
    return true
  }

  /// Puts an item into the forward pass, under a condition where only some of the uses have it.
  private func place(
    _ slot: Slot, among uses: Set<Int>, flow: Int, otherwise: Int, start: Int, _ hint: HintScope,
    into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int {
    let present = Set(slot.members.keys)
    if present == uses { return try apply(slot, flow: flow, start: start, hint, into: &statements) }
    if let item = item(of: slot) { noteCondition(present, index.condition(of: item, hint)?.simplified) }
    var body: [ForwardStatement] = []
    let result = try hidingValues { () throws(BuildFault) in
      try apply(slot, flow: flow, start: start, hint, into: &body)
    }
    if body.isEmpty, result == otherwise { return result }
    var ids = values[otherwise].ids.filter { uses.contains($0.key) }
    for (sample, value) in values[result].ids where present.contains(sample) { ids[sample] = value }
    let same = values[result].channels == values[otherwise].channels ? values[result].channels : nil
    let known = same ?? channelTerm(ids, hints: [values[result].channels, values[otherwise].channels])
    let output = define(ids, channels: known)
    statements.append(
      .condition(
        ForwardCondition(
          output: output, present: present, name: flagName(slot), body: body, result: result, otherwise: otherwise)))
    return output
  }

  /// Gives conditions a truth value to ask where no property answers for them by being there.
  func settleFlags(_ statements: [ForwardStatement]) throws(BuildFault) -> [ForwardStatement] {
    var result: [ForwardStatement] = []
    for statement in statements {
      guard case .condition(var condition) = statement else {
        result.append(statement)
        continue
      }
      condition.body = try settleFlags(condition.body)
      if optionalProperties(in: condition.body, present: condition.present).isEmpty {
        (condition.flag, condition.isNegated) = try flag(condition.present, name: condition.name)
      }
      result.append(.condition(condition))
    }
    return result
  }

  /// The properties used in statements that only some uses have.
  private func optionalProperties(in statements: [ForwardStatement], present: Set<Int>) -> [String] {
    statements.flatMap { statement -> [String] in
      switch statement {
      case .apply(let application):
        guard case .property(let name) = application.callee, presence[name] == present else { return [] }
        return [name]
      case .condition: return []
      }
    }
  }

  private func flagName(_ slot: Slot) -> String {
    switch slot.members.min(by: { $0.key < $1.key })?.value {
    case .node(let id)?: graph.nodes[id].layer is Add ? "adds_input" : "uses_\(graph.nodes[id].keyword)"
    default: "is_long"
    }
  }

  /// Applies an item in all uses that have it.
  private func apply(
    _ slot: Slot, flow: Int, start: Int, _ hint: HintScope, into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int {
    var nodes: [Int: Node] = [:]
    var inner: [Int: Int] = [:]
    for (use, child) in slot.members {
      switch child {
      case .node(let id): nodes[use] = graph.nodes[id]
      case .scope(let id): inner[use] = id
      }
    }
    if !nodes.isEmpty { return try layer(nodes, flow: flow, start: start, hint, into: &statements) }
    let input = try match(inner.mapValues { graph.scopes[$0].input }, preferring: [flow, start])
    guard let first = inner.min(by: { $0.key < $1.key }).map({ graph.scopes[$0.value] }) else { return flow }
    if first.sharedWith != nil, let output = try sharedCall(inner, from: input, into: &statements) { return output }
    if let module = try asProperty(inner, first, from: input, hint, into: &statements) { return module }
    return try chain(inner, from: input, entering(first, hint, channels: values[input].channels), into: &statements)
  }

  /// The item that a slot comes from.
  func item(of slot: Slot) -> Item? {
    switch slot.members.min(by: { $0.key < $1.key })?.value {
    case .node(let id)?: index.operations[graph.nodes[id].span]
    case .scope(let id)?: index.items[graph.scopes[id].span]
    case nil: nil
    }
  }

  /// A scope as one module: a block, a list that is a chain, copies of a block; nil if its items are written out here.
  private func asProperty(
    _ members: [Int: Int], _ scope: Scope, from input: Int, _ hint: HintScope,
    into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int? {
    guard !blueprints.isPlain, members.values.allSatisfy({ blueprints.isClosed(graph.scopes[$0]) }) else { return nil }
    var isModule = false
    if case .module = scope.kind { isModule = true }
    if case .copies = scope.kind, scope.name == nil {
      return try countedCopies(members, from: input, hint, into: &statements)
    }
    guard isModule || scope.name != nil && hasTensors(members) else { return nil }
    guard isModule || members.values.allSatisfy({ end(of: .scope($0), from: graph.scopes[$0].input) != nil }) else {
      return nil
    }
    if case .level = scope.kind { return nil }
    let path = CountedName(prefix: try relativePath(members.mapValues { graph.scopes[$0].path }), number: nil)
    let further: [(name: String, value: Int)]
    let made: Made
    do {
      further = try furtherInputs(members, scope)
      made = try attempt { () throws(BuildFault) in
        try construct(members, path, nil, from: input, further: further, hint)
      }
    } catch {
      // Uses that differ become types of their own; for a single one its items are written out here, which always works.
      if case .unlike = error, scopes.count > 1 { throw error }
      if isModule, scopes.count > 1 { throw error }
      return nil
    }
    return try call(
      made, members: members, from: [input] + further.map(\.value), label: scope.name ?? "x", into: &statements)
  }

  /// What flows into a block beside the first value, by the names that it has there.
  func furtherInputs(
    _ members: [Int: Int], _ scope: Scope
  ) throws(BuildFault) -> [(name: String, value: Int)] {
    guard case .module(let name, _) = scope.kind, let block = index.spec.blocks[name] else { return [] }
    var result: [(name: String, value: Int)] = []
    for (position, declaration) in block.inputs.dropFirst().enumerated() {
      result.append((declaration.name, try match(members.mapValues { graph.scopes[$0].furtherInputs[position] })))
    }
    return result
  }

  /// A module with what it is called, and the channels that flow out of it.
  private typealias Made = (property: TypeBlueprint.Property, channels: Term?)

  /// Makes a module of a scope, or of copies that count with an index, and tries it on paper.
  private func construct(
    _ members: [Int: Int], _ path: CountedName, _ pathIndex: String?, from input: Int,
    further: [(name: String, value: Int)], _ hint: HintScope
  ) throws(BuildFault) -> Made {
    var flow = SequenceFlow(channels: values[input].channels)
    for (name, value) in further { flow.further[name] = values[value].channels }
    let elements = members.map { (samples[$0.key], Scope.Child.scope($0.value)) }.sorted { $0.0.use < $1.0.use }
    let construction =
      pathIndex == nil
      ? try module(elements, flow: &flow, hint, loop: nil) : try copies(elements, flow: &flow, hint, loop: nil)
    if pathIndex != nil { guard case .array = construction else { throw .noChain("copies that are no array") } }
    let property = TypeBlueprint.Property(
      name: path.prefix, path: path, pathIndex: pathIndex, construction: construction.withoutUnread, condition: nil,
      comment: comment(members))
    try verify(property, members)
    return (property, flow.channels)
  }

  /// Copies of a block that have a name each, such as `block4` to `block11`: an array.
  private func countedCopies(
    _ members: [Int: Int], from input: Int, _ hint: HintScope, into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int? {
    guard let path = try countedName(of: members) else { return nil }
    let made = try? attempt { () throws(BuildFault) in
      try construct(members, path, "i", from: input, further: [], hint)
    }
    guard let made else { return nil }
    return try call(made, members: members, from: [input], label: path.prefix, into: &statements)
  }

  /// The path of the elements of an array of copies, which counts with `i`; nil where their names do not count.
  func countedName(of members: [Int: Int]) throws(BuildFault) -> CountedName? {
    var names: [[String]] = []
    for (use, id) in members.sorted(by: { $0.key < $1.key }) {
      var own: [String] = []
      for child in graph.scopes[id].children {
        guard case .scope(let inner) = child, case .module = graph.scopes[inner].kind else { return nil }
        own.append(try relativePath([use: graph.scopes[inner].path]))
      }
      names.append(own)
    }
    guard let first = names.first, first.count > 1, names.allSatisfy({ $0 == first }), let start = first[0].numberedName
    else { return nil }
    for (offset, name) in first.enumerated() where name != "\(start.prefix)\(start.number + offset)" { return nil }
    return CountedName(
      prefix: start.prefix, number: Term.binary(.add, .variable("i"), .int(start.number)).simplified)
  }

  private func call(
    _ made: Made, members: [Int: Int], from inputs: [Int], label: String, into statements: inout [ForwardStatement]
  ) throws(BuildFault) -> Int {
    let property = try addProperty(made.property, present: Set(members.keys))
    let outputs = members.mapValues { graph.scopes[$0].output }
    let output = define(outputs, channels: channelTerm(outputs, hints: [made.channels]))
    guard let first = members.min(by: { $0.key < $1.key }) else { return output }
    let place = blueprints.place(graph.scopes[first.value].span)
    statements.append(
      .apply(
        Application(output: output, callee: .property(property), inputs: inputs, place: place, label: label)))
    return output
  }

  /// `256×56×56 → 512×28×28` for one use; for several the first one's.
  private func comment(_ members: [Int: Int]) -> String {
    guard let scope = members.min(by: { $0.key < $1.key }).map({ graph.scopes[$0.value] }) else { return "" }
    return "\(graph.shape(of: scope.input)) → \(graph.shape(of: scope.output))"
  }

  // MARK: Questions about scopes

  func hasTensors(_ members: [Int: Int]) -> Bool {
    members.values.contains { id in
      guard let range = blueprints.ranges[id] else { return false }
      return graph.nodes[range].contains { !$0.parameters.isEmpty }
    }
  }

  /// What comes out of an item that simply passes on what flows into it; nil if it does not.
  private func end(of child: Scope.Child, from value: ValueID) -> ValueID? {
    switch child {
    case .node(let id): return graph.nodes[id].inputs == [value] ? .output(ofNode: id) : nil
    case .scope(let id):
      let scope = graph.scopes[id]
      guard scope.input == value else { return nil }
      switch scope.kind {
      case .module: return blueprints.isClosed(scope) && scope.furtherInputs.isEmpty ? scope.output : nil
      case .list, .blockList, .body, .shortcut, .loop, .copies, .composite:
        var current = value
        for inner in scope.children {
          guard let next = end(of: inner, from: current) else { return nil }
          current = next
        }
        return current == scope.output ? current : nil
      default: return nil
      }
    }
  }

  /// A path below that of the type's use; the same in all uses.
  func relativePath(_ paths: [Int: String]) throws(BuildFault) -> String {
    var result: String?
    for (use, path) in paths {
      let outer = graph.scopes[scopes[use]].path
      let own = outer.isEmpty ? path : String(path.dropFirst(outer.count + 1))
      if let result, result != own { throw .unlike("names differ: \(result) and \(own)") }
      result = own
    }
    return result ?? ""
  }

  /// Conditions that the shapes of a residual suggest for its shortcut.
  private func noteShortcut(_ slot: Slot, members: [Int: Int], body: Int, input: Int) {
    guard slot.members.count < members.count, let a = values[input].channels, let b = values[body].channels else {
      return
    }
    let grows = Term.binary(.notEqual, a, b)
    var differs = grows
    for stride in strides where stride.constantValue == nil {
      differs = .binary(.or, .binary(.notEqual, stride, .int(1)), differs)
    }
    let present = Set(slot.members.keys)
    noteCondition(present, differs)
    noteCondition(present, grows)
    // What is added only where the shapes agree.
    var agrees = Term.binary(.equal, a, b)
    for stride in strides where stride.constantValue == nil {
      agrees = .binary(.and, .binary(.equal, stride, .int(1)), agrees)
    }
    noteCondition(present, agrees)
  }
}

extension String {
  /// `block4` as `block` and 4.
  var numberedName: (prefix: String, number: Int)? {
    let digits = reversed().prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, digits.count < 10, let number = Int(String(digits.reversed())), digits.count < count,
      digits.count == 1 || digits.last != "0"
    else { return nil }
    return (String(dropLast(digits.count)), number)
  }
}
