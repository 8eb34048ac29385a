/// An expression of Swift, as far as generated code needs them.
package indirect enum SwiftExpression: Hashable, Sendable {
  /// A name; printed in backquotes where it is a keyword.
  case name(String)
  /// A number or a truth value, as it is written.
  case literal(String)
  /// A text; what is special in it is escaped.
  case string(String)
  /// A text with expressions put in.
  case interpolation([Piece])
  /// `base.name`; `.name` without a base.
  case member(SwiftExpression?, String)
  case call(SwiftExpression, [Argument])
  /// `base?(arguments)`: nil if the base is.
  case optionalCall(SwiftExpression, [Argument])
  case subscripted(SwiftExpression, SwiftExpression)
  /// Two operands and an operator, which is printed with spaces around it.
  case binary(SwiftExpression, Operator, SwiftExpression)
  case not(SwiftExpression)
  case negation(SwiftExpression)
  case conditional(SwiftExpression, then: SwiftExpression, else: SwiftExpression)
  /// `[a, b]`; on lines of their own where `isTable` says so.
  case array([SwiftExpression], isTable: Bool = false)
  case tuple([Argument])
  /// `&base`.
  case address(SwiftExpression)
  /// `{ body }`, which may use `$0`.
  case shortClosure(SwiftExpression)
  /// `base { parameters in body }`.
  case trailingClosure(SwiftExpression, parameters: [String], body: SwiftExpression)

  /// A part of a text.
  package enum Piece: Hashable, Sendable {
    case text(String)
    case expression(SwiftExpression)
  }

  /// An operator with its precedence.
  package enum Operator: String, Hashable, Sendable {
    case multiply = "*"
    case divide = "/"
    case remainder = "%"
    case add = "+"
    case subtract = "-"
    case range = "..<"
    case coalesce = "??"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case and = "&&"
    case or = "||"

    /// The higher binds tighter.
    var precedence: Int {
      switch self {
      case .multiply, .divide, .remainder: 8
      case .add, .subtract: 7
      case .range: 6
      case .coalesce: 5
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 4
      case .and: 3
      case .or: 2
      }
    }

    /// Whether `a op b op c` needs parentheses, whichever way it is meant.
    var isAssociative: Bool {
      switch self {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .range: false
      default: true
      }
    }
  }
}

/// An argument of a call or an element of a tuple.
package struct Argument: Hashable, Sendable {
  package var label: String?
  package var value: SwiftExpression

  package init(_ label: String? = nil, _ value: SwiftExpression) {
    self.label = label
    self.value = value
  }
}

extension SwiftExpression {
  /// A whole number.
  package static func integer(_ value: Int) -> SwiftExpression { .literal(String(value)) }

  /// A call of a function or a type by its name.
  package static func call(_ name: String, _ arguments: [Argument] = []) -> SwiftExpression {
    .call(.name(name), arguments)
  }

  /// `&name`, for a parameter that is changed.
  package var reference: SwiftExpression { .address(self) }

  /// `{ body }`, whose parameter is `$0`.
  package static func closure(_ body: SwiftExpression) -> SwiftExpression { .shortClosure(body) }

  /// How tight the expression holds together, for parentheses; 10 for what needs none.
  var precedence: Int {
    switch self {
    case .binary(_, let operation, _): operation.precedence
    case .conditional: 1
    case .not, .negation: 9
    default: 10
    }
  }
}
