import Blueprints
import Diagnostics
import Layers
import PythonSource

/// Writes how modules are made: as an expression where one line of thought does, else with statements before it.
struct ConstructionEmitter {
  struct Made {
    var statements: [PythonStatement] = []
    var value: PythonExpression
  }

  private let types: [TypeBlueprint]
  private let layers: LayerEmitter
  private var environment: Environment
  private var taken: UniqueNames

  init(_ type: TypeBlueprint, types: [TypeBlueprint], layers: LayerEmitter) {
    self.types = types
    self.layers = layers
    environment = Environment(type)
    var names = TorchNaming.locals.union(types.map(\.name)).union(type.parameters.map { TorchNaming.local($0.name) })
    for property in type.properties { names.formUnion(property.construction.loopNames) }
    taken = UniqueNames(taken: names)
  }

  /// The construction of a module; `name` is for a variable that it may need.
  mutating func make(_ construction: Construction, name: String) -> Made {
    switch construction {
    case .layer(let layer): return Made(value: layers.module(layer, environment))
    case .type(let index, let arguments): return Made(value: call(index, arguments))
    case .array(let element, let count, let index):
      return Made(value: .call("nn.Sequential", [array(element, count, index)]))
    case .sequence(let steps):
      if let list = plain(steps) { return Made(value: .call("nn.Sequential", list.map { PythonArgument(nil, $0) })) }
      let variable = taken.make(TorchNaming.local(PythonNames.name(name)), separator: "")
      return Made(
        statements: [.assignment(.name(variable), .call("nn.Sequential"))] + statements(steps, into: variable),
        value: .name(variable))
    }
  }

  /// A term, with what the file needs for it.
  func python(_ term: Term) -> PythonExpression {
    if term.calls("divisible") { layers.helpers.add(.divisible) }
    return term.python(environment.first)
  }

  private func call(_ index: Int, _ arguments: [TypeArgument]) -> PythonExpression {
    let type = types[index]
    // The first that have no default stand without their names, as one writes `Bottleneck(64, 64, stride=2)`.
    var isPositional = true
    return .call(
      type.name,
      arguments.enumerated().map { position, argument in
        let parameter = type.parameters.first { $0.name == argument.parameter }
        isPositional =
          isPositional && position < 2 && parameter?.defaultValue == nil
          && type.parameters.indices.contains(position) && type.parameters[position].name == argument.parameter
        return PythonArgument(
          isPositional ? nil : TorchNaming.local(argument.parameter), python(argument.value))
      })
  }

  private mutating func array(_ element: Construction, _ count: Term, _ index: String) -> PythonArgument {
    let outer = environment
    defer { environment = outer }
    environment = environment.entering(index, count: count)
    let made = make(element, name: "element").value
    if count == .int(1) { return PythonArgument(nil, made) }
    let variable = element.variables.contains(index) ? TorchNaming.local(index) : "_"
    return PythonArgument(
      nil,
      .starred(
        .comprehension(
          made, variable: variable, in: .call("range", [PythonArgument(nil, count.python(outer.first))]))))
  }

  /// What makes the modules of an array of copies with names of their own: `self.add_module(f"block{i + 4}", Block(…))`.
  mutating func counted(
    _ element: Construction, _ count: Term, _ index: String, number: Term, prefix: String,
    in container: PythonExpression
  ) -> PythonStatement {
    let outer = environment
    defer { environment = outer }
    environment = environment.entering(index, count: count)
    let made = make(element, name: "element").value
    let counted = number.substituting([index: .variable(index)], keepingOthers: true) ?? number
    let name = PythonExpression.formatted([.text(prefix), .expression(counted.python(environment.first))])
    return .loop(
      pattern: TorchNaming.local(index), .call("range", [PythonArgument(nil, count.python(outer.first))]),
      [
        .expression(
          .call(.member(container, "add_module"), [PythonArgument(nil, name), PythonArgument(nil, made)]))
      ])
  }

  /// The modules of a sequence without loops, conditions and names; nil if it has some.
  private mutating func plain(_ steps: [SequenceStep]) -> [PythonExpression]? {
    let names = taken
    defer { taken = names }
    var result: [PythonExpression] = []
    for step in steps {
      guard case .append(let construction, nil, _) = step else { return nil }
      let made = make(construction, name: "part")
      guard made.statements.isEmpty else { return nil }
      result.append(made.value)
    }
    // A long list reads better a line each.
    return result.count <= 6 ? result : nil
  }

  private mutating func statements(_ steps: [SequenceStep], into name: String) -> [PythonStatement] {
    var result: [PythonStatement] = []
    for step in steps {
      switch step {
      case .append(let construction, let elementName, _):
        let made = make(construction, name: elementName.map(\.prefix) ?? "part")
        result += made.statements
        result.append(append(made.value, named: elementName, to: name))
      case .condition(let term, let inner):
        result.append(.conditional(python(term), then: statements(inner, into: name)))
      case .declare(let variable, let term), .assign(let variable, let term):
        result.append(.assignment(.name(TorchNaming.local(variable)), python(term)))
        environment = environment.assigning(variable, term)
      case .loop(let loop): result.append(statement(loop, into: name))
      }
    }
    return result
  }

  private func append(_ value: PythonExpression, named name: CountedName?, to list: String) -> PythonStatement {
    guard let name else { return .expression(.call(.member(.name(list), "append"), [PythonArgument(nil, value)])) }
    if name.number == nil, TorchNaming.containerMembers.contains(name.prefix) || name.prefix.hasPrefix("_") {
      // PyTorch refuses the name, since the container has something of that name itself; the tensors have it all the same.
      return .assignment(
        .subscripted(.member(.name(list), "_modules"), .string(name.prefix)), value)
    }
    return .expression(
      .call(
        .member(.name(list), "add_module"), [PythonArgument(nil, text(name)), PythonArgument(nil, value)]))
  }

  private func text(_ name: CountedName) -> PythonExpression {
    guard let number = name.number else { return .string(name.prefix) }
    return .formatted([.text(name.prefix), .expression(number.python(environment.first))])
  }

  private mutating func statement(_ loop: LoopStep, into name: String) -> PythonStatement {
    let outer = environment
    let names = taken
    defer { (environment, taken) = (outer, names) }
    environment = environment.entering(loop.index, count: loop.count, columns: loop.columns)
    let usesIndex = loop.body.variables.contains(loop.index)
    let index = usesIndex ? TorchNaming.local(loop.index) : "_"
    let body = statements(loop.body, into: name)
    guard !loop.columns.isEmpty else {
      return .loop(
        pattern: index, .call("range", [PythonArgument(nil, loop.count.python(outer.first))]), body)
    }
    let columns = loop.columns.map { TorchNaming.local($0.name) }
    let rows = (0..<(loop.columns[0].values.count)).map { row in
      let values = loop.columns.map { $0.values[row].python }
      return values.count == 1 ? values[0] : PythonExpression.tuple(values)
    }
    if !usesIndex { return .loop(pattern: columns.joined(separator: ", "), .list(rows), body) }
    let pattern = columns.count == 1 ? columns[0] : "(\(columns.joined(separator: ", ")))"
    return .loop(
      pattern: "\(index), \(pattern)", .call("enumerate", [PythonArgument(nil, .list(rows))]), body)
  }
}

extension Construction {
  /// The names of variables that statements within declare.
  fileprivate var loopNames: Set<String> {
    switch self {
    case .layer, .type: []
    case .array(let element, _, let index): element.loopNames.union([TorchNaming.local(index)])
    case .sequence(let steps): Set(steps.loopVariables.map(TorchNaming.local))
    }
  }
}
