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
      /// A value that flows into a block beside the first.
      case blockInput(block: String)
      /// An input of the network beside the first.
      case input
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
  private var model: [String: Int] = [:]
  private var pendingBlocks: [String] = []
  private var pendingFunctions: [(function: FunctionDeclaration, unit: Int)] = []
  /// By block the parameters that some use gives the value of the same name.
  private var handedOnNames: [Variable.Kind: Set<String>] = [:]

  /// The names that are seen somewhere: those of a file, which may be the model's, and the inner ones.
  private struct Scope {
    var unit: Int
    var inner: [String: Int] = [:]
  }

  /// `assignments` are values of the model's parameters from elsewhere.
  init(_ spec: Spec, assignments: [Argument] = []) {
    self.spec = spec
    let root = Scope(unit: 0)
    for parameter in spec.parameters {
      if let value = parameter.defaultValue { read(value, root) }
      model[parameter.name] = declare(parameter.name, at: parameter.nameSpan, .modelParameter, in: root)
    }
    for input in spec.inputs {
      switch input.form {
      case .features(let count): read(count, root)
      case .spatial(let channels, let sizes): read([channels] + sizes, root)
      }
    }
    for (index, unit) in spec.units.enumerated() {
      for argument in unit.defaults.values.joined() { read(argument.value, Scope(unit: index)) }
    }
    var layers = root
    for input in spec.inputs.dropFirst() {
      if let name = input.name, model[name] == nil { layers.inner[name] = declareInput(name, at: input.span, .input) }
    }
    walk(spec.layers, layers)
    for head in spec.heads {
      if let weight = head.weight { read(weight, root) }
      walk([head.item], layers)
    }
    for output in spec.outputs { read(output.reference, layers) }
    // A block may be what a parameter is in a variant or a sweep alone.
    for argument in spec.variants.flatMap(\.assignments) + assignments { read(argument.value, root) }
    for value in spec.sweeps.flatMap(\.axes).flatMap(\.values) { read(value, root) }
    walkPending()
    readPreprocessing()
    for index in variables.indices where handedOnNames[variables[index].kind]?.contains(variables[index].name) == true {
      variables[index].isHandedOn = true
    }
  }

  private func variable(_ name: String, in scope: Scope) -> Int? {
    scope.inner[name] ?? (scope.unit == 0 ? model[name] : nil)
  }

  private mutating func declare(_ name: String, at span: Span, _ kind: Variable.Kind, in scope: Scope) -> Int {
    variables.append(Variable(name: name, span: span, kind: kind, hidden: variable(name, in: scope)))
    return variables.count - 1
  }

  /// An input, which hides no variable: only what has members could be both.
  private mutating func declareInput(_ name: String, at span: Span, _ kind: Variable.Kind) -> Int {
    variables.append(Variable(name: name, span: span, kind: kind))
    return variables.count - 1
  }

  private mutating func readPreprocessing() {
    guard let preprocessing = spec.preprocessing else { return }
    let before = variables.map(\.isRead)
    for parameter in model.values { variables[parameter].isRead = false }
    read(
      preprocessing.resize + preprocessing.crop + preprocessing.mean + preprocessing.deviation
        + [preprocessing.scale].compactMap { $0 }, Scope(unit: 0))
    walkPending()
    for (name, parameter) in model {
      if variables[parameter].isRead { self.preprocessing.insert(name) }
      if before[parameter] { variables[parameter].isRead = true }
    }
  }

  /// Walks the blocks and functions that were found, and those that are found on the way.
  private mutating func walkPending() {
    while true {
      if let name = pendingBlocks.popLast() {
        walkBlock(name)
      } else if let (function, unit) = pendingFunctions.popLast() {
        walkFunction(function, unit: unit)
      } else {
        return
      }
    }
  }

  // MARK: Blocks

  private mutating func walkBlock(_ name: String) {
    guard let block = spec.blocks[name] else { return }
    let outer = Scope(unit: block.unit)
    var scope = outer
    let kind = Variable.Kind.blockParameter(block: name)
    for parameter in block.parameters {
      // A default sees the earlier parameters, so under its own name it sees the model's.
      if let value = parameter.defaultValue {
        noteHandOn(of: parameter.name, value, to: kind)
        read(value, scope)
      }
      scope.inner[parameter.name] = declare(parameter.name, at: parameter.nameSpan, kind, in: outer)
    }
    for input in block.inputs.dropFirst() where variable(input.name, in: scope) == nil {
      scope.inner[input.name] = declareInput(input.name, at: input.span, .blockInput(block: name))
    }
    walk(block.layers, scope)
  }

  private mutating func noteHandOn(of name: String, _ value: ArgumentValue, to kind: Variable.Kind) {
    if value.mentions(name) { handedOnNames[kind, default: []].insert(name) }
  }

  // MARK: Items

  private mutating func walk(_ items: [Item], _ scope: Scope) {
    for item in items { walk(item, scope) }
  }

  private mutating func walk(_ item: Item, _ scope: Scope) {
    if let condition = item.when { read(condition, scope) }
    if let copies = item.copies { read(copies, scope) }
    for reference in item.from ?? [] { read(reference, scope) }
    if let name = item.name { read(name, scope) }
    if let expectation = item.expectation {
      for shape in [expectation.input, expectation.output] { read(shape?.dimensions ?? [], scope) }
    }
    switch item.operation {
    case .layer(let call):
      for argument in call.arguments { read(argument.value, scope) }
    case .block(let call):
      for argument in call.arguments {
        noteHandOn(of: argument.name, argument.value, to: .blockParameter(block: call.block))
        read(argument.value, scope)
      }
      if usedBlocks.insert(call.block).inserted { pendingBlocks.append(call.block) }
    case .use(let name, _, let arguments):
      if let variable = variable(name, in: scope) { variables[variable].isRead = true }
      for argument in arguments { read(argument.value, scope) }
    case .forEach(let loop): walk(loop, scope)
    case .residual(_, let shortcut, let scale):
      read([shortcut.when, scale].compactMap { $0 }, scope)
      if let name = shortcut.name { read(name, scope) }
      walk(item.directItems, scope)
    case .split(_, let shares, _):
      read(shares, scope)
      walk(item.directItems, scope)
    case .identity, .share, .sequence, .level, .branches, .gate, .append, .splice: walk(item.directItems, scope)
    }
  }

  private mutating func walk(_ loop: ForEach, _ scope: Scope) {
    var inner = scope
    switch loop.rows {
    case .count(let expression): read(expression, scope)
    case .table(let rows):
      for column in rows.first ?? [] {
        inner.inner[column.name] = declare(column.name, at: column.nameSpan, .column, in: scope)
      }
      for column in rows.joined() {
        read(column.value, scope)
        if let variable = inner.inner[column.name], column.value.mentions(column.name) {
          variables[variable].isHandedOn = true
        }
      }
    }
    if let name = loop.variable {
      inner.inner[name] = declare(name, at: loop.variableSpan ?? spec.layersSpan, .loop, in: inner)
    }
    walk(loop.layers, inner)
  }

  // MARK: Values

  private mutating func read(_ template: NameTemplate, _ scope: Scope) {
    for case .expression(let expression) in template.parts { read(expression, scope) }
  }

  private mutating func read(_ reference: Reference, _ scope: Scope) {
    read(reference.expressions, scope)
    for name in reference.firstNames {
      // What is put together may be any of the names that begin so.
      let prefix = name.literal ?? name.prefix
      for (input, variable) in scope.inner where variables[variable].kind.isInput {
        if name.literal == nil ? input.hasPrefix(prefix) : input == prefix { variables[variable].isRead = true }
      }
    }
  }

  private mutating func read(_ value: ArgumentValue, _ scope: Scope) {
    switch value.form {
    case .expression(let expression): read(expression, scope)
    case .list(let list): read(list, scope)
    case .table(let rows): read(Array(rows.joined()), scope)
    case .initializers(let list):
      for declaration in list {
        for argument in declaration.arguments { read(argument.value, scope) }
        read(declaration.values?.expressions ?? [], scope)
      }
    case .item(let item): walk(item, scope)
    case .choice(let chosen, let condition, let other):
      read(condition, scope)
      read(chosen, scope)
      read(other, scope)
    case .reference(let reference): read(reference, scope)
    case .word: break
    }
  }

  private mutating func read(_ expressions: [Expression], _ scope: Scope) {
    for expression in expressions { read(expression, scope) }
  }

  private mutating func read(_ expression: Expression, _ scope: Scope) {
    switch expression.node {
    case .integer, .float, .boolean: break
    case .path(let path):
      if let variable = variable(path[0], in: scope) { variables[variable].isRead = true }
    case .call(let name, _, let arguments):
      read(arguments, scope)
      call(name, unit: scope.unit)
    case .negation(let inner), .not(let inner): read(inner, scope)
    case .binary(_, let left, let right): read([left, right], scope)
    case .conditional(let chosen, let condition, let other): read([condition, chosen, other], scope)
    }
  }

  private mutating func call(_ name: String, unit: Int) {
    guard let function = spec.units[unit].functions[name], usedFunctions.insert(function.span).inserted else { return }
    pendingFunctions.append((function, unit))
  }

  private mutating func walkFunction(_ function: FunctionDeclaration, unit: Int) {
    let outer = Scope(unit: unit)
    var scope = outer
    let kind = Variable.Kind.functionParameter(function: function.name)
    for parameter in function.parameters {
      scope.inner[parameter] = declare(parameter, at: function.span, kind, in: outer)
    }
    read(function.body, scope)
  }
}

extension NameUses.Variable.Kind {
  fileprivate var isInput: Bool {
    switch self {
    case .blockInput, .input: true
    default: false
    }
  }
}

extension Reference {
  /// The names that its paths begin with.
  fileprivate var firstNames: [NameTemplate] {
    switch form {
    case .path(let path): path.first.map { [$0] } ?? []
    case .input, .previous: []
    case .choice(let chosen, _, let other): chosen.firstNames + other.firstNames
    }
  }
}

extension NameTemplate {
  /// What stands before the first integer that is put in.
  fileprivate var prefix: String { if case .text(let text)? = parts.first { text } else { "" } }
}

extension ArgumentValue {
  /// Whether the value is computed from a name.
  fileprivate func mentions(_ name: String) -> Bool {
    switch form {
    case .expression(let expression): expression.mentions([name])
    case .list(let list): list.contains { $0.mentions([name]) }
    case .item(let item): if case .use(name, _, _) = item.operation { true } else { false }
    case .choice(let chosen, let condition, let other):
      condition.mentions([name]) || chosen.mentions(name) || other.mentions(name)
    case .table, .word, .initializers, .reference: false
    }
  }
}
