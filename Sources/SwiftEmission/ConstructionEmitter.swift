import Blueprints
import Diagnostics
import Layers
import SwiftSource

/// Writes how modules are made: as an expression where one line of thought does, else with statements before it.
struct ConstructionEmitter {
  struct Made {
    var statements: [Statement] = []
    var value: SwiftExpression
  }

  private let emitter: TypeEmitter
  /// The names of parameters and variables here.
  private(set) var locals: Set<String>
  private var bindings: Bindings
  private var constants: Set<String> = []

  init(_ emitter: TypeEmitter, locals: Set<String>, bindings: Bindings) {
    self.emitter = emitter
    self.locals = locals
    self.bindings = bindings
  }

  /// The construction of a module; `name` is for a variable that it may need.
  mutating func make(_ construction: Construction, name: String) -> Made {
    switch construction {
    case .layer(let layer): return Made(value: emitter.call(layer, bindings))
    case .type(let index, let arguments): return Made(value: call(index, arguments))
    case .array(let element, let count, let index): return array(element, count, index)
    case .sequence(let steps):
      if let list = plain(steps) { return Made(value: .call("Sequential", list.map { Argument(nil, $0) })) }
      var name = name
      while steps.loopVariables.contains(name) || constants.contains(name) || isUsed(name) { name += "Layers" }
      locals.insert(name)
      return Made(
        statements: [.variable(name, .call("Sequential"))] + statements(steps, into: name), value: .name(name))
    }
  }

  private func call(_ index: Int, _ arguments: [TypeArgument]) -> SwiftExpression {
    let type = emitter.types[index]
    return .call(
      type.name,
      arguments.map { argument in
        let parameter = type.parameters.first { $0.name == argument.parameter }
        let label = parameter.flatMap { type.label(of: $0) } ?? argument.parameter
        return Argument(
          label, emitter.value(argument.value, parameter?.type ?? .int, bindings))
      })
  }

  private mutating func array(_ element: Construction, _ count: Term, _ index: String) -> Made {
    let outer = bindings
    defer { bindings = outer }
    bindings[index] = .int(0)
    let made = make(element, name: "element")
    if count == .int(1) { return Made(value: .array([made.value])) }
    let range = SwiftExpression.binary(.integer(0), .range, count.swift(outer))
    let parameter = element.variables.contains(index) ? index : "_"
    return Made(
      value: .trailingClosure(.member(.tuple([Argument(nil, range)]), "map"), parameters: [parameter], body: made.value)
    )
  }

  /// The modules of a sequence without loops, conditions and names; nil if it has some.
  private mutating func plain(_ steps: [SequenceStep]) -> [SwiftExpression]? {
    // An array alone would be taken for the list of elements, in place of the one element that it is.
    if steps.count == 1, case .append(.array, _, _) = steps[0] { return nil }
    // What was tried here is made again if it is no such sequence.
    let names = (locals, constants)
    defer { (locals, constants) = names }
    var result: [SwiftExpression] = []
    for step in steps {
      guard case .append(let construction, nil, _) = step else { return nil }
      let made = make(construction, name: "part")
      guard made.statements.isEmpty else { return nil }
      result.append(made.value)
    }
    // A long list reads better a line each.
    return result.count <= 6 ? result : nil
  }

  private mutating func statements(_ steps: [SequenceStep], into name: String) -> [Statement] {
    var result: [Statement] = []
    for step in steps {
      switch step {
      case .append(let construction, let elementName, let comment):
        var part = elementName.map { Identifier.property($0.prefix) } ?? "part"
        if locals.contains(part) || isUsed(part) { part += "Layers" }
        if constants.contains(part) || locals.contains(part) || isUsed(part) { part = unused(part) }
        let made = make(construction, name: part)
        if locals.remove(part) != nil { constants.insert(part) }
        result += made.statements
        var value = made.value
        // A closure within an argument is hard to read.
        if case .trailingClosure = value {
          let constant = unusedConstant(part)
          result.append(.constant(constant, value))
          value = .name(constant)
        }
        var arguments = [Argument(nil, value)]
        if let elementName { arguments.append(Argument("name", text(elementName))) }
        result.append(.expression(.call(.member(.name(name), "append"), arguments), comment: comment))
      case .condition(let term, let inner):
        result.append(.conditional(.expression(term.swift(bindings)), then: statements(inner, into: name)))
      case .declare(let variable, let term):
        locals.insert(variable)
        result.append(.variable(variable, term.swift(bindings)))
        bindings[variable] = term.evaluated(bindings)
      case .assign(let variable, let term): result.append(.assignment(.name(variable), term.swift(bindings)))
      case .loop(let loop): result.append(statement(loop, into: name))
      }
    }
    return result
  }

  /// Whether a name means something that initializers use: a type, or a function.
  private func isUsed(_ name: String) -> Bool {
    ReservedNames.types.contains(name) || ReservedNames.arithmetic.contains(name)
      || emitter.types.contains { $0.name == name }
  }

  private mutating func unusedConstant(_ wanted: String) -> String {
    let name = unused(wanted)
    constants.insert(name)
    return name
  }

  /// The name, or one like it that no variable and no constant has.
  private func unused(_ wanted: String) -> String {
    UniqueNames.unlike(wanted) { constants.contains($0) || locals.contains($0) || isUsed($0) }
  }

  private func text(_ name: CountedName) -> SwiftExpression {
    guard let number = name.number else { return .string(name.prefix) }
    return .interpolation([.text(name.prefix), .expression(number.swift(bindings))])
  }

  private mutating func statement(_ loop: LoopStep, into name: String) -> Statement {
    let outer = bindings
    let outerNames = (locals, constants)
    defer { (bindings, locals, constants) = (outer, outerNames.0, outerNames.1) }
    bindings[loop.index] = .int(0)
    for column in loop.columns { bindings[column.name] = column.values.first }
    let usesIndex = loop.body.variables.contains(loop.index)
    let body = statements(loop.body, into: name)
    guard !loop.columns.isEmpty else {
      return .loop(
        pattern: usesIndex ? loop.index : "_", .binary(.integer(0), .range, loop.count.swift(outer)), body)
    }
    let names = loop.columns.map { Identifier.escaped($0.name) }
    let rows = (0..<(loop.columns[0].values.count)).map { row in
      let values = loop.columns.map { $0.values[row].swift }
      return values.count == 1 ? values[0] : SwiftExpression.tuple(values.map { Argument(nil, $0) })
    }
    let columns = names.count == 1 ? names[0] : "(\(names.joined(separator: ", ")))"
    let table = SwiftExpression.array(rows, isTable: names.count > 1)
    if !usesIndex { return .loop(pattern: columns, table, body) }
    return .loop(pattern: "(\(loop.index), \(columns))", .call(.member(table, "enumerated"), []), body)
  }
}
