import Diagnostics
import Expressions
import Layers
import Shapes
import SpecLanguage

/// Items that stand where others do: those handed over as arguments, and lists written out in place.
extension GraphBuilder {
  /// A parameter of type `layer`: its item among the names it was written among, on the level where it is used.
  mutating func use(
    _ parameter: String, at span: Span, with arguments: [Argument], _ item: Item, _ inputs: [Flow], _ place: Place,
    _ name: ItemName
  ) -> Flow {
    let input = inputs[0]
    switch binding(parameter, place.environment) {
    case .layer(var inner, var captured)?:
      guard check(arguments, for: inner, of: parameter, place.environment) else { return .unknown }
      var filled = place.filled
      for argument in arguments { filled[argument.name] = .given(argument, place.environment) }
      // What flows in is what flows here; but for the item's own, references mean the nodes of where it was written.
      captured.edge = stamp
      captured.frame = place.environment.frame
      captured.blockDepth = place.environment.blockDepth
      var given: GivenName?
      if case .one(let name) = name {
        inner.name = nil
        given = name
      }
      let (firstNode, firstScope) = (nodes.count, scopes.count)
      let result = expand(
        inner, at: place.level, scope: place.scope, captured, from: input, given: given, filled: filled,
        entering: inputs, isSpliced: place.isSpliced)
      note(result, nodesFrom: firstNode, scopesFrom: firstScope, at: item.operationSpan, place)
      return result ?? input
    case .value?, .padding?:
      report(.expressionType, "parameter '\(parameter)' is not of type layer", at: span, in: place.environment)
    case nil where LayerRegistry.declaration(parameter) != nil || spec.blocks[parameter] != nil:
      let kind = spec.blocks[parameter] == nil ? "layer kind" : "block"
      report(
        .unknownName, "'\(parameter)' is a \(kind), and `use` takes a parameter of type layer", at: span,
        in: place.environment, notes: [.init("write `- \(parameter)` for the \(kind) itself")])
    case nil:
      let known =
        place.environment.bindings.names + modelParameters.keys + spec.blocks.keys
        + LayerRegistry.declarations.keys
      report(
        .unknownName,
        "no layer kind, block or parameter of type layer is called '\(parameter)' here\(suggestion(for: parameter, among: known))",
        at: span, in: place.environment)
    }
    return .unknown
  }

  /// Notes what an item that was handed over became: what is told of its use is told of that.
  private mutating func note(
    _ result: Flow?, nodesFrom node: Int, scopesFrom scope: Int, at use: Span, _ place: Place
  ) {
    guard let output = result?.shape else { return }
    if scope < scopes.count {
      handedOver.append(HandedOver(use: use, scope: place.scope, made: .scope(scope), output: output))
    } else if node + 1 == nodes.count {
      handedOver.append(HandedOver(use: use, scope: place.scope, made: .node(node), output: output))
    }
  }

  /// Reports arguments of `with` that an item does not take.
  private mutating func check(
    _ arguments: [Argument], for item: Item, of parameter: String, _ environment: Environment
  ) -> Bool {
    guard let first = arguments.first else { return true }
    let known: [String]
    switch item.operation {
    case .layer(let call): known = LayerRegistry.declaration(call.keyword)?.written.map(\.name) ?? []
    case .block(let call): known = spec.blocks[call.block]?.parameters.map(\.name) ?? []
    case .use: return true
    default:
      report(
        .unknownKey, "'with' gives arguments to a layer kind or a block, but '\(parameter)' is \(item.word)",
        at: first.nameSpan, in: environment, notes: [.init("it is written here", at: item.span)])
      return false
    }
    for argument in arguments where !known.contains(argument.name) {
      let hint = suggestion(for: argument.name, among: known)
      let list = known.isEmpty ? "; it has none" : "; it has \(known.joined(separator: ", "))"
      report(
        .unknownKey,
        "'\(parameter)' is \(item.word) here, which has no '\(argument.name)'\(hint.isEmpty ? list : hint)",
        at: argument.nameSpan, in: environment, notes: [.init("it is written here", at: item.span)])
      return false
    }
    return true
  }

  /// A list written out in place: its items take the numbers and names of the list around.
  mutating func splice(_ body: Body, _ item: Item, _ input: Flow, _ place: Place) -> Flow {
    let scope = openScope(
      .list, name: nil, span: item.span, in: place.scope, input: input, path: levels[place.level].path)
    var flow = input
    for (index, entry) in body.items.enumerated() {
      if isAborted { return .unknown }
      flow =
        expand(
          entry, at: place.level, scope: scope, place.environment, from: flow, given: nil,
          filled: index == 0 ? place.filled : [:], isSpliced: true) ?? flow
    }
    scopes[scope].output = flow.value
    return flow
  }

  // MARK: Arguments whose type is known late

  /// An argument of `with`, read as the field it is for takes it: a word may be one of the field's.
  func suited(_ argument: ArgumentValue, to type: Field.FieldType, _ environment: Environment) -> ArgumentValue {
    guard let word = freeWord(argument, environment) else { return argument }
    switch type {
    case .padding where Padding(word: word) != nil: return ArgumentValue(form: .word(word), span: argument.span)
    case .word: return ArgumentValue(form: .word(word), span: argument.span)
    default: return argument
    }
  }

  /// An argument of `with`, read as the parameter it is for takes it.
  func suited(_ argument: ArgumentValue, to type: ParameterType, _ environment: Environment) -> ArgumentValue {
    switch type {
    case .padding:
      return suited(argument, to: Field.FieldType.padding, environment)
    case .layer:
      guard case .expression(let expression) = argument.form, let form = layer(expression, at: argument.span) else {
        return argument
      }
      return ArgumentValue(form: form, span: argument.span)
    case .int, .float, .bool, .size: return argument
    }
  }

  /// The layer that an expression names or chooses; nil if it does neither.
  private func layer(_ expression: Expression, at span: Span) -> ArgumentValue.Form? {
    switch expression.node {
    case .path(let path) where path.count == 1:
      return .item(Item(operation: .use(path[0], span, with: []), operationSpan: span, span: span))
    case .conditional(let chosen, if: let condition, else: let otherwise):
      guard let first = layer(chosen, at: span), let second = layer(otherwise, at: span) else { return nil }
      return .choice(
        ArgumentValue(form: first, span: span), condition: condition,
        otherwise: ArgumentValue(form: second, span: span))
    default: return nil
    }
  }

  /// The word that an argument is, if no name means anything else by it.
  private func freeWord(_ argument: ArgumentValue, _ environment: Environment) -> String? {
    guard case .expression(let expression) = argument.form, case .path(let path) = expression.node, path.count == 1,
      binding(path[0], environment) == nil
    else { return nil }
    return path[0]
  }
}
