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

  private static func binary(_ operation: BinaryOperator, _ a: FieldValue, _ b: FieldValue) -> FieldValue? {
    if case .int(let left) = a, case .int(let right) = b { return integers(operation, left, right) }
    if let left = a.number, let right = b.number { return floats(operation, left, right) }
    switch operation {
    case .equal: return .bool(a == b)
    case .notEqual: return .bool(a != b)
    default: return nil
    }
  }

  private static func integers(_ operation: BinaryOperator, _ a: Int, _ b: Int) -> FieldValue? {
    func checked(_ result: (partialValue: Int, overflow: Bool)) -> FieldValue? {
      result.overflow ? nil : .int(result.partialValue)
    }
    switch operation {
    case .add: return checked(a.addingReportingOverflow(b))
    case .subtract: return checked(a.subtractingReportingOverflow(b))
    case .multiply: return checked(a.multipliedReportingOverflow(by: b))
    // The printed operators cut off where the language's round down, so both operands must be on one side of zero.
    case .floorDivide: return b > 0 && a >= 0 ? .int(a / b) : nil
    case .remainder: return b > 0 && a >= 0 ? .int(a % b) : nil
    case .equal: return .bool(a == b)
    case .notEqual: return .bool(a != b)
    case .less: return .bool(a < b)
    case .lessOrEqual: return .bool(a <= b)
    case .greater: return .bool(a > b)
    case .greaterOrEqual: return .bool(a >= b)
    case .divide: return floats(.divide, Double(a), Double(b))
    case .power, .and, .or: return nil
    }
  }

  private static func floats(_ operation: BinaryOperator, _ a: Double, _ b: Double) -> FieldValue? {
    func finite(_ value: Double) -> FieldValue? { value.isFinite ? .float(value) : nil }
    switch operation {
    case .add: return finite(a + b)
    case .subtract: return finite(a - b)
    case .multiply: return finite(a * b)
    case .divide: return b == 0 ? nil : finite(a / b)
    case .equal: return .bool(a == b)
    case .notEqual: return .bool(a != b)
    case .less: return .bool(a < b)
    case .lessOrEqual: return .bool(a <= b)
    case .greater: return .bool(a > b)
    case .greaterOrEqual: return .bool(a >= b)
    case .floorDivide, .remainder, .power, .and, .or: return nil
    }
  }

  private static func call(_ name: String, _ values: [FieldValue]) -> FieldValue? {
    let numbers = values.compactMap(\.number)
    guard numbers.count == values.count, let first = numbers.first else { return nil }
    if name == "min" || name == "max" {
      let integers = values.compactMap(\.int)
      guard integers.count == values.count else {
        return (name == "min" ? numbers.min() : numbers.max()).map(FieldValue.float)
      }
      return (name == "min" ? integers.min() : integers.max()).map(FieldValue.int)
    }
    switch name {
    case "divisible":
      guard values.count == 2, let divisor = values[1].int, divisor > 0 else { return nil }
      let half = Double(divisor) / 2
      guard let steps = Int(exactly: ((first + half) / Double(divisor)).rounded(.down)) else { return nil }
      let (nearest, overflow) = steps.multipliedReportingOverflow(by: divisor)
      guard !overflow else { return nil }
      let kept = max(divisor, nearest)
      return .int(Double(kept) < 0.9 * first ? kept + divisor : kept)
    case "int", "floor", "ceil", "round":
      if let whole = values[0].int { return .int(whole) }
      let rule: FloatingPointRoundingRule = name == "int" ? .towardZero : name == "ceil" ? .up : .down
      return Int(exactly: (name == "round" ? first + 0.5 : first).rounded(rule)).map(FieldValue.int)
    case "sqrt": return first >= 0 ? .float(first.squareRoot()) : nil
    default: return nil
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
