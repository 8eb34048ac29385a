/// An expression of Python, as far as generated code needs them.
package indirect enum PythonExpression: Hashable, Sendable {
  /// A name, with dots where it is one of a module: `nn.Conv2d`.
  case name(String)
  /// A number, a truth value or `None`, as it is written.
  case literal(String)
  /// A text; what is special in it is escaped.
  case string(String)
  /// A text with expressions put in: `f"block{i + 4}"`.
  case formatted([Piece])
  /// `base.name`.
  case member(PythonExpression, String)
  case call(PythonExpression, [PythonArgument])
  case subscripted(PythonExpression, PythonExpression)
  /// `start:end` within brackets, and `:` without either.
  case slice(Int?, Int?)
  /// Two operands and an operator, which is printed with spaces around it.
  case binary(PythonExpression, Operator, PythonExpression)
  case not(PythonExpression)
  /// `then if condition else other`.
  case conditional(PythonExpression, then: PythonExpression, else: PythonExpression)
  case list([PythonExpression])
  case tuple([PythonExpression])
  /// `{"label": value}`.
  case dictionary([PythonArgument])
  /// `[element for variable in sequence]`.
  case comprehension(PythonExpression, variable: String, in: PythonExpression)
  /// `*sequence` among arguments.
  case starred(PythonExpression)

  /// A part of a text.
  package enum Piece: Hashable, Sendable {
    case text(String)
    case expression(PythonExpression)
  }

  /// An operator with its precedence.
  package enum Operator: String, Hashable, Sendable {
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case add = "+"
    case subtract = "-"
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isSame = "is"
    case isNot = "is not"
    case isIn = "in"
    case isNotIn = "not in"
    case and
    case or

    /// The higher binds tighter.
    var precedence: Int {
      switch self {
      case .multiply, .divide, .floorDivide, .remainder: 8
      case .add, .subtract: 7
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .isSame, .isNot, .isIn, .isNotIn: 5
      case .and: 3
      case .or: 2
      }
    }

    /// Whether `a op b op c` needs parentheses, whichever way it is meant.
    var isComparison: Bool { precedence == 5 }
  }
}

/// An argument of a call.
package struct PythonArgument: Hashable, Sendable {
  /// The keyword; nil for a positional argument.
  package var label: String?
  package var value: PythonExpression

  package init(_ label: String? = nil, _ value: PythonExpression) {
    self.label = label
    self.value = value
  }
}

extension PythonExpression {
  /// A whole number.
  package static func integer(_ value: Int) -> PythonExpression { .literal(String(value)) }

  /// A call of a function or a class by its name.
  package static func call(_ name: String, _ arguments: [PythonArgument] = []) -> PythonExpression {
    .call(.name(name), arguments)
  }

  /// `self.name`.
  package static func own(_ name: String) -> PythonExpression { .member(.name("self"), name) }

  /// How tight the expression holds together, for parentheses; 10 for what needs none.
  var precedence: Int {
    switch self {
    case .binary(_, let operation, _): operation.precedence
    case .conditional: 1
    case .not: 4
    case .literal(let text): text.hasPrefix("-") ? 9 : 10
    default: 10
    }
  }
}
