import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Items, one after the other: conditions, references, copies, and the operation.
extension GraphBuilder {
  /// Expands a list whose items stand on `level`.
  mutating func expand(
    _ items: [Item], at level: Int, scope: Int, _ environment: Environment, from start: Flow
  ) -> Flow {
    var flow = start
    for item in items {
      if isAborted { return .unknown }
      flow = expand(item, at: level, scope: scope, environment, from: flow, given: nil) ?? flow
    }
    return flow
  }

  /// Expands an item; nil if its `when` is false, so that it is not there.
  ///
  /// `given` is a name from around the item, in place of its own; `filled` are arguments that a projection fills in where
  /// they are not written; `entering` are the values that flow in where they are several; of an item that is spliced the
  /// list makes no level.
  mutating func expand(
    _ item: Item, at level: Int, scope: Int, _ environment: Environment, from previous: Flow, given: GivenName?,
    filled: [String: Filling] = [:], entering: [Flow]? = nil, isSpliced: Bool = false
  ) -> Flow? {
    countItem(at: item.span, environment)
    if depth > Limit.depth {
      abort("lists and combinators nest more than \(Limit.depth) deep", at: item.span, in: environment)
    }
    guard !isAborted else { return .unknown }
    depth += 1
    defer { depth -= 1 }

    if let condition = item.when {
      switch truth(condition, environment, at: level, prev: previous) {
      case true?: break
      case false?: return nil
      case nil:
        hasFailed = true
        return .unknown
      }
    }
    itemsThere += 1
    var inputs = entering ?? [previous]
    if let references = item.from {
      referencesBeside = references
      let found = references.compactMap { lookUp($0, from: level, environment, previous: previous) }
      referencesBeside = []
      inputs = found.count == references.count ? found : references.map { _ in .unknown }
    }
    let (firstNode, firstScope, firstStamp) = (nodes.count, scopes.count, stamp)
    let place = Place(
      level: level, scope: scope, environment: environment, filled: filled,
      isSpliced: isSpliced && item.isSpliceable(among: spec.blocks))
    let result: Flow
    if let copies = item.copies {
      guard let count = count(copies, of: "repeat", environment, at: level, prev: inputs[0]) else {
        hasFailed = true
        return .unknown
      }
      if count == 0 { return nil }
      result = repeated(item, count, inputs, place, given)
    } else {
      let name = name(of: item, place, given: given, prev: inputs[0], isList: item.isList(among: spec.blocks))
      result = expandOnce(item, inputs, place, name)
      // What could not be made has its name, so that nobody who refers to it is told that there is none.
      if result.shape == nil, let text = item.name?.literal, levels[level].entries[text] == nil {
        let claimed = claim(text, at: level, span: item.operationSpan, isAutomatic: false, environment)
        register(claimed, at: level, flow: .unknown)
      }
      keepSharable(
        item, name, place, inputs: inputs, nodes: firstNode..<nodes.count, firstScope: firstScope, stamp: firstStamp)
    }
    if let expectation = item.expectation {
      check(
        expectation, of: item, input: inputs[0], output: result, nodes: firstNode..<nodes.count, environment, at: level)
    }
    if let outer = traces.last?.depth, depth == outer + 1, let shape = result.shape {
      traces[traces.count - 1].steps.append(
        ShapeStep(
          line: item.operationSpan.start.line, label: item.word,
          stride: stride(of: item, environment, at: level, prev: inputs[0]), isPlain: item.isPlain, shape: shape))
    }
    return result
  }

  private mutating func countItem(at span: Span, _ environment: Environment) {
    itemCount += 1
    if itemCount > Limit.items {
      abort("the spec expands to more than \(Limit.items) items", at: span, in: environment)
    }
  }

  /// The stride that is written for a layer or block, unless it is 1.
  private mutating func stride(of item: Item, _ environment: Environment, at level: Int, prev: Flow) -> String? {
    let arguments: [Argument] =
      switch item.operation {
      case .layer(let call): call.arguments
      case .block(let call): call.arguments
      default: []
      }
    guard case .expression(let expression)? = arguments.first(where: { $0.name == "stride" })?.value.form,
      case var steps = 0, let value = try? value(of: expression, environment, at: level, prev: prev, steps: &steps)
    else { return nil }
    expressionSteps += steps
    return value == .int(1) ? nil : value.description
  }

  /// Where an item stands and what it sees.
  struct Place {
    var level: Int
    var scope: Int
    var environment: Environment
    var filled: [String: Filling] = [:]
    /// Whether the item is a list whose items stand in the list around.
    var isSpliced = false
  }

  /// A field or parameter that is filled in where the item does not write it.
  enum Filling {
    /// By a projection, with the reason.
    case computed(FieldValue, reason: String)
    /// By a projection: the smallest stride that makes the shape of the input, which the layer's other fields decide; of
    /// a window of one pixel it is `window`.
    case stride(to: Shape, window: AxisSizes?)
    /// By `with` where the item is used, whose names its value sees.
    case given(Argument, Environment)

    var isGiven: Bool { if case .given = self { true } else { false } }
  }

  /// How an item is named.
  enum ItemName {
    /// It adds nothing to paths, or gets a name by itself.
    case none
    case one(GivenName)
    /// The name counts with `i`: each item of the list gets one, on the level around.
    case each(NameTemplate)
  }

  /// The name of an item: from around it, written, or a number; a number is used up even where a name replaces it.
  mutating func name(of item: Item, _ place: Place, given: GivenName?, prev: Flow, isList: Bool) -> ItemName {
    if place.isSpliced { return .none }
    if let given { return .one(given) }
    var number: Int?
    // What is written out in place takes no number of its own.
    if levels[place.level].isNumbered, !(item.isLoop && item.name == nil), !isSplice(item, place.environment) {
      number = levels[place.level].nextNumber
      levels[place.level].nextNumber += 1
    }
    guard let template = item.name else {
      return number.map { .one(GivenName(text: String($0), span: item.operationSpan)) } ?? .none
    }
    if isList, template.usesIndex { return .each(template) }
    guard let text = text(of: template, place.environment, at: place.level, prev: prev) else { return .none }
    return .one(GivenName(text: text, span: template.span))
  }

  /// Whether an item is a list that is written out in place, here or where it was handed over.
  private func isSplice(_ item: Item, _ environment: Environment) -> Bool {
    if item.isSplice { return true }
    guard case .use(let parameter, _, _) = item.operation,
      case .layer(let inner, let captured)? = binding(parameter, environment)
    else { return false }
    return isSplice(inner, captured)
  }

  mutating func repeated(_ item: Item, _ count: Int, _ inputs: [Flow], _ place: Place, _ given: GivenName?)
    -> Flow
  {
    guard inputs.count == 1 || count == 1 else {
      report(
        .inputCount, "a repeat hands one value from copy to copy, but `from` names \(inputs.count)",
        at: item.from?.last?.span ?? item.span, in: place.environment,
        notes: [.init("write the copies with for_each, where each has a `from` of its own")])
      return .unknown
    }
    let name = name(of: item, place, given: given, prev: inputs[0], isList: true)
    let (firstNode, firstScope, firstStamp) = (nodes.count, scopes.count, stamp)
    var inner = place
    inner.filled = [:]
    var claimed: String?
    switch name {
    case .one(let name):
      let text = claim(name.text, at: place.level, span: name.span, isAutomatic: false, place.environment)
      claimed = text
      inner.level = openLevel(text, in: place.level, isNumbered: true)
      inner.scope = openScope(
        .copies, name: text, span: item.span, in: place.scope, input: inputs[0], path: levels[inner.level].path)
      register(text, at: place.level, leadingTo: inner.level)
    case .none, .each:
      inner.scope = openScope(
        .copies, name: nil, span: item.span, in: place.scope, input: inputs[0], path: levels[place.level].path)
    }
    var copy = item
    copy.copies = nil
    copy.when = nil
    copy.expectation = nil
    copy.name = nil
    var flow = inputs[0]
    for index in 0..<count {
      if isAborted { return .unknown }
      countItem(at: item.span, place.environment)
      let state = LoopState(index: index, count: count)
      inner.environment.loop = state
      frames.append(
        Frame(
          parent: place.environment.frame, label: claimed ?? item.word, line: item.operationSpan.start.line, copy: state
        ))
      inner.environment.frame = frames.count - 1
      let entering = index == 0 ? inputs : [flow]
      var copyName = ItemName.none
      if case .each(let template) = name {
        if let text = text(of: template, inner.environment, at: place.level, prev: flow) {
          copyName = .one(GivenName(text: text, span: template.span))
        }
      } else {
        copyName = self.name(of: copy, inner, given: nil, prev: flow, isList: false)
      }
      // A projection fills in its first layer; what `with` gives is for each copy.
      inner.filled = index > 0 ? place.filled.filter { $0.value.isGiven } : place.filled
      let (firstNode, firstScope, firstStamp) = (nodes.count, scopes.count, stamp)
      flow = expandOnce(copy, entering, inner, copyName)
      keepSharable(
        copy, copyName, inner, inputs: entering, nodes: firstNode..<nodes.count, firstScope: firstScope,
        stamp: firstStamp)
      // What follows from a fault in all of a thousand copies does so in the others.
      if flow.shape == nil, index >= 1000 { return flow }
    }
    scopes[inner.scope].output = flow.value
    if let claimed { register(claimed, at: place.level, flow: flow) }
    keepSharable(
      item, name, place, inputs: inputs, nodes: firstNode..<nodes.count, firstScope: firstScope, stamp: firstStamp)
    return flow
  }

  /// Expands an item's operation, conditions and copies being settled.
  mutating func expandOnce(_ item: Item, _ inputs: [Flow], _ place: Place, _ name: ItemName) -> Flow {
    switch item.operation {
    case .layer(let call): return layer(call, item, inputs, place, name)
    case .block(let call): return block(call, item, inputs, place, name)
    case .use(let parameter, let span, let arguments):
      return use(parameter, at: span, with: arguments, item, inputs, place, name)
    case .share(let reference): return share(reference, item, inputs, place, name)
    default: break
    }
    guard inputs.count == 1 else {
      report(
        .inputCount, "\(item.word) takes one input, but `from` names \(inputs.count)",
        at: item.from?.last?.span ?? item.span,
        in: place.environment, notes: [.init("join them first, with concat or add")])
      return .unknown
    }
    let input = inputs[0]
    switch item.operation {
    case .layer, .block, .use, .share: return .unknown
    case .identity:
      if case .one(let name) = name {
        let text = claim(name.text, at: place.level, span: name.span, isAutomatic: false, place.environment)
        // A list without items keeps its place, so that those behind it have the numbers that they have in the spec.
        let path = levels[place.level].path
        _ = openScope(
          .list, name: text, span: item.span, in: place.scope, input: input,
          path: path.isEmpty ? text : "\(path).\(text)")
        register(text, at: place.level, flow: input)
      }
      return input
    case .sequence(let items): return list(items, item, input, place, name, kind: .list)
    case .level(let items): return self.level(items, item, input, place, name)
    case .forEach(let loop): return forEach(loop, item, input, place, name)
    case .branches(let branches, let join):
      return self.branches(
        branches, join: join, item, Array(repeating: input, count: branches.count), input, place, name,
        kind: .branches(join: join.rawValue))
    case .split(let branches, let shares, let join):
      return split(branches, shares: shares, join: join, item, input, place, name)
    case .residual(let body, let shortcut, let scale):
      return residual(body, shortcut, scale: scale, item, input, place, name)
    case .gate(let body): return gate(body, item, input, place, name)
    case .append(let body): return append(body, item, input, place, name)
    case .splice(let body): return splice(body, item, input, place)
    }
  }
}

extension Item {
  var isLoop: Bool { if case .forEach = operation { true } else { false } }
  var isSplice: Bool { if case .splice = operation { true } else { false } }

  /// Whether the item is a parameter's name and nothing else.
  var isBareUse: Bool {
    guard case .use(_, _, let arguments) = operation else { return false }
    return arguments.isEmpty && name == nil && from == nil && when == nil && copies == nil && expectation == nil
  }

  /// Whether the item is a layer that people take no notice of where it keeps the shape: an activation, a norm.
  var isPlain: Bool {
    guard case .layer(let call) = operation else { return false }
    return call.declaration.group != .convolution
  }

  /// Whether splicing puts the item's items in its place; others keep their name or number.
  func isSpliceable(among blocks: [String: Block]) -> Bool {
    switch operation {
    case .sequence, .use: true
    case .block(let call): blocks[call.block]?.form == .list
    default: false
    }
  }

  /// Whether the item is a list, so that a name with `i` names each of its items.
  func isList(among blocks: [String: Block]) -> Bool {
    switch operation {
    case .sequence, .forEach: true
    case .block(let call): blocks[call.block]?.form == .list
    case .residual(let body, _, _), .gate(let body), .append(let body): !body.isSingle
    case .level, .layer, .identity, .branches, .split, .use, .share, .splice: false
    }
  }
}
