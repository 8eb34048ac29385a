import Diagnostics
import Expressions
import Layers
import Shapes

/// A value in an initializer: known, or computed from the initializer's parameters and the variables of loops.
package indirect enum Term: Hashable, Sendable {
  case constant(FieldValue)
  case variable(String)
  case binary(BinaryOperator, Term, Term)
  case not(Term)
  case conditional(Term, then: Term, else: Term)
  /// One of the language's own functions.
  case call(String, [Term])
  /// A value for each count of a loop.
  case table([FieldValue], index: Term)

  package static func int(_ value: Int) -> Term { .constant(.int(value)) }
  package static func bool(_ value: Bool) -> Term { .constant(.bool(value)) }

  package var constantValue: FieldValue? { if case .constant(let value) = self { value } else { nil } }

  /// The variables that the term reads.
  package var variables: Set<String> {
    switch self {
    case .constant: []
    case .variable(let name): [name]
    case .binary(_, let left, let right): left.variables.union(right.variables)
    case .not(let inner), .table(_, let inner): inner.variables
    case .conditional(let condition, let then, let other):
      condition.variables.union(then.variables).union(other.variables)
    case .call(_, let arguments): arguments.reduce(into: []) { $0.formUnion($1.variables) }
    }
  }

  /// Whether the term calls a function.
  package var hasCalls: Bool {
    switch self {
    case .constant, .variable: false
    case .binary(_, let left, let right): left.hasCalls || right.hasCalls
    case .not(let inner), .table(_, let inner): inner.hasCalls
    case .conditional(let condition, let then, let other): condition.hasCalls || then.hasCalls || other.hasCalls
    case .call: true
    }
  }
}

/// The values of variables at one use of a type, or in one round of a loop.
package typealias Bindings = [String: FieldValue]

extension Term {
  /// The term's value; nil if a variable is unknown or the computation fails.
  package func evaluated(_ bindings: Bindings) -> FieldValue? {
    switch self {
    case .constant(let value): return value
    case .variable(let name): return bindings[name]
    case .not(let inner):
      guard case .bool(let flag)? = inner.evaluated(bindings) else { return nil }
      return .bool(!flag)
    case .binary(let operation, let left, let right):
      if operation == .and || operation == .or {
        guard case .bool(let flag)? = left.evaluated(bindings) else { return nil }
        if flag == (operation == .or) { return .bool(flag) }
        guard case .bool(let other)? = right.evaluated(bindings) else { return nil }
        return .bool(other)
      }
      guard let a = left.evaluated(bindings), let b = right.evaluated(bindings) else { return nil }
      return Self.binary(operation, a, b)
    case .conditional(let condition, let then, let other):
      guard case .bool(let flag)? = condition.evaluated(bindings) else { return nil }
      return (flag ? then : other).evaluated(bindings)
    case .call(let name, let arguments):
      let values = arguments.compactMap { $0.evaluated(bindings) }
      return values.count == arguments.count ? Self.call(name, values) : nil
    case .table(let values, let index):
      guard case .int(let position)? = index.evaluated(bindings), values.indices.contains(position) else { return nil }
      return values[position]
    }
  }

  /// What generated code computes: the language's arithmetic, as far as the printed operators are the same.
  private static func binary(_ operation: BinaryOperator, _ a: FieldValue, _ b: FieldValue) -> FieldValue? {
    guard let left = Value(a), let right = Value(b) else {
      switch operation {
      case .equal: return .bool(a == b)
      case .notEqual: return .bool(a != b)
      default: return nil
      }
    }
    switch operation {
    // Whole numbers' operators cut off where the language's round down, and there are none for others.
    case .floorDivide, .remainder:
      guard case .int(let dividend) = left, case .int(let divisor) = right, dividend >= 0, divisor > 0 else {
        return nil
      }
    case .power: return nil
    default: break
    }
    return (try? Arithmetic.binary(operation, left, right, at: nowhere)).map(FieldValue.init)
  }

  /// Errors of terms are not shown.
  private static let nowhere = Span(
    source: SourceID(index: 0), start: Position(line: 1, column: 1), end: Position(line: 1, column: 1))

  /// The functions that generated code can call.
  private static let functions: Set = ["min", "max", "divisible", "int", "floor", "ceil", "round", "sqrt"]

  private static func call(_ name: String, _ values: [FieldValue]) -> FieldValue? {
    let operands = values.compactMap(Value.init)
    guard functions.contains(name), operands.count == values.count, !operands.isEmpty,
      let result = try? Arithmetic.call(name, operands, at: nowhere)
    else { return nil }
    // Of whole and other numbers the printed call makes a number with a point.
    let isWhole = operands.allSatisfy { if case .int = $0 { true } else { false } }
    if name == "min" || name == "max", !isWhole { return result.number.map(FieldValue.float) }
    return FieldValue(result)
  }
}

extension Value {
  /// A number or a truth value; nil for what expressions do not compute with.
  fileprivate init?(_ value: FieldValue) {
    switch value {
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .bool(let value): self = .bool(value)
    default: return nil
    }
  }
}

extension FieldValue {
  fileprivate init(_ value: Value) {
    switch value {
    case .int(let value): self = .int(value)
    case .float(let value): self = .float(value)
    case .bool(let value): self = .bool(value)
    case .size(let numbers): self = .ints(numbers)
    }
  }
}

extension FieldValue {
  package var int: Int? { if case .int(let value) = self { value } else { nil } }

  package var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }
}

extension FieldValue {
  /// The value in the one form in which values are compared: a square size and an even padding are whole numbers.
  package var normalized: FieldValue {
    switch self {
    case .size(let size) where size.isUniform: .int(size[0])
    case .padding(.explicit(let sizes)): sizes.uniform.map(FieldValue.int) ?? self
    default: self
    }
  }
}
