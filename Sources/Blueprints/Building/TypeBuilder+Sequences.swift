import GraphIR
import Layers
import SpecLanguage

/// What is known of a sequence while it is built.
struct SequenceFlow {
  /// The channels of what flows, as a term.
  var channels: Term?
  /// The variable that keeps them from round to round, once there is one.
  var running: String?
  /// The channels of what else flows into a block, by the names of its inputs.
  var further: [String: Term] = [:]
}

/// A list of children in one use, or in one round of a loop.
typealias SampledList = (sample: Sample, children: [Scope.Child])

/// Modules that are made in initializers: blocks, arrays of them, and sequences with their loops.
extension TypeBuilder {
  /// One scope in each sample as a module.
  func module(
    _ members: [(Sample, Scope.Child)], flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> Construction {
    let found = members.compactMap { sample, child in scope(child).map { (sample: sample, scope: $0) } }
    guard let first = found.first?.scope else { throw .noChain("no scope") }
    switch first.kind {
    case .module: return try block(found, flow: &flow, hint, loop: loop)
    case .copies: return try copies(members, flow: &flow, hint, loop: loop)
    case .composite(let keyword): return try composite(keyword, found, flow: &flow, hint, loop: loop)
    case .list, .blockList, .body, .shortcut, .loop:
      let inner = entering(first, hint, channels: flow.channels)
      let lists = found.map { SampledList(sample: $0.sample, children: $0.scope.children) }
      return .sequence(
        try closing(lists, flow: &flow, loop: loop) { (own) throws(BuildFault) in
          if case .loop = first.kind { return try rounds(of: lists, first, flow: &own, hint, loop: loop) }
          return try items(lists, flow: &own, inner, loop: loop)
        })
    default: throw .noChain("\(first.kind.word) is no list")
    }
  }

  /// The steps of a sequence; a variable that they declare for the channels is not known behind them.
  private func closing(
    _ lists: [SampledList], flow: inout SequenceFlow, loop: LoopContext?,
    _ steps: (inout SequenceFlow) throws(BuildFault) -> [SequenceStep]
  ) throws(BuildFault) -> [SequenceStep] {
    var own = flow
    let result = try steps(&own)
    guard let running = own.running, flow.running == nil else {
      flow.channels = own.channels
      return result
    }
    for list in lists { list.sample.own[running] = nil }
    let ends = lists.map { (sample: $0.sample, value: channels(behind: $0.children.last)) }
    flow.channels = channelTerm(ends, hints: [], loop: loop)
    return result
  }

  private func scope(_ child: Scope.Child) -> Scope? {
    if case .scope(let id) = child { graph.scopes[id] } else { nil }
  }

  private func outputChannels(_ scope: Scope) -> FieldValue { .int(graph.shape(of: scope.output).channels.value ?? 0) }

  // MARK: Blocks

  private func block(
    _ uses: [(sample: Sample, scope: Scope)], flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> Construction {
    var typeIndices: Set<Int> = []
    for use in uses { typeIndices.insert(try blueprints.type(of: use.scope.id)) }
    guard let type = typeIndices.first, typeIndices.count == 1 else { throw .unlike("uses of a block have two types") }
    let blueprint = blueprints.types[type]
    var written: [String: ArgumentValue] = [:]
    if case .block(let call)? = index.items[uses[0].scope.span]?.operation {
      for argument in call.arguments { written[argument.name] = argument.value }
    }
    var arguments: [TypeArgument] = []
    var terms: [String: Term] = [:]
    let ordered = blueprint.parameters.filter { !$0.isChannels } + blueprint.parameters.filter(\.isChannels)
    for parameter in ordered {
      var observations: [(sample: Sample, value: FieldValue)] = []
      for use in uses {
        guard let value = blueprint.uses[use.scope.id]?[parameter.name] else { throw .unlike("an argument is unknown") }
        observations.append((use.sample, value))
      }
      let out = blueprint.outputChannels.flatMap { $0.substituting(terms) }
      let channels = parameter.furtherInput.map { flow.further[$0] } ?? flow.channels
      let hints = parameter.isChannels ? [channels, out] : [index.term(written[parameter.name], hint)]
      let term = try resolve(
        observations, hints: hints, name: parameter.isChannels ? "width" : parameter.name, loop: loop,
        as: parameter.type)
      terms[parameter.name] = term
      if let standard = parameter.defaultValue, term.constantValue == standard { continue }
      arguments.append(TypeArgument(parameter: parameter.name, value: term))
    }
    // In the order of the initializer's parameters.
    let positions = blueprint.parameters.map(\.name)
    arguments.sort { (positions.firstIndex(of: $0.parameter) ?? 0) < (positions.firstIndex(of: $1.parameter) ?? 0) }
    let out = blueprint.outputChannels.flatMap { $0.substituting(terms) }
    flow.channels = channelTerm(
      uses.map { ($0.sample, outputChannels($0.scope)) }, hints: [out, flow.channels], loop: loop)
    return .type(type, arguments)
  }

  /// `separable_conv`, which the graph has as its two parts.
  private func composite(
    _ keyword: String, _ uses: [(sample: Sample, scope: Scope)], flow: inout SequenceFlow, _ hint: HintScope,
    loop: LoopContext?
  ) throws(BuildFault) -> Construction {
    var parts: [[(sample: Sample, node: Node)]] = [[], []]
    for use in uses {
      guard use.scope.children.count == 2 else { throw .noChain(keyword) }
      for (position, child) in use.scope.children.enumerated() {
        guard case .node(let id) = child else { throw .noChain(keyword) }
        parts[position].append((use.sample, graph.nodes[id]))
      }
    }
    var first = try construct(parts[0], channels: flow.channels, hint, loop: loop)
    let second = try construct(parts[1], channels: nil, hint, loop: loop)
    first.keyword = keyword
    first.channels = try inputChannels(parts[0], channels: flow.channels, loop: loop)
    first.fields.insert(contentsOf: second.fields.filter { $0.name == "out" }, at: 0)
    flow.channels = channelTerm(
      uses.map { ($0.sample, outputChannels($0.scope)) }, hints: [second.fields.first { $0.name == "out" }?.value],
      loop: loop)
    return .layer(first)
  }

  // MARK: Copies

  /// Copies of an item: an array where it is a block, else a sequence with a loop.
  func copies(
    _ members: [(Sample, Scope.Child)], flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> Construction {
    let lists = members.compactMap { sample, child in
      scope(child).map { SampledList(sample: sample, children: $0.children) }
    }
    guard let first = members.first.flatMap({ scope($0.1) }) else { throw .noChain("no scope") }
    var types: Set<Int> = []
    var areBlocks = true
    for child in lists.flatMap(\.children) {
      guard let inner = scope(child), case .module = inner.kind else {
        areBlocks = false
        continue
      }
      types.insert(try blueprints.type(of: inner.id))
    }
    if areBlocks, types.count == 1 {
      do throws(BuildFault) {
        var own = flow
        let array = try attempt(lists.map(\.sample), loop: loop) { () throws(BuildFault) -> Construction in
          try self.array(lists, first, flow: &own, hint, loop: loop)
        }
        flow.channels = own.channels
        return array
      } catch {
        // Where no formula with the index gives an argument, a loop with a table may.
        if case .noChain = error { throw error }
      }
    }
    return .sequence(
      try closing(lists, flow: &flow, loop: loop) { (own) throws(BuildFault) in
        try rounds(of: lists, first, flow: &own, hint, loop: loop)
      })
  }

  /// Copies of a block as an array.
  private func array(
    _ lists: [SampledList], _ first: Scope, flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> Construction {
    let count = try count(of: lists, first, hint, loop: loop)
    let variable = indexName(hint, outer: loop)
    var rounds: [(sample: Sample, round: Int)] = []
    var inner: [(Sample, Scope.Child)] = []
    for list in lists {
      for (round, child) in list.children.enumerated() {
        let sample = Sample(in: list.sample, bindings: [:])
        rounds.append((sample, round))
        inner.append((sample, child))
      }
    }
    let context = LoopContext(index: variable, countsFreely: true, rounds: rounds, in: loop)
    var innerHint = hint
    innerHint.loop = (.variable(variable), count)
    innerHint.previous = flow.channels
    let element = try module(inner, flow: &flow, innerHint, loop: context)
    let last = lists.map { (sample: $0.sample, value: channels(behind: $0.children.last)) }
    flow.channels = channelTerm(last, hints: [flow.channels], loop: loop)
    if count == .int(1) { return .array(element.settingFirst(variable), count: count, index: variable) }
    return .array(element, count: count, index: variable)
  }

  private func count(
    of lists: [SampledList], _ scope: Scope, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> Term {
    let item = index.items[scope.span]
    var written = item?.copies
    var name = "count"
    if case .forEach(let forEach)? = item?.operation, case .count(let expression) = forEach.rows {
      written = expression
    }
    if case .path(let path)? = written?.node { name = path[0] }
    let observations = lists.map { (sample: $0.sample, value: FieldValue.int($0.children.count)) }
    return try resolve(observations, hints: [written.flatMap { index.term($0, hint) }], name: name, loop: loop)
  }

  func indexName(_ hint: HintScope, outer: LoopContext?) -> String {
    var taken: Set<String> = []
    var context = outer
    while let loop = context {
      taken.insert(loop.index)
      context = loop.outer
    }
    return ["i", "j", "k", "l"].first { !taken.contains($0) && hint.names[$0] == nil } ?? "index\(taken.count)"
  }

  // MARK: Items

  /// The steps that append the items of lists.
  func items(
    _ lists: [SampledList], flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> [SequenceStep] {
    let keyed = Dictionary(uniqueKeysWithValues: lists.enumerated().map { ($0, $1.children) })
    let slots = try Alignment.slots(keyed, in: graph, handed: index.handed)
    var steps: [SequenceStep] = []
    for slot in slots {
      var inner = hint
      inner.previous = flow.channels
      let members = slot.members.sorted { $0.key < $1.key }.map { (lists[$0.key].sample, $0.value) }
      if members.count == lists.count {
        steps += try item(members, flow: &flow, inner, loop: loop)
        continue
      }
      let present = Set(slot.members.keys)
      let hintTerm = item(of: slot).flatMap { index.condition(of: $0, inner) }
      let observations = lists.enumerated().map { ($1.sample, FieldValue.bool(present.contains($0))) }
      let condition = try resolve(observations, hints: [hintTerm], name: "is_long", loop: loop, as: .bool)
      let before = flow
      var body = try item(members, flow: &flow, inner, loop: loop)
      if let running = flow.running, before.running == nil {
        // What is declared under a condition is not known behind it.
        for list in lists { list.sample.own[running] = nil }
        (flow.running, flow.channels) = (nil, nil)
      } else if flow.channels != before.channels, let running = flow.running, before.channels == .variable(running) {
        // The variable follows what flows, in the samples that have the item.
        let ends = members.map { (sample: $0.0, value: channels(after: $0.1) ?? .int(0)) }
        let end = try resolve(ends, hints: [flow.channels], name: "width", loop: loop)
        if end != .variable(running) { body.append(.assign(running, end)) }
        for end in ends { end.sample[running] = end.value }
        flow.channels = before.channels
      }
      steps.append(.condition(condition, body))
      // Behind the condition the term must hold in every sample.
      if flow.channels != before.channels {
        flow.channels = settled(flow.channels, before.channels, slot, lists, loop)
      }
    }
    return steps
  }

  /// The channels behind an item that only some samples have.
  private func settled(
    _ inside: Term?, _ before: Term?, _ slot: Slot, _ lists: [SampledList], _ loop: LoopContext?
  ) -> Term? {
    var observations: [(sample: Sample, value: FieldValue)] = []
    for (position, list) in lists.enumerated() {
      let value: FieldValue?
      if let child = slot.members[position] {
        value = channels(after: child)
      } else {
        value = before?.evaluated(list.sample.bindings)
      }
      guard let value else { return nil }
      observations.append((list.sample, value))
    }
    return channelTerm(observations, hints: [inside, before], loop: loop)
  }

  private func channels(after child: Scope.Child) -> FieldValue? {
    switch child {
    case .node(let id): graph.nodes[id].output.channels.value.map(FieldValue.int)
    case .scope(let id): outputChannels(graph.scopes[id])
    }
  }

  /// One item that all samples have.
  private func item(
    _ members: [(Sample, Scope.Child)], flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> [SequenceStep] {
    var nodes: [(sample: Sample, node: Node)] = []
    for (sample, child) in members {
      if case .node(let id) = child { nodes.append((sample, graph.nodes[id])) }
    }
    if let first = nodes.first?.node {
      guard first.inputs.count == 1 else { throw .noChain("\(first.keyword) joins values") }
      let layer = try construct(nodes, channels: flow.channels, hint, loop: loop)
      let outputs = nodes.map { ($0.sample, FieldValue.int($0.node.output.channels.value ?? 0)) }
      flow.channels = channelTerm(outputs, hints: [outputHint(layer, channels: flow.channels)], loop: loop)
      let name = try name(
        nodes.map { ($0.sample, $0.node.name, blueprints.ordinals[.node($0.node.id)]) }, loop: loop)
      return [.append(.layer(layer), name: name, comment: nil)]
    }
    let scopes = members.compactMap { sample, child in scope(child).map { (sample, $0) } }
    guard let first = scopes.first?.1 else { return [] }
    if first.name != nil {
      if scopes.allSatisfy({ $0.1.isEmpty }) {
        let name = try name(scopes.map { ($0.0, $0.1.name ?? "", blueprints.ordinals[.scope($0.1.id)]) }, loop: loop)
        return [.append(.layer(.identity), name: name, comment: nil)]
      }
      let module = try module(members, flow: &flow, hint, loop: loop)
      let name = try name(scopes.map { ($0.0, $0.1.name ?? "", blueprints.ordinals[.scope($0.1.id)]) }, loop: loop)
      let comment = scopes.count == 1 ? "\(graph.shape(of: first.input)) → \(graph.shape(of: first.output))" : nil
      return [.append(module, name: name, comment: comment)]
    }
    let lists = scopes.map { SampledList(sample: $0.0, children: $0.1.children) }
    switch first.kind {
    case .list, .blockList, .body:
      return try items(lists, flow: &flow, entering(first, hint, channels: flow.channels), loop: loop)
    case .loop, .copies: return try rounds(of: lists, first, flow: &flow, hint, loop: loop)
    default: throw .noChain("\(first.kind.word) stands in a list")
    }
  }

  /// The name of an element; nil where it is its number.
  private func name(
    _ names: [(sample: Sample, text: String, ordinal: Int?)], loop: LoopContext?
  ) throws(BuildFault) -> CountedName? {
    if names.allSatisfy({ $0.ordinal.map(String.init) == $0.text }) { return nil }
    if Set(names.map(\.text)).count == 1 { return CountedName(prefix: names[0].text, number: nil) }
    let parts = names.compactMap { entry in entry.text.numberedName.map { (entry.sample, $0) } }
    guard parts.count == names.count, let prefix = parts.first?.1.prefix,
      parts.allSatisfy({ $0.1.prefix == prefix })
    else { throw .unlike("names differ") }
    let observations = parts.map { (sample: $0.0, value: FieldValue.int($0.1.number)) }
    let plain = observations.map { Observation(bindings: $0.sample.bindings, value: $0.value) }
    var context = loop
    while let current = context {
      // A name that counts is its loop's index and an offset.
      let offsets = Set(plain.map { ($0.value.int ?? 0) - ($0.bindings[current.index]?.int ?? 0) })
      if offsets.count == 1, let offset = offsets.first {
        return CountedName(
          prefix: prefix, number: Term.binary(.add, .variable(current.index), .int(offset)).simplified)
      }
      context = current.outer
    }
    return CountedName(prefix: prefix, number: try resolve(observations, hints: [], name: "number", loop: loop))
  }
}

extension Construction {
  /// The construction with a variable that is always 0 put in.
  fileprivate func settingFirst(_ variable: String) -> Construction {
    guard case .type(let type, let arguments) = self else { return self }
    return .type(
      type,
      arguments.map { argument in
        TypeArgument(
          parameter: argument.parameter,
          value: argument.value.substituting([variable: .int(0)], keepingOthers: true)?.simplified ?? argument.value)
      })
  }
}
