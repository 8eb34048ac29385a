import Diagnostics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The operators and built-in functions on values: integers of 64 bits and IEEE doubles, never NaN or infinite.
package enum Arithmetic {
  /// - Throws: `ExpressionError` where the operator does not take the values, or their result is none.
  package static func binary(
    _ operation: BinaryOperator, _ left: Value, _ right: Value, at span: Span
  ) throws(ExpressionError) -> Value {
    switch (operation, left, right) {
    case (.equal, .bool, .bool): return .bool(left == right)
    case (.equal, .size(let a), .size(let b)): return .bool(areEqual(a, b))
    case (.notEqual, .bool, .bool): return .bool(left != right)
    case (.notEqual, .size(let a), .size(let b)): return .bool(!areEqual(a, b))
    default: break
    }
    if case .int(let a) = left, case .int(let b) = right { return try integers(operation, a, b, at: span) }
    guard let a = left.number, let b = right.number else {
      throw ExpressionError(
        .expressionType, "\(operation.rawValue) does not take \(left.typeName) and \(right.typeName)", at: span)
    }
    return try floats(operation, a, b, at: span)
  }

  /// Whether sizes mean the same: one number is for all axes.
  private static func areEqual(_ a: [Int], _ b: [Int]) -> Bool {
    a == b || (a.count == 1 || b.count == 1) && Set(a + b).count == 1
  }

  private static func integers(
    _ operation: BinaryOperator, _ a: Int, _ b: Int, at span: Span
  ) throws(ExpressionError) -> Value {
    switch operation {
    case .equal: return .bool(a == b)
    case .notEqual: return .bool(a != b)
    case .less: return .bool(a < b)
    case .lessOrEqual: return .bool(a <= b)
    case .greater: return .bool(a > b)
    case .greaterOrEqual: return .bool(a >= b)
    case .add: return try checked(a.addingReportingOverflow(b), at: span)
    case .subtract: return try checked(a.subtractingReportingOverflow(b), at: span)
    case .multiply: return try checked(a.multipliedReportingOverflow(by: b), at: span)
    case .divide: return try floats(.divide, Double(a), Double(b), at: span)
    case .floorDivide, .remainder:
      guard b != 0 else { throw divisionByZero(at: span) }
      guard !(a == Int.min && b == -1) else { throw overflow(at: span) }
      let (quotient, remainder) = a.quotientAndRemainder(dividingBy: b)
      let adjusts = remainder != 0 && (remainder < 0) != (b < 0)
      return .int(operation == .floorDivide ? quotient - (adjusts ? 1 : 0) : remainder + (adjusts ? b : 0))
    case .power:
      guard b >= 0 else { return try floats(.power, Double(a), Double(b), at: span) }
      return .int(try power(a, b, at: span))
    case .and, .or: throw ExpressionError(.expressionType, "\(operation.rawValue) takes truth values", at: span)
    }
  }

  private static func power(_ base: Int, _ exponent: Int, at span: Span) throws(ExpressionError) -> Int {
    if base == 0 || base == 1 { return exponent == 0 ? 1 : base }
    if base == -1 { return exponent.isMultiple(of: 2) ? 1 : -1 }
    var result = 1
    for _ in 0..<min(exponent, 64) {
      let (product, overflows) = result.multipliedReportingOverflow(by: base)
      if overflows { throw overflow(at: span) }
      result = product
    }
    if exponent > 64 { throw overflow(at: span) }
    return result
  }

  private static func floats(
    _ operation: BinaryOperator, _ a: Double, _ b: Double, at span: Span
  ) throws(ExpressionError) -> Value {
    switch operation {
    case .equal: return .bool(a == b)
    case .notEqual: return .bool(a != b)
    case .less: return .bool(a < b)
    case .lessOrEqual: return .bool(a <= b)
    case .greater: return .bool(a > b)
    case .greaterOrEqual: return .bool(a >= b)
    case .add: return try finite(a + b, at: span)
    case .subtract: return try finite(a - b, at: span)
    case .multiply: return try finite(a * b, at: span)
    case .divide, .floorDivide, .remainder:
      guard b != 0 else { throw divisionByZero(at: span) }
      if operation == .divide { return try finite(a / b, at: span) }
      let quotient = (a / b).rounded(.down)
      return try finite(operation == .floorDivide ? quotient : a - quotient * b, at: span)
    case .power:
      if a == 0, b < 0 { throw divisionByZero(at: span) }
      return try finite(pow(a, b), at: span)
    case .and, .or: throw ExpressionError(.expressionType, "\(operation.rawValue) takes truth values", at: span)
    }
  }

  /// A built-in function of one or more values.
  ///
  /// - Throws: `ExpressionError` where it does not take them, or their result is none.
  package static func call(_ name: String, _ values: [Value], at span: Span) throws(ExpressionError) -> Value {
    for value in values where value.number == nil {
      throw ExpressionError(.expressionType, "\(name) takes numbers, not \(value.typeName)", at: span)
    }
    switch (name, values[0]) {
    case ("min", _), ("max", _): return try extreme(name == "min" ? .less : .greater, of: values, at: span)
    case ("divisible", _):
      guard case .int(let divisor) = values[1] else {
        throw ExpressionError(.expressionType, "divisible takes an integer as its second argument", at: span)
      }
      return .int(try divisible(values[0].number ?? 0, divisor, at: span))
    case ("abs", .int(let value)):
      guard value != Int.min else { throw overflow(at: span) }
      return .int(abs(value))
    case ("abs", _): return .float(abs(values[0].number ?? 0))
    case ("sqrt", _):
      let number = values[0].number ?? 0
      guard number >= 0 else { throw ExpressionError(.notFinite, "sqrt of \(number), which is negative", at: span) }
      return .float(number.squareRoot())
    case ("log", _), ("log2", _):
      let number = values[0].number ?? 0
      guard number > 0 else {
        throw ExpressionError(.notFinite, "\(name) of \(number), which is not positive", at: span)
      }
      return try finite(name == "log" ? log(number) : log2(number), at: span)
    case (_, .int): return values[0]
    default: return .int(try integer(rounded(values[0].number ?? 0, by: name), at: span))
    }
  }

  private static func extreme(_ keep: BinaryOperator, of values: [Value], at span: Span) throws(ExpressionError)
    -> Value
  {
    var best = values[0]
    for value in values.dropFirst() where try binary(keep, value, best, at: span) == .bool(true) { best = value }
    return best
  }

  private static func rounded(_ value: Double, by name: String) -> Double {
    switch name {
    case "floor": value.rounded(.down)
    case "ceil": value.rounded(.up)
    // Halves go up, also below zero: round(-2.5) is -2.
    case "round": value - value.rounded(.down) >= 0.5 ? value.rounded(.up) : value.rounded(.down)
    default: value.rounded(.towardZero)
    }
  }

  /// The nearest multiple of `divisor`, never more than 10 % below `value`, at least `divisor` (MobileNet's rule).
  private static func divisible(_ value: Double, _ divisor: Int, at span: Span) throws(ExpressionError) -> Int {
    guard divisor > 0 else {
      throw ExpressionError(.outOfRange, "divisible takes a positive second argument, not \(divisor)", at: span)
    }
    let half = Double(divisor) / 2
    let steps = try integer(((value + half) / Double(divisor)).rounded(.down), at: span)
    let multiple = try checked(steps.multipliedReportingOverflow(by: divisor), at: span)
    guard case .int(let nearest) = multiple else { return divisor }
    let kept = max(divisor, nearest)
    guard Double(kept) < 0.9 * value else { return kept }
    guard case .int(let raised) = try checked(kept.addingReportingOverflow(divisor), at: span) else { return kept }
    return raised
  }

  private static func integer(_ value: Double, at span: Span) throws(ExpressionError) -> Int {
    guard let result = Int(exactly: value) else { throw overflow(at: span) }
    return result
  }

  private static func checked(_ result: (partialValue: Int, overflow: Bool), at span: Span) throws(ExpressionError)
    -> Value
  {
    if result.overflow { throw overflow(at: span) }
    return .int(result.partialValue)
  }

  private static func finite(_ value: Double, at span: Span) throws(ExpressionError) -> Value {
    guard value.isFinite else {
      throw ExpressionError(.notFinite, "the result is \(value.isNaN ? "not a number" : "infinite")", at: span)
    }
    return .float(value)
  }

  private static func overflow(at span: Span) -> ExpressionError {
    ExpressionError(.overflow, "the result does not fit in 64 bits", at: span)
  }

  private static func divisionByZero(at span: Span) -> ExpressionError {
    ExpressionError(.divisionByZero, "division by zero", at: span)
  }
}

extension Value {
  /// The value as a float, if it is a number.
  package var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    case .bool, .size: nil
    }
  }
}
