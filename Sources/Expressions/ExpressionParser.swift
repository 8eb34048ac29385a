import Diagnostics

/// Reads an expression by descent, loosest operator first.
///
/// Grammar: `a if c else b` · `or` · `and` · `not` · one comparison · `+ -` · `* / // %` · unary `-` · `**` (to the
/// right) · number, `true`, `false`, name, `name.member`, `f(x, …)`, `(…)`.
package struct ExpressionParser {
  private static let depthLimit = 64
  private static let lengthLimit = 4096

  private var lexer: Lexer
  private var token: Token
  private var depth = 0

  private init(_ text: String, source: SourceID, start: Position) throws(ExpressionError) {
    lexer = Lexer(text, source: source, start: start)
    token = Token(kind: .end, span: Span(source: source, start: start, end: start))
    try advance()
  }

  /// The expression that a text is; `start` is the place of its first character.
  ///
  /// - Throws: `ExpressionError` with the place at fault.
  package static func parse(_ text: String, source: SourceID, start: Position) throws(ExpressionError) -> Expression {
    guard text.utf8.count <= lengthLimit else {
      let span = Span(source: source, start: start, end: start.advanced(by: 1))
      throw ExpressionError(.expressionLimit, "the expression is longer than \(lengthLimit) characters", at: span)
    }
    if let number = integer(text) {
      return Expression(
        .integer(number), span: Span(source: source, start: start, end: start.advanced(by: text.utf8.count)))
    }
    var parser = try ExpressionParser(text, source: source, start: start)
    let expression = try parser.conditional()
    guard parser.token.kind == .end else {
      throw parser.unexpected("the expression should end here")
    }
    return expression
  }

  /// The number that a text of nothing but digits is, as most fields are written; nil for others, and for what may not fit.
  private static func integer(_ text: String) -> Int? {
    guard (1...18).contains(text.utf8.count) else { return nil }
    var number = 0
    for byte in text.utf8 {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      number = number * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return number
  }

  private mutating func advance() throws(ExpressionError) { token = try lexer.next() }

  private func unexpected(_ expectation: String) -> ExpressionError {
    let found: String =
      switch token.kind {
      case .end: "the text ends"
      case .integer(let value): "'\(value)' stands here"
      case .float(let value): "'\(value)' stands here"
      case .path(let parts): "'\(parts.joined(separator: "."))' stands here"
      case .sign(let sign): "'\(sign)' stands here"
      }
    return ExpressionError(.expressionSyntax, "\(expectation), but \(found)", at: token.span)
  }

  private func isWord(_ word: String) -> Bool { token.kind == .path([word]) }

  private mutating func acceptSign(_ signs: [String]) throws(ExpressionError) -> BinaryOperator? {
    guard case .sign(let sign) = token.kind, signs.contains(sign), let operation = BinaryOperator(rawValue: sign) else {
      return nil
    }
    try advance()
    return operation
  }

  private func binary(_ operation: BinaryOperator, _ left: Expression, _ right: Expression) -> Expression {
    Expression(.binary(operation, left, right), span: left.span.extended(to: right.span))
  }

  private mutating func nested() throws(ExpressionError) {
    depth += 1
    if depth > Self.depthLimit {
      throw ExpressionError(.expressionLimit, "the expression nests more than \(Self.depthLimit) deep", at: token.span)
    }
  }

  private mutating func conditional() throws(ExpressionError) -> Expression {
    try nested()
    defer { depth -= 1 }
    let value = try disjunction()
    guard isWord("if") else { return value }
    try advance()
    let condition = try disjunction()
    guard isWord("else") else { throw unexpected("`a if condition` needs an `else b`") }
    try advance()
    let other = try conditional()
    return Expression(.conditional(value, if: condition, else: other), span: value.span.extended(to: other.span))
  }

  private mutating func disjunction() throws(ExpressionError) -> Expression {
    var left = try conjunction()
    while isWord("or") {
      try advance()
      left = binary(.or, left, try conjunction())
    }
    return left
  }

  private mutating func conjunction() throws(ExpressionError) -> Expression {
    var left = try inversion()
    while isWord("and") {
      try advance()
      left = binary(.and, left, try inversion())
    }
    return left
  }

  private mutating func inversion() throws(ExpressionError) -> Expression {
    guard isWord("not") else { return try comparison() }
    try nested()
    defer { depth -= 1 }
    let start = token.span
    try advance()
    let operand = try inversion()
    return Expression(.not(operand), span: start.extended(to: operand.span))
  }

  private static let comparisons = ["==", "!=", "<", "<=", ">", ">="]

  private mutating func comparison() throws(ExpressionError) -> Expression {
    let left = try sum()
    guard let operation = try acceptSign(Self.comparisons) else { return left }
    let result = binary(operation, left, try sum())
    if case .sign(let sign) = token.kind, Self.comparisons.contains(sign) {
      throw ExpressionError(.expressionSyntax, "comparisons do not chain; join two with `and`", at: token.span)
    }
    return result
  }

  private mutating func sum() throws(ExpressionError) -> Expression {
    var left = try product()
    while let operation = try acceptSign(["+", "-"]) { left = binary(operation, left, try product()) }
    return left
  }

  private mutating func product() throws(ExpressionError) -> Expression {
    var left = try negation()
    while let operation = try acceptSign(["*", "/", "//", "%"]) { left = binary(operation, left, try negation()) }
    return left
  }

  private mutating func negation() throws(ExpressionError) -> Expression {
    guard token.kind == .sign("-") else { return try power() }
    try nested()
    defer { depth -= 1 }
    let start = token.span
    try advance()
    let operand = try negation()
    return Expression(.negation(operand), span: start.extended(to: operand.span))
  }

  private mutating func power() throws(ExpressionError) -> Expression {
    let base = try primary()
    guard let operation = try acceptSign(["**"]) else { return base }
    try nested()
    defer { depth -= 1 }
    return binary(operation, base, try negation())
  }

  private mutating func primary() throws(ExpressionError) -> Expression {
    let start = token
    switch start.kind {
    case .integer(let value):
      try advance()
      return Expression(.integer(value), span: start.span)
    case .float(let value):
      try advance()
      return Expression(.float(value), span: start.span)
    case .path(let parts):
      if parts.count == 1, let word = parts.first {
        if let constant = Self.constants[word] {
          try advance()
          return Expression(.boolean(constant), span: start.span)
        }
        if ["if", "else", "and", "or", "not"].contains(word) { throw missingValue() }
      }
      try advance()
      guard token.kind == .sign("("), parts.count == 1 else { return Expression(.path(parts), span: start.span) }
      return try call(parts[0], start.span)
    case .sign("("):
      try advance()
      let inner = try conditional()
      let end = token.span
      guard token.kind == .sign(")") else { throw unexpected("a parenthesis is not closed") }
      try advance()
      return Expression(inner.node, span: start.span.extended(to: end))
    default:
      throw missingValue()
    }
  }

  private func missingValue() -> ExpressionError {
    if token.kind == .end { return ExpressionError(.expressionSyntax, "a value is missing at the end", at: token.span) }
    return unexpected("a value is expected")
  }

  private static let constants = ["true": true, "false": false]

  private mutating func call(_ name: String, _ nameSpan: Span) throws(ExpressionError) -> Expression {
    try advance()
    var arguments: [Expression] = []
    while token.kind != .sign(")") {
      arguments.append(try conditional())
      if token.kind == .sign(",") {
        try advance()
        if token.kind == .sign(")") { throw unexpected("an argument is missing") }
      } else if token.kind != .sign(")") {
        throw unexpected("the call of \(name) is not closed")
      }
    }
    let end = token.span
    try advance()
    return Expression(.call(name, nameSpan: nameSpan, arguments), span: nameSpan.extended(to: end))
  }
}
