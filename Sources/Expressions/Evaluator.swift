import Diagnostics

/// A function that a spec declares: `ch(c): max(8, int(c * alpha))`.
package struct FunctionDeclaration: Sendable {
  package var name: String
  package var parameters: [String]
  package var body: Expression
  package var span: Span

  package init(name: String, parameters: [String], body: Expression, span: Span) {
    self.name = name
    self.parameters = parameters
    self.body = body
    self.span = span
  }
}

/// Computes expressions: total, without side effects, and within a budget of steps.
package struct Evaluator {
  /// The value of a name or a path, or why there is none.
  package typealias Resolver = (_ path: [String], _ span: Span) throws(ExpressionError) -> Value

  /// The names of the built-in functions.
  package static let builtinFunctions: [String: ClosedRange<Int>] = [
    "min": 2...16, "max": 2...16, "round": 1...1, "floor": 1...1, "ceil": 1...1, "sqrt": 1...1, "abs": 1...1,
    "int": 1...1, "log": 1...1, "log2": 1...1, "divisible": 2...2,
  ]

  /// Steps that one expression may take; functions that call functions twice each would otherwise take for ever.
  private static let stepLimit = 100_000
  private static let callLimit = 64

  private let functions: [String: FunctionDeclaration]
  private let globals: [String: Value]
  private var steps = 0
  private var callDepth = 0
  /// The function whose body is computed.
  private var called: String?

  private init(functions: [String: FunctionDeclaration], globals: [String: Value]) {
    self.functions = functions
    self.globals = globals
  }

  /// The value of an expression whose names `resolve` knows; `globals` are those that functions see beside their own
  /// parameters.
  ///
  /// - Throws: `ExpressionError` for an unknown name, a wrong type, overflow, division by zero, NaN or infinity.
  package static func evaluate(
    _ expression: Expression, functions: [String: FunctionDeclaration], globals: [String: Value], resolve: Resolver
  ) throws(ExpressionError) -> Value {
    var steps = 0
    return try evaluate(expression, functions: functions, globals: globals, steps: &steps, resolve: resolve)
  }

  /// As above; `steps` counts what the computation took, for a bound over many expressions.
  package static func evaluate(
    _ expression: Expression, functions: [String: FunctionDeclaration], globals: [String: Value], steps: inout Int,
    resolve: Resolver
  ) throws(ExpressionError) -> Value {
    // Most fields are plain numbers.
    if let literal = expression.literal { return literal }
    var evaluator = Evaluator(functions: functions, globals: globals)
    defer { steps += evaluator.steps }
    return try evaluator.value(expression, resolve)
  }

  private mutating func value(_ expression: Expression, _ resolve: Resolver) throws(ExpressionError) -> Value {
    try countStep(at: expression.span)
    switch expression.node {
    case .integer(let value): return .int(value)
    case .float(let value): return .float(value)
    case .boolean(let value): return .bool(value)
    case .path(let path): return try resolve(path, expression.span)
    case .call(let name, let nameSpan, let arguments):
      return try call(name, nameSpan, arguments, expression.span, resolve)
    case .negation(let operand):
      let operandValue = try value(operand, resolve)
      return try Arithmetic.binary(.subtract, .int(0), operandValue, at: expression.span)
    case .not(let operand): return .bool(!(try truth(operand, resolve)))
    case .binary: return try chain(expression, resolve)
    case .conditional(let chosen, let condition, let other):
      return try value(try truth(condition, resolve) ? chosen : other, resolve)
    }
  }

  private mutating func countStep(at span: Span) throws(ExpressionError) {
    steps += 1
    guard steps > Self.stepLimit else { return }
    throw ExpressionError(
      .expressionLimit, "the expression takes more than \(Self.stepLimit) steps to compute", at: span)
  }

  /// `a + b - c …`, which stands deep on its left: a loop, for a text of four kilobytes may have two thousand operands, and
  /// a function called on the left of each of its callers' would need all of the stack.
  private mutating func chain(_ expression: Expression, _ resolve: Resolver) throws(ExpressionError) -> Value {
    var operations: [(expression: Expression, operation: BinaryOperator, right: Expression)] = []
    var first = expression
    while case .binary(let operation, let left, let right) = first.node {
      if !operations.isEmpty { try countStep(at: first.span) }
      operations.append((first, operation, right))
      first = left
    }
    var result = try value(first, resolve)
    var leftSpan = first.span
    for (whole, operation, right) in operations.reversed() {
      switch operation {
      case .and: result = .bool(try truth(of: result, at: leftSpan) ? try truth(right, resolve) : false)
      case .or: result = .bool(try truth(of: result, at: leftSpan) ? true : try truth(right, resolve))
      default: result = try Arithmetic.binary(operation, result, try value(right, resolve), at: whole.span)
      }
      leftSpan = whole.span
    }
    return result
  }

  private mutating func truth(_ expression: Expression, _ resolve: Resolver) throws(ExpressionError) -> Bool {
    try truth(of: try value(expression, resolve), at: expression.span)
  }

  private func truth(of value: Value, at span: Span) throws(ExpressionError) -> Bool {
    guard case .bool(let flag) = value else {
      throw ExpressionError(
        .expressionType, "a truth value is needed here, but this is \(value.typeName) \(value)", at: span,
        notes: [.init("compare it: `… != 0`")])
    }
    return flag
  }

  private mutating func call(
    _ name: String, _ nameSpan: Span, _ arguments: [Expression], _ span: Span, _ resolve: Resolver
  ) throws(ExpressionError) -> Value {
    if let counts = Self.builtinFunctions[name] {
      guard counts.contains(arguments.count) else {
        let expected = counts.lowerBound == counts.upperBound ? "\(counts.lowerBound)" : "at least \(counts.lowerBound)"
        throw ExpressionError(
          .argumentCount,
          "\(name) takes \(expected) argument\(counts.upperBound == 1 ? "" : "s"), not \(arguments.count)", at: span)
      }
      var values: [Value] = []
      for argument in arguments { values.append(try value(argument, resolve)) }
      return try Arithmetic.call(name, values, at: span)
    }
    guard let function = functions[name] else {
      // A function cannot use itself, nor what leads to it.
      let circle = called.map { ancestors(of: $0, in: functions.mapValues(\.body.calledFunctions)) } ?? []
      let known = Array(Self.builtinFunctions.keys) + functions.keys.filter { !circle.contains($0) }
      throw ExpressionError(
        .unknownFunction, "no function '\(name)'\(suggestion(for: name, among: known))", at: nameSpan)
    }
    guard function.parameters.count == arguments.count else {
      throw ExpressionError(
        .argumentCount,
        "\(name) takes \(function.parameters.count) argument\(function.parameters.count == 1 ? "" : "s"), not \(arguments.count)",
        at: span, notes: [.init("declared here", at: function.span)])
    }
    var bound: [String: Value] = [:]
    for (parameter, argument) in zip(function.parameters, arguments) { bound[parameter] = try value(argument, resolve) }
    callDepth += 1
    let caller = called
    called = name
    defer {
      callDepth -= 1
      called = caller
    }
    guard callDepth <= Self.callLimit else {
      throw ExpressionError(.recursiveFunction, "calls of functions nest more than \(Self.callLimit) deep", at: span)
    }
    let globals = self.globals
    return try value(function.body) { (path, pathSpan) throws(ExpressionError) -> Value in
      if path.count == 1, let value = bound[path[0]] { return value }
      if path.count == 1, let value = globals[path[0]] { return value }
      throw ExpressionError(
        .unknownName,
        "'\(path.joined(separator: "."))' is not known in function \(name)"
          + suggestion(for: path[0], among: function.parameters + globals.keys),
        at: pathSpan, notes: [.init("a function sees its own parameters and the file's params")])
    }
  }
}
