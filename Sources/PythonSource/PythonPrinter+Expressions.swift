extension PythonPrinter {
  /// An expression on one line.
  package static func flat(_ expression: PythonExpression) -> String {
    switch expression {
    case .name(let name): return name
    case .literal(let text): return text
    case .string(let text): return PythonNames.quoted(text)
    case .formatted(let pieces):
      let parts = pieces.map { piece in
        switch piece {
        case .text(let text):
          PythonNames.escaped(text).replacing("{", with: "{{").replacing("}", with: "}}")
        case .expression(let expression): "{\(flat(expression))}"
        }
      }
      return "f\"\(parts.joined())\""
    case .member(let base, let name): return "\(flat(base, within: 10)).\(name)"
    case .call(let callee, let arguments):
      return "\(flat(callee, within: 10))(\(arguments.map(flat).joined(separator: ", ")))"
    case .subscripted(let base, .tuple(let indices)):
      return "\(flat(base, within: 10))[\(indices.map(flat).joined(separator: ", "))]"
    case .subscripted(let base, let index): return "\(flat(base, within: 10))[\(flat(index))]"
    case .slice(let start, let end): return "\(start.map(String.init) ?? ""):\(end.map(String.init) ?? "")"
    case .binary(let left, let operation, let right):
      let precedence = operation.precedence
      let leftText = flat(left, within: operation.isComparison ? precedence + 1 : precedence)
      return "\(leftText) \(operation.rawValue) \(flat(right, within: precedence + 1))"
    case .not(let operand): return "not \(flat(operand, within: 4))"
    case .conditional(let condition, let then, let other):
      return "\(flat(then, within: 2)) if \(flat(condition, within: 2)) else \(flat(other, within: 1))"
    case .list(let elements): return "[\(elements.map(flat).joined(separator: ", "))]"
    case .tuple(let elements): return "(\(elements.map(flat).joined(separator: ", "))\(elements.count == 1 ? "," : ""))"
    case .dictionary(let entries):
      return "{\(entries.map { "\(PythonNames.quoted($0.label ?? "")): \(flat($0.value))" }.joined(separator: ", "))}"
    case .comprehension(let element, let variable, let sequence):
      return "[\(flat(element)) for \(variable) in \(flat(sequence, within: 2))]"
    case .starred(let sequence): return "*\(flat(sequence, within: 10))"
    }
  }

  /// In parentheses if the expression holds together less than its surroundings ask.
  private static func flat(_ expression: PythonExpression, within precedence: Int) -> String {
    let text = flat(expression)
    return expression.precedence < precedence ? "(\(text))" : text
  }

  private static func flat(_ argument: PythonArgument) -> String {
    (argument.label.map { "\($0)=" } ?? "") + flat(argument.value)
  }

  /// An expression as lines: the first goes on where the caller is, the others are indented from `indent`.
  ///
  /// `prefix` and `suffix` are the characters before and behind it on its first and last line. Within brackets, what has
  /// no brackets of its own may be broken at its operators; else it is put into parentheses.
  func lines(
    _ expression: PythonExpression, indent: Int, prefix: Int, suffix: Int = 0, isBracketed: Bool = false
  ) -> [String] {
    let text = Self.flat(expression)
    if prefix + text.count + suffix <= width { return [text] }
    switch expression {
    case .call(.member(.call(let inner, let innerArguments), let name), let arguments) where !innerArguments.isEmpty:
      // What is called on the result stands behind the bracket.
      let tail = ".\(name)(\(arguments.map(Self.flat).joined(separator: ", ")))"
      return bracketed(Self.flat(inner, within: 10) + "(", ")" + tail, innerArguments, indent: indent)
    case .call(let callee, let arguments) where !arguments.isEmpty:
      return bracketed(Self.flat(callee, within: 10) + "(", ")", arguments, indent: indent)
    case .list(let elements) where !elements.isEmpty:
      return collection("[", "]", elements, indent: indent)
    case .tuple(let elements) where !elements.isEmpty:
      return collection("(", ")", elements, indent: indent)
    case .dictionary(let entries) where !entries.isEmpty:
      let inner = indent + 4
      let body = entries.flatMap { entry -> [String] in
        let key = "\(PythonNames.quoted(entry.label ?? "")): "
        var body = lines(entry.value, indent: inner, prefix: inner + key.count, suffix: 1)
        body[0] = spaces(inner) + key + body[0]
        body[body.count - 1] += ","
        return body
      }
      return ["{"] + body + [spaces(indent) + "}"]
    case .subscripted(.tuple(let elements), let index) where !elements.isEmpty:
      return collection("(", ")[\(Self.flat(index))]", elements, indent: indent)
    case .starred(let sequence):
      var result = lines(sequence, indent: indent, prefix: prefix + 1, suffix: suffix, isBracketed: true)
      result[0] = "*" + result[0]
      return result
    case .comprehension(let element, let variable, let sequence):
      let inner = indent + 4
      let body = lines(element, indent: inner, prefix: inner, isBracketed: true)
      return ["["] + indented(body, inner)
        + [spaces(inner) + "for \(variable) in \(Self.flat(sequence, within: 2))", spaces(indent) + "]"]
    case .subscripted(.call(let callee, let arguments), let index) where !arguments.isEmpty:
      let tail = Self.flat(.subscripted(.name(""), index))
      return bracketed(Self.flat(callee, within: 10) + "(", ")" + tail, arguments, indent: indent)
    case .binary, .conditional, .not:
      if !isBracketed, let lines = splitLast(expression, indent: indent, prefix: prefix, suffix: suffix) {
        return lines
      }
      if isBracketed { return indented(operands(expression, indent: indent), indent, first: false) }
      return parenthesized(expression, indent: indent)
    default: return [text]
    }
  }

  /// Lines with spaces before them, where they have none yet.
  private func indented(_ lines: [String], _ indent: Int, first: Bool = true) -> [String] {
    lines.enumerated().map { position, line in
      (position > 0 || first) && !line.hasPrefix(" ") ? spaces(indent) + line : line
    }
  }

  /// The operands of the operators that bind least, each on a line with its operator before it.
  private func operands(_ expression: PythonExpression, indent: Int) -> [String] {
    switch expression {
    case .conditional(let condition, let then, let other):
      return operands(then, indent: indent).prefixed("", indent, self)
        + operands(condition, indent: indent).prefixed("if ", indent, self)
        + operands(other, indent: indent).prefixed("else ", indent, self)
    case .binary(let left, let operation, let right):
      var first: [String] = []
      if case .binary(_, let inner, _) = left, inner.precedence == operation.precedence, !operation.isComparison {
        first = operands(left, indent: indent)
      } else {
        first = [Self.flat(left, within: operation.precedence)]
      }
      let start = operation.rawValue.count + 1
      var last = operand(right, within: operation.precedence + 1, indent: indent, prefix: indent + start)
      last[0] = "\(operation.rawValue) \(last[0])"
      return first + last
    default: return [Self.flat(expression)]
    }
  }

  /// An operand behind its operator; what is too long is broken.
  private func operand(_ expression: PythonExpression, within precedence: Int, indent: Int, prefix: Int) -> [String] {
    let text = Self.flat(expression, within: precedence)
    if prefix + text.count <= width { return [text] }
    if expression.precedence < precedence { return parenthesized(expression, indent: indent) }
    if case .binary = expression { return operands(expression, indent: indent) }
    return lines(expression, indent: indent, prefix: prefix)
  }

  private func parenthesized(_ expression: PythonExpression, indent: Int) -> [String] {
    let (text, inner) = (Self.flat(expression), indent + 4)
    let body = text.count + inner <= width ? [text] : operands(expression, indent: inner)
    return ["("] + indented(body, inner) + [spaces(indent) + ")"]
  }

  /// An expression with one operator that binds least, broken within the brackets that it ends in; nil where it has several,
  /// ends in none, or these begin beyond the line.
  private func splitLast(_ expression: PythonExpression, indent: Int, prefix: Int, suffix: Int) -> [String]? {
    guard case .binary(let left, let operation, let right) = expression else { return nil }
    if case .binary(_, let inner, _) = left, inner.precedence == operation.precedence { return nil }
    var (last, precedence) = (right, operation.precedence + 1)
    while case .binary(_, let inner, let next) = last, last.precedence >= precedence {
      (last, precedence) = (next, inner.precedence + 1)
    }
    let text = Self.flat(last, within: precedence)
    let head = String(Self.flat(expression).dropLast(text.count))
    let isWrapped = last.precedence < precedence
    let open: String
    switch last {
    case _ where isWrapped: open = "("
    case .call(let callee, let arguments) where !arguments.isEmpty: open = Self.flat(callee, within: 10) + "("
    case .list(let elements) where !elements.isEmpty: open = "["
    case .tuple(let elements) where !elements.isEmpty: open = "("
    default: return nil
    }
    guard prefix + head.count + open.count <= width else { return nil }
    var result =
      isWrapped
      ? parenthesized(last, indent: indent)
      : lines(last, indent: indent, prefix: prefix + head.count, suffix: suffix)
    result[0] = head + result[0]
    return result
  }

  /// Arguments between brackets: on a line of their own if they fit there, else a line each.
  private func bracketed(_ open: String, _ close: String, _ arguments: [PythonArgument], indent: Int) -> [String] {
    let inner = indent + 4
    let flat = arguments.map(Self.flat).joined(separator: ", ")
    if inner + flat.count <= width { return [open, spaces(inner) + flat, spaces(indent) + close] }
    var result = [open]
    for argument in arguments {
      let label = argument.label.map { "\($0)=" } ?? ""
      let isAlone = arguments.count == 1
      var body = lines(
        argument.value, indent: inner, prefix: inner + label.count, suffix: isAlone ? 0 : 1,
        isBracketed: argument.label == nil)
      body[0] = spaces(inner) + label + body[0]
      if !isAlone { body[body.count - 1] += "," }
      result += body
    }
    return result + [spaces(indent) + close]
  }

  /// Elements between brackets, a line each.
  private func collection(
    _ open: String, _ close: String, _ elements: [PythonExpression], indent: Int
  ) -> [String] {
    let inner = indent + 4
    var result = [open]
    for element in elements {
      var body = lines(element, indent: inner, prefix: inner, suffix: 1, isBracketed: true)
      body[0] = spaces(inner) + body[0]
      body[body.count - 1] += ","
      result += body
    }
    return result + [spaces(indent) + close]
  }
}

extension [String] {
  /// The first line with a word before it, all of them from an indent on.
  fileprivate func prefixed(_ word: String, _ indent: Int, _ printer: PythonPrinter) -> [String] {
    enumerated().map { $0 == 0 ? word + $1 : $1 }
  }
}

extension String {
  fileprivate func replacing(_ part: Character, with other: String) -> String {
    map { $0 == part ? other : String($0) }.joined()
  }
}
