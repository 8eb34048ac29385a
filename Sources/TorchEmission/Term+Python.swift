import Blueprints
import Expressions
import Layers
import PythonSource
import Shapes

extension Term {
  /// The term in Python; `bindings` are the values of its variables in one use.
  func python(_ bindings: Bindings) -> PythonExpression {
    switch self {
    case .constant(let value): return value.python
    case .variable(let name): return .name(TorchNaming.local(name))
    case .not(let inner): return .not(inner.python(bindings))
    case .conditional(let condition, let then, let other):
      return .conditional(condition.python(bindings), then: then.python(bindings), else: other.python(bindings))
    case .table(let values, let index):
      return .subscripted(.tuple(values.map(\.python)), index.python(bindings))
    case .binary(let operation, let left, let right): return binary(operation, left, right, bindings)
    case .call(let name, let arguments): return call(name, arguments, bindings)
    }
  }

  private func binary(
    _ operation: BinaryOperator, _ left: Term, _ right: Term, _ bindings: Bindings
  ) -> PythonExpression {
    // A truth value is asked for, not compared.
    if operation == .equal || operation == .notEqual {
      for (term, other) in [(left, right), (right, left)] {
        guard case .constant(.bool(let flag)) = term else { continue }
        let value = other.python(bindings)
        return flag == (operation == .equal) ? value : .not(value)
      }
    }
    let operators: [BinaryOperator: PythonExpression.Operator] = [
      .or: .or, .and: .and, .equal: .equal, .notEqual: .notEqual, .less: .less, .lessOrEqual: .lessOrEqual,
      .greater: .greater, .greaterOrEqual: .greaterOrEqual, .add: .add, .subtract: .subtract, .multiply: .multiply,
      .divide: .divide, .floorDivide: .floorDivide, .remainder: .remainder,
    ]
    return .binary(left.python(bindings), operators[operation] ?? .add, right.python(bindings))
  }

  private func call(_ name: String, _ arguments: [Term], _ bindings: Bindings) -> PythonExpression {
    let values = arguments.map { $0.python(bindings) }
    func call(_ name: String) -> PythonExpression { .call(name, values.map { PythonArgument(nil, $0) }) }
    switch name {
    case "min", "max", "divisible": return call(name)
    case "sqrt": return call("math.sqrt")
    default:
      if arguments.allSatisfy({ $0.type(bindings) == .int }) { return values[0] }
      switch name {
      case "ceil", "floor": return call("math.\(name)")
      case "round":
        return .call("math.floor", [PythonArgument(nil, .binary(values[0], .add, .literal("0.5")))])
      default: return call("int")
      }
    }
  }

  /// Whether the term calls a function of that name.
  func calls(_ function: String) -> Bool {
    switch self {
    case .constant, .variable: false
    case .not(let inner), .table(_, let inner): inner.calls(function)
    case .binary(_, let left, let right): left.calls(function) || right.calls(function)
    case .conditional(let condition, let then, let other):
      condition.calls(function) || then.calls(function) || other.calls(function)
    case .call(let name, let arguments): name == function || arguments.contains { $0.calls(function) }
    }
  }
}

extension FieldValue {
  /// The value in Python.
  var python: PythonExpression {
    switch self {
    case .int(let value): .integer(value)
    case .float(let value): .literal(Self.number(value))
    case .bool(let value): .literal(value ? "True" : "False")
    case .size(let size):
      size.uniform.map(PythonExpression.integer) ?? .tuple(size.numbers.map(PythonExpression.integer))
    // Code is generated for sizes that are numbers.
    case .openSize(let size): .literal(size.expression)
    case .padding(let padding): padding.python
    case .word(let word), .text(let word): .string(word)
    case .ints(let values): .tuple(values.map(PythonExpression.integer))
    case .intTable(let rows): .list(rows.map { .list($0.map(PythonExpression.integer)) })
    case .initializers: .literal("None")
    }
  }

  /// A number as Python writes it.
  static func number(_ value: Double) -> String {
    if value.isInfinite { return value > 0 ? "math.inf" : "-math.inf" }
    return "\(value)"
  }
}

extension Padding {
  var python: PythonExpression {
    switch self {
    case .valid: return .integer(0)
    case .half, .same: return .string(description)
    case .explicit(let sizes):
      let numbers = sizes.shortest
      return numbers.count == 1 ? .integer(numbers[0]) : .tuple(numbers.map(PythonExpression.integer))
    }
  }
}

extension ValueType {
  /// The type as Python has it.
  var pythonName: String {
    switch self {
    case .int: "int"
    case .double: "float"
    case .bool: "bool"
    case .size: "int | tuple[int, ...]"
    case .padding: "int | str | tuple[int, ...]"
    case .ints: "tuple[int, ...]"
    case .table: "list[list[int]]"
    case .text: "str"
    }
  }
}
