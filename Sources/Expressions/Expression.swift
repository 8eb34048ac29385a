import Diagnostics

/// An expression of the spec language with its place in the file.
package struct Expression: Sendable {
  package indirect enum Node: Sendable {
    case integer(Int)
    case float(Double)
    case boolean(Bool)
    /// A name, or names joined by dots: `out`, `stage.i`, `features.3.c`.
    case path([String])
    case call(String, nameSpan: Span, [Expression])
    case negation(Expression)
    case not(Expression)
    case binary(BinaryOperator, Expression, Expression)
    case conditional(Expression, if: Expression, else: Expression)
  }

  package var node: Node
  package var span: Span

  package init(_ node: Node, span: Span) {
    self.node = node
    self.span = span
  }

  /// The constant, if the expression is nothing but a number or a truth value.
  package var literal: Value? {
    switch node {
    case .integer(let value): .int(value)
    case .float(let value): .float(value)
    case .boolean(let value): .bool(value)
    case .negation(let inner):
      switch inner.literal {
      case .int(let value): .int(-value)
      case .float(let value): .float(-value)
      default: nil
      }
    default: nil
    }
  }
}

/// An operator between two operands.
package enum BinaryOperator: String, Sendable {
  case or
  case and
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
}

/// What an expression gives.
package enum Value: Hashable, Sendable {
  case int(Int)
  case float(Double)
  case bool(Bool)
  /// A number for each spatial axis, `[height, width]`, or one for all of them.
  case size([Int])

  /// The type's name in messages.
  package var typeName: String {
    switch self {
    case .int: "int"
    case .float: "float"
    case .bool: "bool"
    case .size: "size"
    }
  }
}

extension Value: CustomStringConvertible {
  package var description: String {
    switch self {
    case .int(let value): String(value)
    case .float(let value): "\(value)"
    case .bool(let value): String(value)
    case .size(let numbers):
      numbers.count == 1 ? String(numbers[0]) : "[\(numbers.map(String.init).joined(separator: ", "))]"
    }
  }
}

/// Why an expression cannot be read or has no value.
package struct ExpressionError: Error, Sendable {
  package var id: DiagnosticID
  package var message: String
  package var span: Span
  package var notes: [Diagnostic.Note]
  /// Whether the fault follows from an earlier one, so that it is not worth a finding.
  package var isConsequence = false

  /// The fault of asking for the shape of something that is at fault itself.
  package init(consequenceAt span: Span) {
    self.init(.unknownReference, "the shape is unknown because of an earlier error", at: span)
    isConsequence = true
  }

  package init(_ id: DiagnosticID, _ message: String, at span: Span, notes: [Diagnostic.Note] = []) {
    self.id = id
    self.message = message
    self.span = span
    self.notes = notes
  }

  package var diagnostic: Diagnostic { Diagnostic(id, message, at: span, notes: notes) }
}

extension Expression {
  /// The names of the functions that the expression calls.
  package var calledFunctions: [String] {
    switch node {
    case .integer, .float, .boolean, .path: []
    case .call(let name, _, let arguments): [name] + arguments.flatMap(\.calledFunctions)
    case .negation(let inner), .not(let inner): inner.calledFunctions
    case .binary(_, let left, let right): left.calledFunctions + right.calledFunctions
    case .conditional(let chosen, let condition, let other):
      chosen.calledFunctions + condition.calledFunctions + other.calledFunctions
    }
  }
}
