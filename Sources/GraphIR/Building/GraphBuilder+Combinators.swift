import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Combinators: branches that start from one value and come together again.
extension GraphBuilder {
  /// Adds a join that the spec does not write out as an item.
  private mutating func addJoin(
    _ keyword: String, _ fields: [String: FieldValue] = [:], of inputs: [Flow], at span: Span, _ place: Place
  ) -> Flow {
    guard let declaration = LayerRegistry.declaration(keyword), let layer = try? declaration.makeLayer(fields) else {
      return .unknown
    }
    let prefix = declaration.kind.namePrefix
    // The ordinal counts by kind, so another layer may have been given the name; nobody refers to a join by it.
    var name = countedName(prefix, at: place.level)
    while levels[place.level].entries[name] != nil { name = countedName(prefix, at: place.level) }
    let text = claim(name, at: place.level, span: span, isAutomatic: true, place.environment)
    let attributes = fields.sorted { $0.key < $1.key }.map {
      Attribute(name: $0.key, value: $0.value, origin: .inferred("join"))
    }
    let request = NodeRequest(
      layer: layer, attributes: attributes, name: text, path: levels[place.level].path(of: text), span: span)
    return addNode(request, inputs, scope: place.scope, place.environment)
  }

  /// Expands what a combinator applies: a list on its own scope, or one item in place of it; nil if nothing of it is there.
  private mutating func expandBody(
    _ body: Body, name: GivenName?, kind: Scope.Kind, from input: Flow, _ place: Place, filled: [String: Filling] = [:]
  ) -> Flow? {
    if body.isSingle, let item = body.items.first {
      let scope = openScope(
        kind, name: nil, span: body.span, in: place.scope, input: input, path: levels[place.level].path)
      let flow = expand(
        item, at: place.level, scope: scope, place.environment, from: input, given: name, filled: filled)
      scopes[scope].output = flow?.value ?? input.value
      return flow
    }
    guard let first = body.items.first else { return input }
    let item = Item(operation: .sequence(body.items), operationSpan: first.operationSpan, span: body.span)
    let inner = Place(level: place.level, scope: place.scope, environment: place.environment, filled: filled)
    let before = itemsThere
    let flow = list(body.items, item, input, inner, name.map { .one($0) } ?? .none, kind: kind)
    if itemsThere == before {
      report(
        .emptyBranch, "every item is switched off by `when`, so that nothing is left", at: body.span,
        in: place.environment,
        notes: [.init("write `identity`, or put `when` on the whole")])
    }
    return flow
  }

  // MARK: Branches

  mutating func branches(
    _ branches: [Branch], join: Join, _ item: Item, _ inputs: [Flow], _ input: Flow, _ place: Place, _ name: ItemName,
    kind: Scope.Kind
  ) -> Flow {
    withListLevel(item, input, place, name, kind: kind) { (builder, inner) in
      var outputs: [Flow] = []
      var labels: [(String, Int)] = []
      for (branch, start) in zip(branches, inputs) {
        let given = branch.name.map { GivenName(text: $0, span: branch.nameSpan) }
        guard let output = builder.expandBody(branch.body, name: given, kind: .body, from: start, inner) else {
          continue
        }
        outputs.append(output)
        labels.append((branch.name ?? "", branch.body.span.start.line))
      }
      guard let first = outputs.first else { return input }
      // One branch left needs no join.
      if outputs.count == 1 { return first }
      if builder.checkJoin(join, outputs, labels, item, inner.environment) { return .unknown }
      return builder.addJoin(join.rawValue, of: outputs, at: item.operationSpan, inner)
    }
  }

  /// Reports branches whose shapes do not go together, naming the odd one; returns whether it did.
  private mutating func checkJoin(
    _ join: Join, _ outputs: [Flow], _ labels: [(String, Int)], _ item: Item, _ environment: Environment
  ) -> Bool {
    let shapes = outputs.compactMap(\.shape)
    guard shapes.count == outputs.count, let first = shapes.first else { return false }
    func agree(_ a: Shape, _ b: Shape) -> Bool {
      join == .concat ? a.rank == b.rank && a.dimensions.dropFirst() == b.dimensions.dropFirst() : a == b
    }
    guard shapes.contains(where: { !agree($0, first) }) else { return false }
    // Multiplying broadcasts; the layer knows its rule.
    if join == .multiply { return false }
    let list = zip(labels, shapes).map { "\($0.0.isEmpty ? "line \($0.1)" : $0.0) \($1)" }.joined(separator: ", ")
    let what = join == .concat ? "height and width" : "shapes"
    hasGaps = true
    faults.append(
      ShapeFault(
        id: .joinMismatch, span: item.operationSpan, item: item.operationSpan, scope: scopes.count - 1,
        inputs: outputs.map(\.value), shapes: shapes))
    report(
      .joinMismatch, "\(join.rawValue) needs branches of equal \(what): \(list)", at: item.operationSpan,
      in: environment)
    return true
  }

  mutating func split(
    _ branches: [Branch], shares: [Expression], join: Join, _ item: Item, _ input: Flow, _ place: Place,
    _ name: ItemName
  ) -> Flow {
    guard let shape = input.shape else {
      hasFailed = true
      return .unknown
    }
    guard let channels = shape.channels.value else { return .unknown }
    var parts = Array(repeating: 1, count: branches.count)
    if !shares.isEmpty {
      guard let numbers = integers(shares, place.environment, at: place.level, prev: input) else { return .unknown }
      parts = numbers
    }
    let total = parts.reduce(0, saturatingSum)
    guard parts.allSatisfy({ $0 > 0 }), channels.isMultiple(of: total) else {
      let how =
        shares.isEmpty
        ? "\(branches.count) equal parts" : "shares of \(parts.map(String.init).joined(separator: " : "))"
      report(
        .shares, "\(channels) channels do not divide into \(how)", at: shares.first?.span ?? item.operationSpan,
        in: place.environment)
      return .unknown
    }
    return withListLevel(item, input, place, name, kind: .split(join: join.rawValue)) { (builder, inner) in
      var start = 0
      var inputs: [Flow] = []
      for part in parts {
        let count = channels / total * part
        inputs.append(
          builder.addJoin(
            "channel_slice", ["start": .int(start), "channels": .int(count)], of: [input], at: item.operationSpan, inner
          ))
        start += count
      }
      return builder.branches(
        branches, join: join, item, inputs, input, inner, .none, kind: .branches(join: join.rawValue))
    }
  }

  // MARK: Gate and append

  mutating func gate(_ body: Body, _ item: Item, _ input: Flow, _ place: Place, _ name: ItemName) -> Flow {
    withSingleBody(body, item, input, place, name, kind: .gate) { (builder, inner, output) in
      builder.addJoin("multiply", of: [input, output], at: item.operationSpan, inner)
    }
  }

  mutating func append(_ body: Body, _ item: Item, _ input: Flow, _ place: Place, _ name: ItemName) -> Flow {
    withSingleBody(body, item, input, place, name, kind: .append) { (builder, inner, output) in
      if let own = input.shape, let new = output.shape,
        own.rank != new.rank || own.dimensions.dropFirst() != new.dimensions.dropFirst()
      {
        builder.report(
          .joinMismatch, "append cannot concatenate \(own) (the input) and \(new) (the body)", at: item.operationSpan,
          in: inner.environment)
        return .unknown
      }
      return builder.addJoin("concat", of: [input, output], at: item.operationSpan, inner)
    }
  }

  private mutating func withSingleBody(
    _ body: Body, _ item: Item, _ input: Flow, _ place: Place, _ name: ItemName, kind: Scope.Kind,
    join: (inout GraphBuilder, Place, Flow) -> Flow
  ) -> Flow {
    let scope = openScope(
      kind, name: nil, span: item.span, in: place.scope, input: input, path: levels[place.level].path)
    var inner = place
    inner.scope = scope
    inner.filled = [:]
    let (flow, joinPlace, claimed) = namedBody(body, item, input, inner, name)
    guard let flow else { return input }
    let result = join(&self, joinPlace, flow)
    scopes[scope].output = result.value
    if let claimed { register(claimed, at: place.level, flow: result) }
    return result
  }

  /// Expands the body of a combinator under the combinator's name; says where its join stands, and the name taken.
  private mutating func namedBody(
    _ body: Body, _ item: Item, _ input: Flow, _ place: Place, _ name: ItemName
  ) -> (flow: Flow?, joinPlace: Place, claimed: String?) {
    switch name {
    case .none: return (expandBody(body, name: nil, kind: .body, from: input, place), place, nil)
    case .each:
      let list = Item(operation: .sequence(body.items), operationSpan: item.operationSpan, span: body.span)
      return (self.list(body.items, list, input, place, name, kind: .body), place, nil)
    case .one(let given):
      let flow = expandBody(body, name: given, kind: .body, from: input, place)
      var joinPlace = place
      if let level = levels[place.level].entries[given.text]?.level { joinPlace.level = level }
      return (flow, joinPlace, given.text)
    }
  }

  // MARK: Residual

  mutating func residual(
    _ body: Body, _ shortcut: Shortcut, scale: Expression?, _ item: Item, _ input: Flow, _ place: Place,
    _ name: ItemName
  ) -> Flow {
    let scope = openScope(
      .residual, name: nil, span: item.span, in: place.scope, input: input, path: levels[place.level].path)
    var inner = place
    inner.scope = scope
    inner.filled = [:]
    traces.append(ShapeTrace(depth: depth, start: input.shape))
    let (bodyFlow, joinPlace, claimed) = namedBody(body, item, input, inner, name)
    let trace = traces.removeLast()
    guard var flow = bodyFlow else { return input }
    if let scale, let value = evaluate(scale, place.environment, at: place.level, prev: flow) {
      guard let factor = value.number else {
        report(.expressionType, "scale is a number, not \(value.typeName)", at: scale.span, in: place.environment)
        return .unknown
      }
      flow = addJoin("scale", ["by": .float(factor)], of: [flow], at: scale.span, joinPlace)
    }
    var result = flow
    if let other = expandShortcut(shortcut, body: flow, input: input, item, inner) {
      if let own = flow.shape, let beside = other.shape, own != beside {
        reportMismatch(own, beside, shortcut, trace, item, inner.environment)
        faults.append(
          ShapeFault(
            id: .residualMismatch, span: shortcut.span, item: item.operationSpan, scope: scope,
            inputs: [flow.value, input.value], shapes: [own, beside]))
        return flow
      }
      result = addJoin("add", of: [flow, other], at: item.operationSpan, joinPlace)
    }
    scopes[scope].output = result.value
    if let claimed { register(claimed, at: place.level, flow: result) }
    return result
  }

  /// What is added to the body; nil if nothing is.
  private mutating func expandShortcut(_ shortcut: Shortcut, body: Flow, input: Flow, _ item: Item, _ place: Place)
    -> Flow?
  {
    if let condition = shortcut.when, truth(condition, place.environment, at: place.level, prev: input) == false {
      return nil
    }
    let agrees = body.shape == nil || input.shape == nil || body.shape == input.shape
    switch shortcut.form {
    case .identity: return input
    case .whenSame: return agrees ? input : nil
    case .padChannels: return agrees ? input : padChannels(shortcut, body: body, input: input, place)
    case .project(let projection):
      if agrees { return input }
      return expandShortcutLayers(
        projection, shortcut, input: input, place, filled: fillings(body: body, input: input, place)
      ) {
        (builder, path, output) in
        builder.remarks.append(
          Graph.Remark(
            node: path,
            message: "projection added, for the body makes \(body.shape ?? output) of \(input.shape ?? output)",
            span: shortcut.span))
      }
    case .always(let layers):
      return expandShortcutLayers(layers, shortcut, input: input, place, filled: [:]) { _, _, _ in }
    }
  }

  private mutating func expandShortcutLayers(
    _ layers: Body, _ shortcut: Shortcut, input: Flow, _ place: Place, filled: [String: Filling],
    added: (inout GraphBuilder, String, Shape) -> Void
  ) -> Flow? {
    var name: GivenName?
    if let template = shortcut.name {
      guard let text = text(of: template, place.environment, at: place.level, prev: input) else { return .unknown }
      name = GivenName(text: text, span: template.span)
    } else if levels[place.level].isNumbered, !(layers.items.allSatisfy { $0.name != nil }) {
      report(
        .unnamedShortcut, "in a numbered list a shortcut with layers needs a name", at: shortcut.span,
        in: place.environment,
        notes: [.init("write `shortcut: {name: downsample, …}`")])
      return .unknown
    }
    let flow = expandBody(layers, name: name, kind: .shortcut("project"), from: input, place, filled: filled)
    if let shape = flow?.shape {
      added(&self, levels[place.level].path(of: name?.text ?? layers.items.first?.word ?? "shortcut"), shape)
    }
    return flow
  }

  /// What a projection's first item gets where it is not written: the body's channels, the smallest stride that gives its
  /// size, and a 1×1 kernel.
  private func fillings(body: Flow, input: Flow, _ place: Place) -> [String: Filling] {
    guard let to = body.shape, let from = input.shape, let channels = to.channels.value else { return [:] }
    var filled = ["out": Filling(value: .int(channels), reason: "the body's channels")]
    guard to.isMaps, from.isMaps else { return filled }
    filled["kernel"] = Filling(value: .int(1), reason: "a projection is 1×1")
    if let rows = Self.stride(from: from.height, to: to.height),
      let columns = Self.stride(from: from.width, to: to.width)
    {
      let value: FieldValue = rows == columns ? .int(rows) : .size(Size2D(rows, columns))
      filled["stride"] = Filling(
        value: value, reason: "the smallest that makes \(to.height)×\(to.width) of \(from.height)×\(from.width)")
    }
    return filled
  }

  /// The smallest stride with which a 1×1 window makes `to` pixels of `from`.
  package static func stride(from: Extent, to: Extent) -> Int? {
    if let a = from.value, let b = to.value {
      guard b >= 1, a >= b else { return nil }
      let stride = b == 1 ? a : (a - 1) / (b - 1)
      // Smaller strides give more pixels; the first that gives few enough is the smallest.
      let lowest = (a + b - 1) / b
      return lowest <= max(stride, 1) && (a + lowest - 1) / lowest == b ? lowest : nil
    }
    return (1...16).first { from.dividedRoundingUp(by: $0) == to }
  }

  private mutating func padChannels(_ shortcut: Shortcut, body: Flow, input: Flow, _ place: Place) -> Flow {
    guard let to = body.shape, let from = input.shape, to.isMaps, from.isMaps, let wanted = to.channels.value,
      let present = from.channels.value, wanted >= present, let rows = Self.stride(from: from.height, to: to.height),
      let columns = Self.stride(from: from.width, to: to.width)
    else { return input }
    var flow = input
    if rows > 1 || columns > 1 {
      flow = addJoin(
        "max_pool", ["kernel": .size(.one), "stride": .size(Size2D(rows, columns))], of: [flow], at: shortcut.span,
        place)
    }
    if wanted > present {
      flow = addJoin("pad", ["channels": .ints([0, wanted - present])], of: [flow], at: shortcut.span, place)
    }
    remarks.append(
      Graph.Remark(
        node: levels[place.level].path(of: "shortcut"),
        message: "shortcut \(from) skips rows and columns and gets zero channels to be \(to)",
        span: shortcut.span))
    return flow
  }

  private mutating func reportMismatch(
    _ body: Shape, _ shortcut: Shape, _ declaration: Shortcut, _ trace: ShapeTrace, _ item: Item,
    _ environment: Environment
  ) {
    var chain = trace.start.map { "body: \($0)" } ?? "body:"
    var before = trace.start
    var hasDiffered = false
    for step in trace.steps {
      chain += " → :\(step.line) \(step.label) \(step.shape)"
      if !hasDiffered, let last = before, last.isMaps, step.shape.isMaps,
        last.height != step.shape.height || last.width != step.shape.width
      {
        chain += " (height and width differ from here)"
        hasDiffered = true
      }
      before = step.shape
    }
    report(
      .residualMismatch, "residual cannot add \(body) (body) and \(shortcut) (shortcut)", at: declaration.span,
      in: environment,
      trail: [chain])
  }
}
