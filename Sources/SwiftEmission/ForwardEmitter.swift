import Blueprints
import Diagnostics
import Layers
import SwiftSource

/// Writes a type's forward pass.
struct ForwardEmitter {
  private let emitter: TypeEmitter
  private var names: [Int: String]
  /// The names of the network's inputs where there are several; a block has one.
  private let inputs: [String]
  private var taken: UniqueNames
  private let optionals: Set<String>
  /// The values that something reads.
  private var read: Set<Int> = []

  init(_ emitter: TypeEmitter, inputs: [String] = []) {
    self.emitter = emitter
    self.inputs = inputs
    let type = emitter.type
    taken = UniqueNames(
      taken: ReservedNames.functions.union(ReservedNames.types).union(
        type.properties.map(\.name) + type.flags.map(\.name)))
    names = [0: "input"]
    for (position, input) in inputs.enumerated() {
      // A property of the same name is the layer, so the input gets another within.
      let name = taken.contains(input) ? "\(input)Input" : input
      names[position] = name
      taken.take(name)
    }
    optionals = Set(type.properties.filter { $0.condition != nil }.map(\.name))
    for (value, input) in type.inputs.enumerated() {
      // `x` is what flows from line to line.
      let isFree = Identifier.property(input) != "x" && !taken.contains(Identifier.property(input))
      names[value] = isFree ? named(input) : value == 0 ? "input" : named("\(input)Input")
    }
  }

  /// The labels of what a property takes.
  private func labels(of property: String) -> [String?] {
    let construction = emitter.type.properties.first { $0.name == property }?.construction
    guard case .type(let index, _)? = construction else { return [] }
    return emitter.types[index].inputs.enumerated().map { $0 == 0 ? nil : Identifier.property($1) }
  }

  /// The function; `outputs` are the names of a structure's members where there are several.
  mutating func function(outputs: [String]) -> Declaration {
    let type = emitter.type
    let modules = Set(
      type.properties.filter { if case .layer = $0.construction { false } else { true } }.map(\.name))
    let nesting = ForwardNesting(type.forward, optionals: optionals, modules: modules)
    var (lines, results) = nesting.lines(type.forward.statements, results: type.forward.results)
    // What is returned as it is made needs no name.
    if results.count == 1, case .value(let value) = results[0], case .define(value, let tree)? = lines.last {
      lines.removeLast()
      results = [tree]
    }
    read = Set(lines.flatMap(\.reads) + results.flatMap(\.reads))
    var statements = emit(lines, later: results.flatMap(\.reads))
    let values = results.map(expression)
    let value =
      outputs.isEmpty ? values[0] : .call("Outputs", zip(outputs, values).map { Argument($0, $1) })
    statements.append(placed(results.count == 1 ? results[0].place : nil) { .returned(value, comment: $0) })
    statements = Self.declaringConstants(statements)
    let documentation =
      type.block == nil ? "The network's output for a batch." : "The block's output for a batch."
    return .function(
      Function(
        "callAsFunction", parameters,
        result: outputs.isEmpty ? "Tensor" : "Outputs", access: emitter.access,
        documentation: emitter.access == .public ? [documentation] : [], body: statements))
  }

  /// What flows in: `input`, or by the names that the network or the block gives it; a block's first has no label.
  private var parameters: [Parameter] {
    if !emitter.type.inputs.isEmpty {
      return emitter.type.inputs.enumerated().map { value, input in
        let label = Identifier.property(input)
        let name = names[value] ?? label
        return Parameter(name, label: value == 0 ? "_" : name == label ? nil : label, type: "Tensor")
      }
    }
    if inputs.isEmpty { return [Parameter("input", label: "_", type: "Tensor")] }
    return inputs.enumerated().map { position, input in
      let name = names[position] ?? input
      return Parameter(name, label: name == input ? nil : input, type: "Tensor")
    }
  }

  // MARK: Lines

  private mutating func emit(_ lines: [ForwardLine], later: [Int]) -> [Statement] {
    var statements: [Statement] = []
    var declared = false
    // The line that reads a value last; what is returned is read behind all lines.
    var lastRead: [Int: Int] = [:]
    for (position, line) in lines.enumerated() {
      for value in line.reads { lastRead[value] = position }
    }
    for value in later { lastRead[value] = lines.count }
    for (position, line) in lines.enumerated() {
      // `x` is what flows from line to line; a value that is needed for longer has a name of its own.
      let isShort = lastRead[line.output] ?? 0 <= position + 1
      switch line {
      case .define(let value, let tree):
        let text = expression(tree)
        guard read.contains(value) else {
          statements.append(placed(tree.place) { .assignment(.name("_"), text, comment: $0) })
          continue
        }
        let name = isShort ? "x" : named(tree.label)
        names[value] = name
        if name == "x", declared {
          statements.append(placed(tree.place) { .assignment(.name("x"), text, comment: $0) })
        } else if name == "x" {
          statements.append(placed(tree.place) { .variable("x", text, comment: $0) })
          declared = true
        } else {
          statements.append(placed(tree.place) { .constant(name, text, comment: $0) })
        }
      case .condition(let condition, let properties, let body, let result):
        guard read.contains(condition.output) else {
          let inner = emitInner(body, result: result, into: "_")
          statements.append(.conditional(question(condition, properties), then: inner))
          continue
        }
        let old = expression(.value(condition.otherwise))
        let oldLives = lastRead[condition.otherwise] ?? 0 > position
        var name = isShort ? "x" : named(result.label)
        if name == "x", declared, names[condition.otherwise] != "x" || oldLives { name = named(result.label) }
        if name == "x" {
          if !declared { statements.append(.variable("x", old)) }
          declared = true
        } else {
          statements.append(.variable(name, old))
        }
        let inner = emitInner(body, result: result, into: name)
        statements.append(
          .conditional(
            question(condition, properties), then: inner))
        names[condition.output] = name
      }
    }
    return statements
  }

  /// The lines of a condition's body, each value with a name of its own, and the result at the end.
  private mutating func emitInner(_ lines: [ForwardLine], result: ForwardTree, into name: String) -> [Statement] {
    var statements: [Statement] = []
    for line in lines {
      switch line {
      case .define(let value, let tree):
        let text = expression(tree)
        guard read.contains(value) else {
          statements.append(placed(tree.place) { .assignment(.name("_"), text, comment: $0) })
          continue
        }
        let own = named(tree.label)
        names[value] = own
        statements.append(placed(tree.place) { .constant(own, text, comment: $0) })
      case .condition(let condition, let properties, let body, let inner):
        guard read.contains(condition.output) else {
          let block = emitInner(body, result: inner, into: "_")
          statements.append(.conditional(question(condition, properties), then: block))
          continue
        }
        let own = named(inner.label)
        statements.append(.variable(own, expression(.value(condition.otherwise))))
        let block = emitInner(body, result: inner, into: own)
        statements.append(
          .conditional(question(condition, properties), then: block))
        names[condition.output] = own
      }
    }
    let value = expression(result)
    statements.append(placed(result.place) { .assignment(.name(name), value, comment: $0) })
    return statements
  }

  /// A statement that says where its layers are written: in a comment, or to the compiler.
  private func placed(_ place: SourceLine?, _ make: (_ comment: String?) -> Statement) -> Statement {
    guard let place, emitter.locatesSources else { return make(place?.description) }
    return .located(place, make(nil))
  }

  private func question(_ condition: ForwardCondition, _ properties: [String]) -> Statement.Condition {
    guard let flag = condition.flag else { return .bindings(properties) }
    return .expression(condition.isNegated ? .not(.name(flag)) : .name(flag))
  }

  private mutating func named(_ label: String) -> String {
    let name = Identifier.property(label)
    return taken.take(name) ? name : taken.make("\(name)Output", separator: "")
  }

  // MARK: Expressions

  private func expression(_ tree: ForwardTree) -> SwiftExpression {
    switch tree {
    case .value(let value): return .name(names[value] ?? "input")
    case .apply(let application, let inputs):
      let operands = inputs.map(expression)
      switch application.callee {
      case .property(let name):
        let labels = labels(of: name)
        return .call(
          .name(name),
          operands.enumerated().map { Argument(labels.indices.contains($0) ? labels[$0] : nil, $1) })
      case .function(let layer): return emitter.apply(layer, to: operands)
      }
    case .optional(let name, let input, let otherwise, _):
      return .binary(
        .optionalCall(.name(name), [Argument(nil, expression(input))]), .coalesce, expression(.value(otherwise)))
    }
  }

  /// `var` becomes `let` where nothing is assigned later.
  private static func declaringConstants(_ statements: [Statement]) -> [Statement] {
    var assigned: Set<String> = []
    func collect(_ statements: [Statement]) {
      for statement in statements {
        switch statement {
        case .assignment(.name(let name), _, _): assigned.insert(name)
        case .conditional(_, let then, let other):
          collect(then)
          collect(other)
        case .located(_, let inner): collect([inner])
        default: break
        }
      }
    }
    collect(statements)
    func constant(_ statement: Statement) -> Statement {
      switch statement {
      case .variable(let name, let value, let comment) where !assigned.contains(name):
        .constant(name, value, comment: comment)
      case .located(let line, let inner): .located(line, constant(inner))
      default: statement
      }
    }
    return statements.map(constant)
  }
}
