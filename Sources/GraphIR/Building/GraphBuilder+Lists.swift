import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Lists and blocks: seq, for_each, and the two forms of blocks.
extension GraphBuilder {
  /// A list: with a name it numbers its items; without, they stand where it stands.
  mutating func list(
    _ items: [Item], _ item: Item, _ input: Flow, _ place: Place, _ name: ItemName, kind: Scope.Kind,
    further: ArraySlice<Flow> = []
  ) -> Flow {
    withListLevel(item, input, place, name, kind: kind, further: further) { (builder, inner) in
      var flow = input
      var index = 0
      for (position, entry) in items.enumerated() {
        if builder.isAborted { return .unknown }
        var given: GivenName?
        if case .each(let template) = name {
          // Items that are not there do not count.
          var entryEnvironment = inner.environment
          entryEnvironment.loop = LoopState(index: index, count: items.count)
          given = builder.text(of: template, entryEnvironment, at: inner.level, prev: flow).map {
            GivenName(text: $0, span: template.span)
          }
        }
        let filled = position == 0 || index == 0 ? place.filled : [:]
        guard
          let result = builder.expand(
            entry, at: inner.level, scope: inner.scope, inner.environment, from: flow, given: given, filled: filled)
        else { continue }
        flow = result
        index += 1
      }
      return flow
    }
  }

  /// Opens the level that a list's name makes, if it has one, and expands within it.
  mutating func withListLevel(
    _ item: Item, _ input: Flow, _ place: Place, _ name: ItemName, kind: Scope.Kind, further: ArraySlice<Flow> = [],
    expand: (inout GraphBuilder, Place) -> Flow
  ) -> Flow {
    var inner = place
    guard case .one(let given) = name else {
      inner.scope = openScope(
        kind, name: nil, span: item.span, in: place.scope, input: input, further: further,
        path: levels[place.level].path)
      let flow = expand(&self, inner)
      scopes[inner.scope].output = flow.value
      return flow
    }
    let text = claim(given.text, at: place.level, span: given.span, isAutomatic: false, place.environment)
    inner.level = openLevel(text, in: place.level, isNumbered: true)
    inner.scope = openScope(
      kind, name: text, span: item.span, in: place.scope, input: input, further: further,
      path: levels[inner.level].path)
    register(text, at: place.level, leadingTo: inner.level)
    let flow = expand(&self, inner)
    scopes[inner.scope].output = flow.value
    register(text, at: place.level, flow: flow)
    return flow
  }

  /// A module written in place: a level that numbers nothing, named by its item.
  mutating func level(_ items: [Item], _ item: Item, _ input: Flow, _ place: Place, _ name: ItemName) -> Flow {
    guard case .one(let given) = name else {
      report(
        .missingKey, "layers in place make a level, which needs a name", at: item.operationSpan, in: place.environment,
        notes: [.init("write `{name: …, layers: […]}`, or `seq: […]` for a list without a name")])
      return .unknown
    }
    let text = claim(given.text, at: place.level, span: given.span, isAutomatic: false, place.environment)
    let level = openLevel(text, in: place.level, isNumbered: false)
    let scope = openScope(
      .level, name: text, span: item.span, in: place.scope, input: input, path: levels[level].path)
    register(text, at: place.level, leadingTo: level)
    let flow = expand(items, at: level, scope: scope, place.environment, from: input)
    scopes[scope].output = flow.value
    register(text, at: place.level, flow: flow)
    return flow
  }

  mutating func forEach(_ loop: ForEach, _ item: Item, _ input: Flow, _ place: Place, _ name: ItemName) -> Flow {
    let count: Int
    switch loop.rows {
    case .count(let expression):
      guard let number = self.count(expression, of: "rows", place.environment, at: place.level, prev: input) else {
        hasFailed = true
        return .unknown
      }
      count = number
    case .table(let rows): count = rows.count
    }
    return withListLevel(item, input, place, name, kind: .loop) { (builder, inner) in
      var flow = input
      var index = 0
      for row in 0..<count {
        if builder.isAborted { return .unknown }
        var environment = inner.environment
        if let variable = loop.variable { environment.members[variable] = LoopState(index: row, count: count) }
        if case .table(let rows) = loop.rows {
          for column in rows[row] {
            guard let binding = builder.columnBinding(column.value, inner.environment, at: inner.level, prev: flow)
            else {
              builder.hasFailed = true
              return .unknown
            }
            environment.bindings.set(column.name, to: binding)
          }
        }
        for entry in loop.layers {
          var given: GivenName?
          if case .each(let template) = name {
            var counting = environment
            counting.loop = LoopState(index: index, count: count * loop.layers.count)
            given = builder.text(of: template, counting, at: inner.level, prev: flow).map {
              GivenName(text: $0, span: template.span)
            }
          }
          guard
            let result = builder.expand(
              entry, at: inner.level, scope: inner.scope, environment, from: flow, given: given)
          else { continue }
          flow = result
          index += 1
        }
      }
      return flow
    }
  }

  // MARK: Blocks

  mutating func block(_ call: BlockCall, _ item: Item, _ inputs: [Flow], _ place: Place, _ name: ItemName) -> Flow {
    guard let block = spec.blocks[call.block] else { return .unknown }
    guard inputs.count == max(1, block.inputs.count) else {
      reportInputs(of: block, item, given: inputs.count, place.environment)
      return .unknown
    }
    let input = inputs[0]
    guard place.environment.blockDepth < Limit.blockDepth else {
      abort("blocks nest more than \(Limit.blockDepth) deep", at: item.operationSpan, in: place.environment)
      return .unknown
    }
    var inner = Environment(unit: block.unit, input: input, edge: stamp, blockDepth: place.environment.blockDepth + 1)
    inner.frame = openFrame(for: call, item, place, name)
    for (declaration, flow) in zip(block.inputs, inputs) { inner.inputs[declaration.name] = flow }
    var arguments: [Scope.Argument] = []
    guard bind(call, of: block, item, input, place, into: &inner, arguments: &arguments) else { return .unknown }
    var blockPlace = place
    blockPlace.environment = inner
    switch block.form {
    case .list:
      return list(
        block.layers, item, input, blockPlace, name, kind: .blockList(block: block.name, arguments: arguments),
        further: inputs.dropFirst())
    case .module:
      return module(block, item, inputs, place, blockPlace, name, arguments: arguments)
    }
  }

  private mutating func reportInputs(of block: Block, _ item: Item, given: Int, _ environment: Environment) {
    let names = block.inputs.map(\.name)
    let note: Diagnostic.Note =
      switch names.count {
      case 0: .init("a block takes several with `inputs: [x, skip]` at its head", at: block.nameSpan)
      case 1: .init("its input is declared here", at: block.inputs[0].span)
      default:
        .init(
          "write `{from: [\(names.map { _ in "…" }.joined(separator: ", "))], \(block.name): …}`",
          at: block.inputs[0].span)
      }
    let takes = names.count < 2 ? "one input" : "\(names.count) inputs, \(names.joined(separator: ", "))"
    let gets = item.from == nil ? "\(given == 1 ? "one flows" : "\(given) flow") in" : "`from` names \(given)"
    report(
      .inputCount, "\(block.name) takes \(takes), but \(gets)", at: item.from?.last?.span ?? item.operationSpan,
      in: environment, notes: [note])
  }

  /// A copy of a repeat has its frame already; the block joins it.
  private mutating func openFrame(for call: BlockCall, _ item: Item, _ place: Place, _ name: ItemName) -> Int {
    let line = item.operationSpan.start.line
    var frame = Frame(parent: place.environment.frame, label: call.block, line: line, copy: nil)
    if let outer = place.environment.frame, frames[outer].copy != nil, frames[outer].line == line {
      frame = frames[outer]
      if frame.label != call.block { frame.label += ": \(call.block)" }
    } else if case .one(let given) = name, given.text.first?.isNumber != true {
      frame.label = "\(given.text): \(call.block)"
    }
    frames.append(frame)
    return frames.count - 1
  }

  private mutating func module(
    _ block: Block, _ item: Item, _ inputs: [Flow], _ outer: Place, _ place: Place, _ name: ItemName,
    arguments: [Scope.Argument]
  ) -> Flow {
    let input = inputs[0]
    let prefix = prefixes[block.name] ?? block.name.snakeCase
    prefixes[block.name] = prefix
    let text: String
    if case .one(let given) = name {
      _ = levels[outer.level].count(prefix)
      text = claim(given.text, at: outer.level, span: given.span, isAutomatic: false, outer.environment)
    } else {
      let automatic = countedName(prefix, at: outer.level)
      text = claim(automatic, at: outer.level, span: item.operationSpan, isAutomatic: true, outer.environment)
    }
    let level = openLevel(text, in: outer.level, isNumbered: false)
    let scope = openScope(
      .module(block: block.name, arguments: arguments), name: text, span: item.span, in: outer.scope, input: input,
      further: inputs.dropFirst(), path: levels[level].path)
    register(text, at: outer.level, leadingTo: level)
    if let counts = nameCounts[block.name] {
      // One with thousands may be followed by thousands with none.
      levels[level].entries.reserveCapacity(min(counts.entries, 32))
      levels[level].ordinals.reserveCapacity(min(counts.ordinals, 32))
    }
    var environment = place.environment
    environment.edge = stamp
    let flow = expand(block.layers, at: level, scope: scope, environment, from: input)
    nameCounts[block.name] = (levels[level].entries.count, levels[level].ordinals.count)
    scopes[scope].output = flow.value
    register(text, at: outer.level, flow: flow)
    return flow
  }

  /// Binds a block's parameters: arguments where the block is used, then defaults in order, which see the earlier ones.
  private mutating func bind(
    _ call: BlockCall, of block: Block, _ item: Item, _ input: Flow, _ place: Place, into inner: inout Environment,
    arguments: inout [Scope.Argument]
  ) -> Bool {
    var isComplete = true
    bindingCount += block.parameters.count
    if bindingCount > Limit.bindings {
      abort(
        "the spec binds more than \(Limit.bindings) parameters of blocks", at: item.operationSpan, in: place.environment
      )
      return false
    }
    for argument in call.arguments {
      guard let parameter = block.parameters.first(where: { $0.name == argument.name }) else { continue }
      let bound = binding(of: argument.value, type: parameter.type, place.environment, at: place.level, prev: input)
      if let bound { inner.bindings.set(parameter.name, to: bound) } else { isComplete = false }
    }
    for parameter in block.parameters where !call.arguments.contains(where: { $0.name == parameter.name }) {
      switch place.filled[parameter.name] {
      case .given(let argument, let environment)?:
        let value = suited(argument.value, to: parameter.type, environment)
        let bound = binding(of: value, type: parameter.type, environment, at: place.level, prev: input)
        if let bound { inner.bindings.set(parameter.name, to: bound) } else { isComplete = false }
        continue
      case .computed(let value, _)?:
        if let bound = Self.binding(of: value, as: parameter.type) {
          inner.bindings.set(parameter.name, to: bound)
          continue
        }
      case .stride(_, let window?)?:
        let value: FieldValue = window.uniform.map(FieldValue.int) ?? .size(window)
        if let bound = Self.binding(of: value, as: parameter.type) {
          inner.bindings.set(parameter.name, to: bound)
          continue
        }
      case .stride, nil: break
      }
      guard let value = parameter.defaultValue else {
        report(
          .missingKey, "\(block.name) needs '\(parameter.name)'", at: item.operationSpan, in: place.environment,
          notes: [.init("declared here", at: parameter.nameSpan)]
            + (place.environment.sites.isEmpty
              ? [] : [.init("where it is used, `{use: …, with: {\(parameter.name): …}}` may give it")]))
        isComplete = false
        continue
      }
      let bound = binding(of: value, type: parameter.type, inner, at: place.level, prev: input)
      if let bound { inner.bindings.set(parameter.name, to: bound) } else { isComplete = false }
    }
    arguments = block.parameters.compactMap { parameter in
      inner.bindings[parameter.name].map { Scope.Argument(name: parameter.name, value: $0.parameterValue) }
    }
    if !isComplete { hasFailed = true }
    return isComplete
  }

  /// A value that a projection fills in as a block's parameter takes it.
  private static func binding(of value: FieldValue, as type: ParameterType) -> Binding? {
    switch (value, type) {
    case (.int(let number), .int): .value(.int(number))
    case (.int(let number), .size): .value(.size([number]))
    case (.size(let size), .size): .value(Value(size))
    case (.size(let size), .int) where size.isUniform: .value(.int(size[0]))
    default: nil
    }
  }
}

extension Binding {
  /// What the graph keeps of the value.
  var parameterValue: ParameterValue {
    switch self {
    case .value(let value): .field(FieldValue(value))
    case .padding(let padding): .field(.padding(padding))
    case .layer(let item, _): .layer(word: item.word, at: item.span)
    }
  }
}

extension FieldValue {
  /// The value of an expression.
  init(_ value: Value) {
    self =
      switch value {
      case .int(let number): .int(number)
      case .float(let number): .float(number)
      case .bool(let flag): .bool(flag)
      case .size(let numbers): .size(AxisSizes(numbers))
      }
  }
}
