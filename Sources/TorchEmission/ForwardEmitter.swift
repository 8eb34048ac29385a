import Blueprints
import Diagnostics
import Layers
import PythonSource

/// Writes a type's forward pass.
struct ForwardEmitter {
  private let emitter: ClassEmitter
  private var names: [Int: String] = [:]
  /// What flows in, by the names of the function's parameters.
  private var parameters: [String] = []
  /// What flows from line to line; another name where the input is read for longer.
  private var flow = "x"
  private var taken: UniqueNames
  private let optionals: Set<String>
  /// The values that something reads.
  private var read: Set<Int> = []
  private var declared = false
  /// Whether the statements are those of a condition or a head, where the flow may not be touched.
  private var isInner = false

  /// `inputs` are the names of the network's inputs where there are several, `outputs` those of its outputs likewise.
  init(_ emitter: ClassEmitter, inputs: [String] = []) {
    self.emitter = emitter
    let type = emitter.type
    taken = UniqueNames(taken: TorchNaming.locals.union(emitter.types.map(\.name)).union(["i"]))
    optionals = Set(type.properties.filter { $0.condition != nil }.map(\.name))
    let wanted = inputs.isEmpty ? type.inputs : inputs
    if wanted.isEmpty {
      parameters = ["x"]
    } else {
      for input in wanted {
        let name = PythonNames.name(input)
        let isFree = name == "x" && !parameters.contains("x") || !taken.contains(name)
        let own = isFree ? name : taken.make("\(name)_input", separator: "")
        taken.take(own)
        parameters.append(own)
      }
    }
    for (value, name) in parameters.enumerated() { names[value] = name }
  }

  /// The function; `outputs` are the keys of a dictionary where there are several.
  mutating func function(outputs: [String]) -> PythonFunction {
    let type = emitter.type
    let modules = Set(
      type.properties.filter { if case .layer = $0.construction { false } else { true } }.map(\.name))
    let nesting = ForwardNesting(type.forward, optionals: optionals, modules: modules, heads: type.heads)
    var (lines, results) = nesting.lines(type.forward.statements, results: type.forward.results)
    let heads = type.heads.map { nesting.lines($0.statements, results: [$0.result]) }
    let behind = heads.flatMap { head in head.lines.flatMap(\.reads) + head.results.flatMap(\.reads) }
    // What is returned as it is made needs no name.
    if results.count == 1, heads.isEmpty, case .value(let value) = results[0],
      case .define(value, let tree)? = lines.last
    {
      lines.removeLast()
      results = [tree]
    }
    read = Set(lines.flatMap(\.reads) + results.flatMap(\.reads) + behind)
    chooseFlow(lines, later: results.flatMap(\.reads) + behind)
    var statements = emit(lines, later: results.flatMap(\.reads) + behind, isLast: heads.isEmpty)
    let place = results.count == 1 ? results[0].place : nil
    var ahead: [PythonStatement] = []
    var values = results.map { expression($0, &ahead) }
    if results.count == 1, isTooLong(values[0], after: "return ", indent: 8), case .apply = results[0] {
      ahead = []
      values = [spilled(results[0], &ahead)]
    }
    var result =
      outputs.isEmpty
      ? values[0] : .dictionary(zip(outputs, values).map { PythonArgument($0, $1) })
    statements += ahead
    if !heads.isEmpty {
      if case .name = result {
      } else {
        let name = taken.make("result", separator: "")
        statements += located(place, [.assignment(.name(name), result)])
        result = .name(name)
      }
      statements.append(
        .conditional(
          .binary(.own("training"), .and, .own("has_heads")), then: trained(heads, beside: result)))
      statements.append(.returned(result))
    } else {
      statements += located(place, [.returned(result)])
    }
    return PythonFunction(
      "forward", [PythonParameter("self", "")] + parameters.map { PythonParameter($0, "Tensor") },
      result: resultType(outputs), body: statements)
  }

  private func resultType(_ outputs: [String]) -> String {
    let plain = outputs.isEmpty ? "Tensor" : "dict[str, Tensor]"
    if emitter.type.heads.isEmpty { return plain }
    return outputs.isEmpty ? "Tensor | tuple[Tensor, ...]" : "\(plain) | tuple[\(plain) | Tensor, ...]"
  }

  /// What training does behind the forward pass.
  private mutating func trained(
    _ heads: [(lines: [ForwardLine], results: [ForwardTree])], beside result: PythonExpression
  ) -> [PythonStatement] {
    var statements: [PythonStatement] = []
    var values = [result]
    for (head, blueprint) in zip(heads, emitter.type.heads) {
      statements += emitInner(head.lines)
      let value = expression(head.results[0], &statements)
      let name = taken.make(TorchNaming.local(PythonNames.name(blueprint.name)), separator: "")
      statements += located(head.results[0].place, [.assignment(.name(name), value)])
      values.append(.name(name))
    }
    return statements + [.returned(.tuple(values))]
  }

  /// Chooses what flows from line to line.
  private mutating func chooseFlow(_ lines: [ForwardLine], later: [Int]) {
    let rest = lines.dropFirst().flatMap(\.reads) + later
    let isHeld = parameters.indices.contains { position in parameters[position] == "x" && rest.contains(position) }
    flow = isHeld ? "y" : "x"
    if parameters.contains(flow), isHeld { flow = taken.make("flow", separator: "") }
  }

  // MARK: Lines

  private mutating func emit(_ lines: [ForwardLine], later: [Int], isLast: Bool) -> [PythonStatement] {
    var statements: [PythonStatement] = []
    // The line that reads a value last; what is returned is read behind all lines.
    var lastRead: [Int: Int] = [:]
    for (position, line) in lines.enumerated() {
      for value in line.reads { lastRead[value] = position }
    }
    for value in later { lastRead[value] = lines.count }
    for (position, line) in lines.enumerated() {
      // The flow goes from line to line; a value that is needed for longer has a name of its own.
      let isShort = lastRead[line.output] ?? 0 <= position + 1 && (isLast || lastRead[line.output] ?? 0 < lines.count)
      switch line {
      case .define(let value, let tree):
        let name = isShort || !read.contains(value) ? flow : nil
        statements += define(value, tree, as: read.contains(value) ? name : "")
      case .condition(let condition, let properties, let body, let result):
        guard read.contains(condition.output) else {
          let inner = emitInner(body, result: result, into: "")
          statements.append(.conditional(question(condition, properties), then: inner))
          continue
        }
        let old = expression(.value(condition.otherwise), &statements)
        let oldLives = lastRead[condition.otherwise] ?? 0 > position
        var name = isShort ? flow : named(result.label)
        if name == flow, names[condition.otherwise] != flow || oldLives, declared || oldLives {
          name = named(result.label)
        }
        if name == flow { declared = true }
        if .name(name) != old { statements.append(.assignment(.name(name), old)) }
        let inner = emitInner(body, result: result, into: name)
        statements.append(.conditional(question(condition, properties), then: inner))
        names[condition.output] = name
      }
    }
    return statements
  }

  /// The statements that give a value a name: that of the flow, one of its own where none is given, none if it is empty.
  private mutating func define(_ value: Int?, _ tree: ForwardTree, as given: String?) -> [PythonStatement] {
    var statements: [PythonStatement] = []
    if case .apply(let application, let inputs) = tree, case .property(let property) = application.callee,
      let copies = emitter.copies(property), let input = inputs.first
    {
      let start = expression(input, &statements)
      let name = given == "" ? taken.make("_", separator: "") : given ?? named(tree.label)
      if .name(name) != start { statements.append(.assignment(.name(name), start)) }
      let call = PythonExpression.call(copies.module, [PythonArgument(nil, .name(name))])
      statements.append(
        .loop(
          pattern: copies.variable, .call("range", [PythonArgument(nil, copies.count)]),
          [.assignment(.name(name), call)]))
      if let value { names[value] = name }
      if name == flow { declared = true }
      return located(tree.place, statements)
    }
    var text = expression(tree, &statements)
    let before = given ?? PythonNames.name(tree.label)
    if isTooLong(text, after: before + " = ", indent: 8) {
      statements = []
      text = spilled(tree, &statements)
    }
    if given == "" { return located(tree.place, statements + [.expression(text)]) }
    let name = given ?? named(tree.label)
    if let value { names[value] = name }
    if name == flow { declared = true }
    return located(tree.place, statements + [.assignment(.name(name), text)])
  }

  /// The lines of a condition's body or a head, each value with a name of its own.
  private mutating func emitInner(_ lines: [ForwardLine]) -> [PythonStatement] {
    let wasInner = isInner
    isInner = true
    defer { isInner = wasInner }
    var statements: [PythonStatement] = []
    for line in lines {
      switch line {
      case .define(let value, let tree): statements += define(value, tree, as: read.contains(value) ? nil : "")
      case .condition(let condition, let properties, let body, let inner):
        guard read.contains(condition.output) else {
          statements.append(
            .conditional(question(condition, properties), then: emitInner(body, result: inner, into: "")))
          continue
        }
        let own = named(inner.label)
        statements.append(.assignment(.name(own), expression(.value(condition.otherwise), &statements)))
        statements.append(
          .conditional(question(condition, properties), then: emitInner(body, result: inner, into: own)))
        names[condition.output] = own
      }
    }
    return statements
  }

  /// The same, and the result under a name.
  private mutating func emitInner(
    _ lines: [ForwardLine], result: ForwardTree, into name: String
  ) -> [PythonStatement] {
    let statements = emitInner(lines)
    let wasInner = isInner
    isInner = true
    defer { isInner = wasInner }
    return statements + define(nil, result, as: name)
  }

  /// Statements behind a comment that says where the spec has what they compute, where that is wanted.
  private func located(_ place: SourceLine?, _ statements: [PythonStatement]) -> [PythonStatement] {
    guard let place, emitter.locatesSources, !statements.isEmpty else { return statements }
    return [.comment(place.description)] + statements
  }

  private func question(_ condition: ForwardCondition, _ properties: [String]) -> PythonExpression {
    if let flag = condition.flag { return condition.isNegated ? .not(.own(flag)) : .own(flag) }
    let asked = properties.map { emitter.isPresent($0, true) }
    return asked.dropFirst().reduce(asked.first ?? .literal("True")) { .binary($0, .and, $1) }
  }

  private mutating func named(_ label: String) -> String {
    let name = TorchNaming.local(PythonNames.name(label))
    return taken.take(name) ? name : taken.make("\(name)_out", separator: "")
  }

  // MARK: Expressions

  private func isTooLong(_ expression: PythonExpression, after text: String, indent: Int) -> Bool {
    PythonPrinter.flat(expression).count + text.count + indent > 88
  }

  /// An expression; what is no part of one, such as a loop, stands in statements before it.
  private mutating func expression(_ tree: ForwardTree, _ ahead: inout [PythonStatement]) -> PythonExpression {
    switch tree {
    case .value(let value): return .name(names[value] ?? "x")
    case .apply(let application, let inputs):
      switch application.callee {
      case .property(let name):
        if emitter.copies(name) != nil { return spill(tree, &ahead) }
        let operands = inputs.map { expression($0, &ahead) }
        return .call(emitter.module(name), operands.map { PythonArgument(nil, $0) })
      case .function(let layer):
        let isJoin = layer.isJoin
        let operands = inputs.map { input -> PythonExpression in
          // A choice within a sum is hard to read.
          if isJoin, case .optional = input { return spill(input, &ahead) }
          return expression(input, &ahead)
        }
        return emitter.layers.apply(layer, to: operands)
      }
    case .optional(let name, let input, let otherwise, _):
      let other = expression(.value(otherwise), &ahead)
      let value = PythonExpression.call(
        emitter.module(name), [PythonArgument(nil, expression(input, &ahead))])
      if case .binary(_, .isSame, _) = emitter.isPresent(name, false) {
        return .conditional(emitter.isPresent(name, false), then: other, else: value)
      }
      return .conditional(emitter.isPresent(name, true), then: value, else: other)
    }
  }

  /// A value with a name of its own, given in statements before.
  private mutating func spill(_ tree: ForwardTree, _ ahead: inout [PythonStatement]) -> PythonExpression {
    if case .value = tree { return expression(tree, &ahead) }
    // What it is joined with may be the flow, which stays what it is.
    let wasInner = isInner
    isInner = true
    defer { isInner = wasInner }
    let name = named(tree.label)
    ahead += define(nil, tree, as: name)
    return .name(name)
  }

  /// What flows into a call, given a line of its own before it; nil where that is no step of the flow.
  private mutating func flowing(
    _ inputs: [ForwardTree], _ ahead: inout [PythonStatement]
  ) -> PythonExpression? {
    guard !isInner, inputs.count == 1, case .apply = inputs[0] else { return nil }
    ahead += define(nil, inputs[0], as: flow)
    return .name(flow)
  }

  /// An expression that is too long for a line: what an operator joins, and what is applied within a call, stand before it.
  private mutating func spilled(_ tree: ForwardTree, _ ahead: inout [PythonStatement]) -> PythonExpression {
    guard case .apply(let application, let inputs) = tree else { return expression(tree, &ahead) }
    switch application.callee {
    case .function(let layer) where emitter.layers.isOperator(layer):
      return emitter.layers.apply(layer, to: inputs.map { spill($0, &ahead) })
    case .function(let layer) where layer.isJoin:
      // Operators within the brackets of a call stand before it.
      return emitter.layers.apply(
        layer,
        to: inputs.map { input in
          guard case .apply(let application, _) = input, case .function(let inner) = application.callee,
            emitter.layers.isOperator(inner) || inner.isSubscript
          else { return expression(input, &ahead) }
          return spill(input, &ahead)
        })
    case .function(let layer):
      guard let input = flowing(inputs, &ahead) else { return expression(tree, &ahead) }
      return emitter.layers.apply(layer, to: [input])
    case .property(let name):
      guard emitter.copies(name) == nil, let input = flowing(inputs, &ahead) else { return expression(tree, &ahead) }
      return .call(emitter.module(name), [PythonArgument(nil, input)])
    }
  }
}
