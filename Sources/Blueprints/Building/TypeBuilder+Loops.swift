import GraphIR
import Layers
import SpecLanguage

/// Loops in sequences, and what expressions see within lists.
extension TypeBuilder {
  /// The steps of a `for_each` or of copies that are no blocks.
  func rounds(
    of lists: [SampledList], _ scope: Scope, flow: inout SequenceFlow, _ hint: HintScope, loop: LoopContext?
  ) throws(BuildFault) -> [SequenceStep] {
    var isCopies = false
    if case .copies = scope.kind { isCopies = true }
    let parts = lists.map { list in
      isCopies ? list.children.map { [$0] } : Alignment.rounds(list.children, in: graph)
    }
    let counts = Set(parts.map(\.count))
    if counts == [0] { return [] }
    let forEach = forEach(scope)
    let variable = forEach?.variable ?? (isCopies ? indexName(hint, outer: loop) : "row")
    if counts == [1] {
      var inner = hint
      if isCopies { inner.loop = (.int(0), .int(1)) }
      return try items(
        zip(lists, parts).map { SampledList(sample: $0.sample, children: $1[0]) }, flow: &flow,
        hiding(forEach, inner), loop: loop)
    }
    var samples: [(sample: Sample, round: Int)] = []
    var inner: [SampledList] = []
    for (list, rounds) in zip(lists, parts) {
      for (round, children) in rounds.enumerated() {
        let sample = Sample(in: list.sample, bindings: [:])
        samples.append((sample, round))
        inner.append(SampledList(sample: sample, children: children))
      }
    }
    let counting = zip(lists, parts).map { SampledList(sample: $0.sample, children: $1.compactMap(\.first)) }
    let count = try roundCount(counting, scope, hint, loop: loop)
    let context = LoopContext(index: variable, countsFreely: false, rounds: samples, in: loop)
    var innerHint = hiding(forEach, hint)
    offerColumns(of: forEach, to: context, hint, into: &innerHint)
    if isCopies { innerHint.loop = (.variable(variable), count) }
    if let name = forEach?.variable { innerHint.members[name] = (.variable(variable), count) }

    var steps: [SequenceStep] = []
    var own = flow
    let running = try startRunning(inner, flow: &own, steps: &steps, loop: loop)
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
    _ rounds: [SampledList], flow: inout SequenceFlow, steps: inout [SequenceStep], loop: LoopContext?
  ) throws(BuildFault) -> String? {
    var starts: [(sample: Sample, value: FieldValue)] = []
    for round in rounds {
      guard let first = round.children.first else { throw .noChain("an empty round") }
      starts.append((round.sample, channels(before: first)))
    }
    let outer = starts.map { Observation(bindings: $0.sample.bindings, value: $0.value) }
    if flow.running == nil, let same = Synthesis.known(outer, hints: [flow.channels]) {
      flow.channels = same
      return nil
    }
    let name: String
    if let known = flow.running {
      name = known
    } else {
      guard let start = flow.channels else { throw .unlike("the channels before a loop have no formula") }
      name = uniqueParameter(type.parameters.contains { $0.isChannels } ? "width" : "channels")
      steps.append(.declare(name, start))
      loop?.noteUse(of: start)
    }
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

  private func channels(behind child: Scope.Child?) -> FieldValue {
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

  private func offerColumns(
    of forEach: ForEach?, to context: LoopContext, _ hint: HintScope, into inner: inout HintScope
  ) {
    guard let forEach, case .table(let rows) = forEach.rows else { return }
    for column in rows.first ?? [] {
      let values = rows.compactMap { row in
        row.first { $0.name == column.name }.flatMap {
          index.term($0.value, hint)?.simplified.constantValue?.normalized
        }
      }
      guard values.count == rows.count, !type.parameters.contains(where: { $0.name == column.name }) else { continue }
      context.offer(column.name, values)
      inner.names[column.name] = .variable(column.name)
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
