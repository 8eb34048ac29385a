import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Combinators: branches that start from one value and come together again.
extension GraphBuilder {
  /// Adds a join that the spec does not write out as an item.
  mutating func addJoin(
    _ keyword: String, _ fields: [String: FieldValue] = [:], of inputs: [Flow], at span: Span, _ place: Place
  ) -> Flow {
    let attributes = fields.sorted { $0.key < $1.key }.map {
      Attribute(name: $0.key, value: $0.value, origin: .inferred("join"))
    }
    guard let declaration = LayerRegistry.declaration(keyword),
      let made = try? memory.layer(
        declaration, attributes, make: { () throws(FieldError) -> any LayerKind in try declaration.makeLayer(fields) })
    else { return .unknown }
    let prefix = declaration.kind.namePrefix
    // The ordinal counts by kind, so another layer may have been given the name; nobody refers to a join by it.
    var name = countedName(prefix, at: place.level)
    while levels[place.level].entries[name] != nil { name = countedName(prefix, at: place.level) }
    let text = claim(name, at: place.level, span: span, isAutomatic: true, place.environment)
    let request = NodeRequest(
      layer: made.layer, memory: made.index, attributes: attributes, name: text,
      path: path(of: text, at: place.level), span: span)
    let flow = addNode(request, inputs, scope: place.scope, place.environment)
    levels[place.level].entries.update(text) { $0.join = flow.value.node }
    return flow
  }

  /// Expands what a combinator applies: a list on its own scope, or one item in place of it; nil if nothing of it is there.
  mutating func expandBody(
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
      for (position, (branch, start)) in zip(branches, inputs).enumerated() {
        let given = builder.name(of: branch, at: inner.level)
        guard let output = builder.expandBody(branch.body, name: given, kind: .body, from: start, inner) else {
          if inputs[position].value != input.value {
            builder.report(
              .emptyBranch, "nothing is left of this branch, so its share of the channels would be dropped",
              at: branch.nameSpan, in: inner.environment,
              notes: [
                .init("switch the branch off with `when`, which gives its share to the others, or write `identity`")
              ])
          }
          continue
        }
        outputs.append(output)
        labels.append((branch.name ?? "", position + 1))
      }
      guard let first = outputs.first else {
        builder.report(
          .emptyBranch, "every branch is switched off by `when`, so that nothing is left", at: item.operationSpan,
          in: inner.environment, notes: [.init("put `when` on the whole, or write a branch of `identity`")])
        return input
      }
      // One branch left needs no join.
      if outputs.count == 1 { return first }
      if builder.checkJoin(join, outputs, labels, item, inner.environment) { return .unknown }
      return builder.addJoin(join.rawValue, of: outputs, at: item.operationSpan, inner)
    }
  }

  /// A branch's key; without one a list in a numbered list has a number, as every list there.
  private mutating func name(of branch: Branch, at level: Int) -> GivenName? {
    if let name = branch.name { return GivenName(text: name, span: branch.nameSpan) }
    // One item in place of a list takes its number by itself.
    guard levels[level].isNumbered, !branch.body.isSingle else { return nil }
    defer { levels[level].nextNumber += 1 }
    return GivenName(text: String(levels[level].nextNumber), span: branch.nameSpan)
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
    let list = zip(labels, shapes).map { "\($0.0.isEmpty ? "branch \($0.1)" : $0.0) \($1)" }.joined(separator: ", ")
    let isOfOneRank = shapes.allSatisfy { $0.rank == first.rank }
    let what = join == .concat && isOfOneRank ? first.axes.map(\.name).listed : "shapes"
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
    scopes[scope].givenName = claimed
    if let claimed { register(claimed, at: place.level, flow: result) }
    return result
  }

  /// Expands the body of a combinator under the combinator's name; says where its join stands, and the name taken.
  mutating func namedBody(
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
}
