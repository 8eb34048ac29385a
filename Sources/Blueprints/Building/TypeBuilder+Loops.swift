import GraphIR
import Layers
import SpecLanguage

/// Loops in sequences, and what expressions see within lists.
extension TypeBuilder {
  /// The rounds of a loop in each sample, of which some are looked at.
  private struct Rounds {
    var lists: [SampledList]
    var parts: [[[Scope.Child]]]
    var scope: Scope
    var isCopies: Bool
    var forEach: ForEach?
    /// The rounds that there are, and those that are meant.
    var all: Range<Int>
    var chosen: Range<Int>

    /// The children of a round in each sample.
    func lists(_ round: Int) -> [SampledList] {
      zip(lists, parts).map { SampledList(sample: $0.sample, children: $1[round]) }
    }
  }

  /// The steps of a `for_each` or of copies that are no blocks: a loop, several, or the rounds one after the other.
  func rounds(
    of lists: [SampledList], _ scope: Scope, flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> [SequenceStep] {
    var isCopies = false
    if case .copies = scope.kind { isCopies = true }
    let parts = lists.map { list in
      isCopies
        ? list.children.map { [$0] } : Alignment.rounds(list.children, of: forEach(scope)?.layers ?? [], in: graph)
    }
    let counts = Set(parts.map(\.count))
    let longest = 0..<(counts.max() ?? 0)
    let rounds = Rounds(
      lists: lists, parts: parts, scope: scope, isCopies: isCopies, forEach: forEach(scope), all: longest,
      chosen: longest)
    if counts == [0] { return [] }
    if counts == [1] { return try single(rounds, 0, flow: &flow, hint, loop: loop) }
    do {
      return try trying(rounds, flow: &flow, hint, loop: loop)
    } catch {
      guard case .unlike = error, counts.count == 1 else { throw error }
      return try inParts(rounds, flow: &flow, hint, loop: loop)
    }
  }

  private func trying(
    _ rounds: Rounds, flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> [SequenceStep] {
    var own = flow
    let steps = try attempt(rounds.lists.map(\.sample), loop: loop) { () throws(BuildFault) in
      try looped(rounds, flow: &own, hint, loop: loop)
    }
    flow = own
    return steps
  }

  /// Rounds that no single loop makes: neighbours of one form in a loop of their own, and what has none written out.
  private func inParts(
    _ rounds: Rounds, flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> [SequenceStep] {
    var parts: [Range<Int>] = []
    var last: [String]?
    for round in rounds.all {
      let form = rounds.lists(round).map { list in list.children.map { self.form($0) }.joined() }
      if form == last, let part = parts.popLast() {
        parts.append(part.lowerBound..<round + 1)
      } else {
        parts.append(round..<round + 1)
      }
      last = form
    }
    var steps: [SequenceStep] = []
    for part in parts {
      var chosen = rounds
      chosen.chosen = part
      if part.count > 1, parts.count > 1, let loop = try? trying(chosen, flow: &flow, hint, loop: loop) {
        steps += loop
        continue
      }
      for round in part { steps += try single(rounds, round, flow: &flow, hint, loop: loop) }
    }
    return steps
  }

  /// What a child is, blocks by their types.
  private func form(_ child: Scope.Child) -> String {
    switch child {
    case .node(let id): return "\(graph.nodes[id].keyword);"
    case .scope(let id):
      let scope = graph.scopes[id]
      if case .module = scope.kind { return "type \((try? blueprints.type(of: id)) ?? -1);" }
      return "\(scope.kind.word){\(scope.children.map { form($0) }.joined())}"
    }
  }

  /// One round by itself.
  private func single(
    _ rounds: Rounds, _ round: Int, flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> [SequenceStep] {
    var inner = hiding(rounds.forEach, hint)
    let state = (index: Term.int(round), count: Optional(Term.int(rounds.all.count)))
    if rounds.isCopies { inner.loop = state }
    if let name = rounds.forEach?.variable { inner.members[name] = state }
    for (name, values) in columns(of: rounds, hint) where values.indices.contains(round) {
      inner.names[name] = .constant(values[round])
    }
    return try items(rounds.lists(round), flow: &flow, inner, loop: loop)
  }

  /// The chosen rounds as a loop.
  private func looped(
    _ rounds: Rounds, flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> [SequenceStep] {
    let variable = rounds.forEach?.variable ?? (rounds.isCopies ? indexName(hint, outer: loop) : "row")
    let lists = rounds.lists
    let parts = rounds.parts.map { $0[rounds.chosen.clamped(to: $0.indices)] }
    var samples: [(sample: Sample, round: Int)] = []
    var inner: [SampledList] = []
    for (list, rounds) in zip(lists, parts) {
      for (round, children) in rounds.enumerated() {
        let sample = Sample(in: list.sample, bindings: [:])
        samples.append((sample, round))
        inner.append(SampledList(sample: sample, children: children))
      }
    }
    let isWhole = rounds.chosen == rounds.all
    let counting = zip(lists, parts).map { SampledList(sample: $0.sample, children: $1.compactMap(\.first)) }
    let count = isWhole ? try roundCount(counting, rounds.scope, hint, loop: loop) : .int(rounds.chosen.count)
    let context = LoopContext(index: variable, countsFreely: false, rounds: samples, in: loop)
    var innerHint = hiding(rounds.forEach, hint)
    for (name, values) in columns(of: rounds, hint)
    where values.count == rounds.all.count && !blueprints.isTypeName(name) {
      context.offer(name, Array(values[rounds.chosen]))
      innerHint.names[name] = .variable(name)
    }
    let index = Term.binary(.add, .variable(variable), .int(rounds.chosen.lowerBound)).simplified
    let state = (index: index, count: Optional(isWhole ? count : .int(rounds.all.count)))
    if rounds.isCopies { innerHint.loop = state }
    if let name = rounds.forEach?.variable { innerHint.members[name] = state }

    var steps: [SequenceStep] = []
    var own = flow
    let running = try startRunning(inner, lists, flow: &own, steps: &steps, loop: loop)
    var body = try items(inner, flow: &own, innerHint, loop: context)
    if let running {
      let ends = inner.map { (sample: $0.sample, value: channels(behind: $0.children.last)) }
      let end = try resolve(ends, hints: [own.channels], name: "width", loop: context)
      if end != .variable(running) { body.append(.assign(running, end)) }
      for (list, rounds) in zip(lists, parts) { list.sample[running] = channels(behind: rounds.last?.last) }
      flow.running = running
      flow.channels = .variable(running)
    } else {
      let ends = zip(lists, parts).map { (sample: $0.sample, value: channels(behind: $1.last?.last)) }
      flow.channels = channelTerm(ends, hints: [own.channels], loop: loop)
    }
    steps.append(.loop(LoopStep(index: variable, count: count, columns: context.columns, body: body)))
    return steps
  }

  /// A variable for the channels, where they change from round to round.
  private func startRunning(
    _ rounds: [SampledList], _ lists: [SampledList], flow: inout SequenceFlow, steps: inout [SequenceStep],
    loop: LoopContext?
  ) throws(BuildFault) -> String? {
    var starts: [(sample: Sample, value: FieldValue)] = []
    for round in rounds {
      guard let first = round.children.first else { throw .noChain("an empty round") }
      starts.append((round.sample, channels(before: first)))
    }
    let outer = starts.map { Observation(bindings: $0.sample.bindings, value: $0.value) }
    if let same = Synthesis.known(outer, hints: [flow.channels]) {
      // Loops within the rounds have a variable of their own, so what this one comes from stays as it is.
      flow.channels = same
      flow.running = nil
      return nil
    }
    var before: [(sample: Sample, value: FieldValue)] = []
    for list in lists { if let first = list.children.first { before.append((list.sample, channels(before: first))) } }
    let start = try resolve(before, hints: [flow.channels], name: "width", loop: loop)
    let name: String
    if let known = flow.running {
      name = known
      // What came between the loops is told to the variable.
      if start != .variable(known) { steps.append(.assign(known, start)) }
    } else {
      name = uniqueParameter(type.parameters.contains { $0.isChannels } ? "width" : "channels")
      steps.append(.declare(name, start))
    }
    for (list, start) in zip(lists, before) { list.sample[name] = start.value }
    for start in starts { start.sample[name] = start.value }
    flow.running = name
    flow.channels = .variable(name)
    return name
  }

  private func channels(before child: Scope.Child) -> FieldValue {
    switch child {
    case .node(let id): .int(graph.shape(of: graph.nodes[id].inputs[0]).channels.value ?? 0)
    case .scope(let id): .int(graph.shape(of: graph.scopes[id].input).channels.value ?? 0)
    }
  }

  func channels(behind child: Scope.Child?) -> FieldValue {
    switch child {
    case .node(let id)?: .int(graph.nodes[id].output.channels.value ?? 0)
    case .scope(let id)?: .int(graph.shape(of: graph.scopes[id].output).channels.value ?? 0)
    case nil: .int(0)
    }
  }

  private func roundCount(
    _ lists: [SampledList], _ scope: Scope, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> Term {
    let item = index.items[scope.span]
    var written = item?.copies
    if case .forEach(let forEach)? = item?.operation, case .count(let expression) = forEach.rows {
      written = expression
    }
    var name = "count"
    if let written, case .path(let path) = written.node { name = path[0] }
    let observations = lists.map { (sample: $0.sample, value: FieldValue.int($0.children.count)) }
    return try resolve(observations, hints: [written.flatMap { index.term($0, hint) }], name: name, loop: loop)
  }

  // MARK: What expressions see

  private func forEach(_ scope: Scope) -> ForEach? {
    if case .forEach(let loop)? = index.items[scope.span]?.operation { loop } else { nil }
  }

  /// Row columns hide what has their names.
  private func hiding(_ forEach: ForEach?, _ hint: HintScope) -> HintScope {
    guard let forEach, case .table(let rows) = forEach.rows else { return hint }
    var inner = hint
    for column in rows.first ?? [] {
      inner.names[column.name] = nil
      inner.unknown.insert(column.name)
    }
    return inner
  }

  /// The columns of the spec's own table, those that the type has no parameter of that name for.
  private func columns(of rounds: Rounds, _ hint: HintScope) -> [(name: String, values: [FieldValue])] {
    guard let forEach = rounds.forEach, case .table(let rows) = forEach.rows else { return [] }
    return (rows.first ?? []).compactMap { column in
      let values = rows.compactMap { row in
        row.first { $0.name == column.name }.flatMap {
          index.term($0.value, hint)?.simplified.constantValue?.normalized
        }
      }
      guard values.count == rows.count, !type.parameters.contains(where: { $0.name == column.name }) else { return nil }
      return (column.name, values)
    }
  }

  /// The names that expressions within a scope see.
  func entering(_ scope: Scope, _ hint: HintScope, channels: Term?) -> HintScope {
    switch scope.kind {
    case .blockList(let name, _):
      guard let block = index.spec.blocks[name] else { return hint }
      var inner = HintScope(unit: block.unit)
      inner.input = channels
      var written: [String: ArgumentValue] = [:]
      if case .block(let call)? = index.items[scope.span]?.operation, call.block == name {
        for argument in call.arguments { written[argument.name] = argument.value }
      } else {
        inner.unknown.formUnion(block.parameters.map(\.name))
        return inner
      }
      for parameter in block.parameters {
        let value = written[parameter.name]
        let term = value != nil ? index.term(value, hint) : index.term(parameter.defaultValue, inner)
        if let term { inner.names[parameter.name] = term } else { inner.unknown.insert(parameter.name) }
      }
      return inner
    case .loop: return hiding(forEach(scope), hint)
    default: return hint
    }
  }
}

extension Term {
  /// The term with others put in for its variables; nil if one is missing.
  package func substituting(_ terms: [String: Term], keepingOthers: Bool = false) -> Term? {
    func inner(_ term: Term) -> Term? { term.substituting(terms, keepingOthers: keepingOthers) }
    switch self {
    case .constant: return self
    case .variable(let name): return terms[name] ?? (keepingOthers ? self : nil)
    case .not(let term): return inner(term).map { .not($0) }
    case .table(let values, let index): return inner(index).map { .table(values, index: $0) }
    case .binary(let operation, let left, let right):
      guard let a = inner(left), let b = inner(right) else { return nil }
      return Term.binary(operation, a, b).simplified
    case .conditional(let condition, let then, let other):
      guard let question = inner(condition), let a = inner(then), let b = inner(other) else { return nil }
      return Term.conditional(question, then: a, else: b).simplified
    case .call(let name, let arguments):
      let terms = arguments.compactMap(inner)
      return terms.count == arguments.count ? Term.call(name, terms).simplified : nil
    }
  }
}
