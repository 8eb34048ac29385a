import Diagnostics
import Expressions
import GraphIR
import SpecLanguage

/// The variables of a spec with whether anything reads them, and the blocks and functions that the network needs.
///
/// Found by walking the layers and heads, and what they lead to, once each: nothing is expanded.
struct NameUses {
  struct Variable {
    enum Kind: Hashable {
      case modelParameter
      case blockParameter(block: String)
      case functionParameter(function: String)
      case column
      /// The `as` variable of a loop.
      case loop
    }

    var name: String
    var span: Span
    var kind: Kind
    var isRead = false
    /// The outer variable of the same name.
    var hidden: Int?
    /// Whether the outer variable's value is handed on to this one: `stride: stride`.
    var isHandedOn = false
  }

  private(set) var variables: [Variable] = []
  private(set) var usedBlocks: Set<String> = []
  /// By the place of the declaration.
  private(set) var usedFunctions: Set<Span> = []
  /// The model's parameters that `preprocess` reads, which no graph shows.
  private(set) var preprocessing: Set<String> = []

  private let spec: Spec
  /// The model's parameters by name, which its own file sees.
  private var model: Scope = [:]
  private var pendingBlocks: [String] = []
  /// By block the parameters that some use gives the value of the same name.
  private var handedOnNames: [Variable.Kind: Set<String>] = [:]

  /// The variables that are seen somewhere, by name.
  typealias Scope = [String: Int]

  init(_ spec: Spec) {
    self.spec = spec
    for parameter in spec.parameters {
      model[parameter.name] = declare(parameter.name, at: parameter.nameSpan, .modelParameter, in: [:])
      if let value = parameter.defaultValue { read(value, model, unit: 0) }
    }
    let input: [Expression] =
      switch spec.input.form {
      case .features(let count): [count]
      case .maps(let channels, let height, let width): [channels, height, width]
      }
    readAll(input, model, unit: 0)
    for (index, unit) in spec.units.enumerated() {
      for arguments in unit.defaults.values {
        for argument in arguments { read(argument.value, scope(ofUnit: index), unit: index) }
      }
    }
    walk(spec.layers, model, unit: 0)
    for head in spec.heads {
      if let weight = head.weight { read(weight, model, unit: 0) }
      walk([head.item], model, unit: 0)
    }
    while let name = pendingBlocks.popLast() { walkBlock(name) }
    readPreprocessing()
    for index in variables.indices where handedOnNames[variables[index].kind]?.contains(variables[index].name) == true {
      variables[index].isHandedOn = true
    }
  }

  private func scope(ofUnit unit: Int) -> Scope { unit == 0 ? model : [:] }

  private mutating func declare(_ name: String, at span: Span, _ kind: Variable.Kind, in scope: Scope) -> Int {
    variables.append(Variable(name: name, span: span, kind: kind, hidden: scope[name]))
    return variables.count - 1
  }

  private mutating func readPreprocessing() {
    guard let preprocessing = spec.preprocessing else { return }
    let before = variables.map(\.isRead)
    for parameter in model.values { variables[parameter].isRead = false }
    readAll(
      preprocessing.resize + preprocessing.crop + preprocessing.mean + preprocessing.deviation
        + [preprocessing.scale].compactMap { $0 }, model, unit: 0)
    for (name, parameter) in model {
      if variables[parameter].isRead { self.preprocessing.insert(name) }
      if before[parameter] { variables[parameter].isRead = true }
    }
  }

  // MARK: Blocks

  private mutating func walkBlock(_ name: String) {
    guard let block = spec.blocks[name] else { return }
    var scope = scope(ofUnit: block.unit)
    let outer = scope
    let kind = Variable.Kind.blockParameter(block: name)
    for parameter in block.parameters {
      // A default sees the earlier parameters, so under its own name it sees the model's.
      if let value = parameter.defaultValue {
        noteHandOn(of: parameter.name, value, to: kind)
        read(value, scope, unit: block.unit)
      }
      scope[parameter.name] = declare(parameter.name, at: parameter.nameSpan, kind, in: outer)
    }
    walk(block.layers, scope, unit: block.unit)
  }

  private mutating func noteHandOn(of name: String, _ value: ArgumentValue, to kind: Variable.Kind) {
    if value.mentions(name) { handedOnNames[kind, default: []].insert(name) }
  }

  // MARK: Items

  private mutating func walk(_ items: [Item], _ scope: Scope, unit: Int) {
    for item in items { walk(item, scope, unit: unit) }
  }

  private mutating func walk(_ item: Item, _ scope: Scope, unit: Int) {
    readAll([item.when, item.copies].compactMap { $0 }, scope, unit: unit)
    if let name = item.name { read(name, scope, unit: unit) }
    for shape in [item.expectation?.input, item.expectation?.output] {
      readAll(shape?.dimensions ?? [], scope, unit: unit)
    }
    switch item.operation {
    case .layer(let call):
      for argument in call.arguments { read(argument.value, scope, unit: unit) }
    case .block(let call):
      for argument in call.arguments {
        noteHandOn(of: argument.name, argument.value, to: .blockParameter(block: call.block))
        read(argument.value, scope, unit: unit)
      }
      if usedBlocks.insert(call.block).inserted { pendingBlocks.append(call.block) }
    case .use(let name, _):
      if let variable = scope[name] { variables[variable].isRead = true }
    case .forEach(let loop): walk(loop, scope, unit: unit)
    case .residual(_, let shortcut, let scale):
      readAll([shortcut.when, scale].compactMap { $0 }, scope, unit: unit)
      if let name = shortcut.name { read(name, scope, unit: unit) }
      walk(item.directItems, scope, unit: unit)
    case .split(_, let shares, _):
      readAll(shares, scope, unit: unit)
      walk(item.directItems, scope, unit: unit)
    case .identity, .sequence, .level, .branches, .gate, .append: walk(item.directItems, scope, unit: unit)
    }
  }

  private mutating func walk(_ loop: ForEach, _ scope: Scope, unit: Int) {
    var inner = scope
    switch loop.rows {
    case .count(let expression): read(expression, scope, unit: unit)
    case .table(let rows):
      for column in rows.first ?? [] {
        inner[column.name] = declare(column.name, at: column.nameSpan, .column, in: scope)
      }
      for column in rows.joined() {
        read(column.value, scope, unit: unit)
        if let variable = inner[column.name], column.value.mentions(column.name) {
          variables[variable].isHandedOn = true
        }
      }
    }
    if let name = loop.variable {
      inner[name] = declare(name, at: loop.variableSpan ?? spec.layersSpan, .loop, in: inner)
    }
    walk(loop.layers, inner, unit: unit)
  }

  // MARK: Values

  private mutating func read(_ template: NameTemplate, _ scope: Scope, unit: Int) {
    for case .expression(let expression) in template.parts { read(expression, scope, unit: unit) }
  }

  private mutating func read(_ value: ArgumentValue, _ scope: Scope, unit: Int) {
    switch value.form {
    case .expression(let expression): read(expression, scope, unit: unit)
    case .list(let list): readAll(list, scope, unit: unit)
    case .table(let rows): readAll(Array(rows.joined()), scope, unit: unit)
    case .initializers(let list):
      for declaration in list {
        for argument in declaration.arguments { read(argument.value, scope, unit: unit) }
      }
    case .item(let item): walk(item, scope, unit: unit)
    case .word: break
    }
  }

  private mutating func readAll(_ expressions: [Expression], _ scope: Scope, unit: Int) {
    for expression in expressions { read(expression, scope, unit: unit) }
  }

  private mutating func read(_ expression: Expression, _ scope: Scope, unit: Int) {
    switch expression.node {
    case .integer, .float, .boolean: break
    case .path(let path):
      if let variable = scope[path[0]] { variables[variable].isRead = true }
    case .call(let name, _, let arguments):
      readAll(arguments, scope, unit: unit)
      call(name, unit: unit)
    case .negation(let inner), .not(let inner): read(inner, scope, unit: unit)
    case .binary(_, let left, let right): readAll([left, right], scope, unit: unit)
    case .conditional(let chosen, let condition, let other): readAll([condition, chosen, other], scope, unit: unit)
    }
  }

  private mutating func call(_ name: String, unit: Int) {
    guard let function = spec.units[unit].functions[name], usedFunctions.insert(function.span).inserted else { return }
    let outer = scope(ofUnit: unit)
    var scope = outer
    for parameter in function.parameters {
      scope[parameter] = declare(parameter, at: function.span, .functionParameter(function: name), in: outer)
    }
    read(function.body, scope, unit: unit)
  }
}

extension ArgumentValue {
  /// Whether the value is computed from a name.
  fileprivate func mentions(_ name: String) -> Bool {
    switch form {
    case .expression(let expression): expression.mentions([name])
    case .list(let list): list.contains { $0.mentions([name]) }
    case .item(let item): if case .use(name, _) = item.operation { true } else { false }
    case .table, .word, .initializers: false
    }
  }
}
