import Blueprints
import Expressions
import Layers
import Shapes
import SwiftSource

extension ValueType {
  /// The type's name in generated code.
  var swiftName: String {
    switch self {
    case .int: "Int"
    case .double: "Double"
    case .bool: "Bool"
    case .size: "Size"
    case .padding: "Padding"
    case .ints: "[Int]"
    case .table: "[[Int]]"
    case .text: "String"
    }
  }
}

extension Term {
  /// The term in Swift; `types` are those of its variables.
  func swift(_ bindings: Bindings) -> SwiftExpression {
    switch self {
    case .constant(let value): return value.swift
    case .variable(let name): return .name(name)
    case .not(let inner): return .not(inner.swift(bindings))
    case .conditional(let condition, let then, let other):
      return .conditional(condition.swift(bindings), then: then.swift(bindings), else: other.swift(bindings))
    case .table(let values, let index): return .subscripted(.array(values.map(\.swift)), index.swift(bindings))
    case .binary(let operation, let left, let right): return binary(operation, left, right, bindings)
    case .call(let name, let arguments): return call(name, arguments, bindings)
    }
  }

  private func binary(
    _ operation: BinaryOperator, _ left: Term, _ right: Term, _ bindings: Bindings
  ) -> SwiftExpression {
    let operators: [BinaryOperator: SwiftExpression.Operator] = [
      .or: .or, .and: .and, .equal: .equal, .notEqual: .notEqual, .less: .less, .lessOrEqual: .lessOrEqual,
      .greater: .greater, .greaterOrEqual: .greaterOrEqual, .add: .add, .subtract: .subtract, .multiply: .multiply,
      .divide: .divide, .floorDivide: .divide, .remainder: .remainder,
    ]
    let types = [left.type(bindings), right.type(bindings)]
    let isFloating = types.contains(.double) || operation == .divide
    let operands = zip([left, right], types).map { term, type in
      isFloating && type == .int ? term.floating(bindings) : term.swift(bindings)
    }
    return .binary(operands[0], operators[operation] ?? .add, operands[1])
  }

  /// A whole number as a `Double`.
  private func floating(_ bindings: Bindings) -> SwiftExpression {
    if case .constant(.int(let value)) = self { return .literal("\(value)") }
    return type(bindings) == .int ? .call("Double", [Argument(nil, swift(bindings))]) : swift(bindings)
  }

  private func call(_ name: String, _ arguments: [Term], _ bindings: Bindings) -> SwiftExpression {
    let isWhole = arguments.allSatisfy { $0.type(bindings) == .int }
    switch name {
    case "min", "max":
      return .call(name, arguments.map { Argument(nil, isWhole ? $0.swift(bindings) : $0.floating(bindings)) })
    case "divisible":
      return .call(
        "divisible", [Argument(nil, arguments[0].floating(bindings)), Argument("by", arguments[1].swift(bindings))])
    case "sqrt": return .call(.member(arguments[0].floating(bindings), "squareRoot"), [])
    default:
      if isWhole { return arguments[0].swift(bindings) }
      var value = arguments[0].swift(bindings)
      if name == "round" { value = .binary(value, .add, .literal("0.5")) }
      if name != "int" {
        value = .call(.member(value, "rounded"), [Argument(nil, .member(nil, name == "ceil" ? "up" : "down"))])
      }
      return .call("Int", [Argument(nil, value)])
    }
  }
}

extension FieldValue {
  /// The value in Swift.
  var swift: SwiftExpression {
    switch self {
    case .int(let value): return .integer(value)
    case .float(let value): return .literal(Self.text(value))
    case .bool(let value): return .literal(value ? "true" : "false")
    case .size(let size):
      return size.isUniform
        ? .integer(size[0]) : .call("Size", size.numbers.map { Argument(nil, .integer($0)) })
    // Code is generated for sizes that are numbers.
    case .openSize(let size): return .literal(size.expression)
    case .padding(let padding): return padding.swift
    case .word(let word), .text(let word): return .string(word)
    case .ints(let values): return .array(values.map(SwiftExpression.integer))
    case .intTable(let rows): return .array(rows.map { .array($0.map(SwiftExpression.integer)) })
    case .initializers: return .array([])
    }
  }

  private static func text(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return "\(value)"
  }
}

extension Shapes.Padding {
  var swift: SwiftExpression {
    switch self {
    case .valid: return .member(nil, "valid")
    case .half: return .member(nil, "half")
    case .same: return .member(nil, "same")
    case .explicit(let sizes):
      let numbers = sizes.shortest
      if numbers.count == 1 { return .integer(numbers[0]) }
      if numbers.count == 6 {
        return .call(.member(nil, "numbers"), [Argument(nil, .array(numbers.map(SwiftExpression.integer)))])
      }
      guard numbers.count == 4 else { return .call("Padding", numbers.map { Argument(nil, .integer($0)) }) }
      return .call(
        .member(nil, "explicit"),
        zip(["top", "bottom", "left", "right"], numbers).map { Argument($0, .integer($1)) })
    }
  }
}
