extension Printer {
  /// An expression on one line.
  static func flat(_ expression: SwiftExpression) -> String {
    switch expression {
    case .name(let name): return Identifier.escaped(name)
    case .literal(let text): return text
    case .string(let text): return "\"\(escaped(text))\""
    case .interpolation(let pieces):
      let parts = pieces.map { piece in
        switch piece {
        case .text(let text): escaped(text)
        case .expression(let expression): "\\(\(flat(expression)))"
        }
      }
      return "\"\(parts.joined())\""
    case .member(let base, let name):
      return (base.map { flat($0, within: 10) } ?? "") + "." + (name == "init" ? name : Identifier.escaped(name))
    case .call(let callee, let arguments): return "\(flat(callee, within: 10))(\(flat(arguments)))"
    case .optionalCall(let callee, let arguments): return "\(flat(callee, within: 10))?(\(flat(arguments)))"
    case .subscripted(let base, let index): return "\(flat(base, within: 10))[\(flat(index))]"
    case .binary(let left, let operation, let right):
      let precedence = operation.precedence
      let leftText = flat(left, within: operation.isAssociative ? precedence : precedence + 1)
      let rightText = flat(right, within: precedence + 1)
      return operation == .range
        ? "\(leftText)\(operation.rawValue)\(rightText)" : "\(leftText) \(operation.rawValue) \(rightText)"
    case .not(let operand): return "!\(flat(operand, within: 10))"
    case .negation(let operand): return "-\(flat(operand, within: 10))"
    case .conditional(let condition, let then, let other):
      return "\(flat(condition, within: 2)) ? \(flat(then, within: 2)) : \(flat(other, within: 1))"
    case .array(let elements, _): return "[\(elements.map(flat).joined(separator: ", "))]"
    case .tuple(let arguments): return "(\(flat(arguments)))"
    case .address(let base): return "&\(flat(base))"
    case .shortClosure(let body): return "{ \(flat(body)) }"
    case .trailingClosure(let base, let parameters, let body):
      return "\(flat(base, within: 10)) { \(closureHead(parameters))\(flat(body)) }"
    }
  }

  private static func closureHead(_ parameters: [String]) -> String {
    parameters.isEmpty ? "" : parameters.map(Identifier.escaped).joined(separator: ", ") + " in "
  }

  /// In parentheses if the expression holds together less than its surroundings ask.
  private static func flat(_ expression: SwiftExpression, within precedence: Int) -> String {
    let text = flat(expression)
    return expression.precedence < precedence ? "(\(text))" : text
  }

  private static func flat(_ arguments: [Argument]) -> String { arguments.map(flat).joined(separator: ", ") }

  private static func flat(_ argument: Argument) -> String {
    // Keywords are labels without backquotes, but for a few that no spec's name can be at this place.
    (argument.label.map { "\($0): " } ?? "") + flat(argument.value)
  }

  /// Escapes what is special in a text.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..<" ", "\u{7F}": result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An expression as lines: the first goes on where the caller is, the others are indented from `indent`.
  ///
  /// `prefix` and `suffix` are the characters before and behind it on its first and last line.
  func lines(_ expression: SwiftExpression, indent: Int, prefix: Int, suffix: Int = 0) -> [String] {
    if case .array(let elements, true) = expression {
      return ["["] + table(elements, indent: indent + 2) + [spaces(indent) + "]"]
    }
    if case .call(.member(.array(let elements, true)?, let name), []) = expression {
      var table = lines(.array(elements, isTable: true), indent: indent, prefix: prefix)
      table[table.count - 1] += ".\(name)()"
      return table
    }
    let text = Self.flat(expression)
    if prefix + text.count + suffix <= width { return [text] }
    switch expression {
    case .call(.member(.array(let elements, let isTable)?, let name), []):
      let call = ".\(name)()"
      return lines(
        .array(elements, isTable: isTable), indent: indent, prefix: prefix, suffix: suffix + call.count
      ).appendingToLast(call)
    case .call(let callee, let arguments) where !arguments.isEmpty:
      return call(Self.flat(callee) + "(", arguments, indent: indent, suffix: suffix)
    case .optionalCall(let callee, let arguments) where !arguments.isEmpty:
      return call(Self.flat(callee) + "?(", arguments, indent: indent, suffix: suffix)
    case .binary(let left, let operation, let right) where operation != .range:
      return operands(left, operation, right, indent: indent, prefix: prefix, suffix: suffix)
    case .trailingClosure(let base, let parameters, let body):
      var result = ["\(Self.flat(base)) { \(Self.closureHead(parameters))".trimmedEnd]
      let inner = lines(body, indent: indent + 2, prefix: indent + 2)
      result.append(spaces(indent + 2) + inner[0])
      result += inner.dropFirst()
      result.append(spaces(indent) + "}")
      return result
    case .conditional(let condition, let then, let other):
      return [
        Self.flat(condition), "\(spaces(indent + 2))? \(Self.flat(then))", "\(spaces(indent + 2)): \(Self.flat(other))",
      ]
    case .array(let elements, _):
      return ["["] + filled(elements.map(Self.flat), indent: indent + 2, suffix: 1).appendingToLast(",") + [
        spaces(indent) + "]"
      ]
    default: return [text]
    }
  }

  /// The operands of a chain on lines of their own, each but the first behind its operator.
  private func operands(
    _ left: SwiftExpression, _ operation: SwiftExpression.Operator, _ right: SwiftExpression, indent: Int, prefix: Int,
    suffix: Int
  ) -> [String] {
    let precedence = operation.precedence
    var result: [String]
    switch left {
    case .binary(let first, let other, let second) where other.precedence == precedence && operation.isAssociative:
      result = operands(first, other, second, indent: indent, prefix: prefix, suffix: 0)
    case _ where left.precedence < precedence: result = [Self.flat(left, within: precedence)]
    default: result = lines(left, indent: indent, prefix: prefix)
    }
    let head = "\(spaces(indent + 2))\(operation.rawValue) "
    var last =
      right.precedence <= precedence
      ? [Self.flat(right, within: precedence + 1)]
      : lines(right, indent: indent + 2, prefix: head.count, suffix: suffix)
    last[0] = head + last[0]
    return result + last
  }

  /// Elements on lines of their own, each with its comma.
  private func table(_ elements: [SwiftExpression], indent: Int) -> [String] {
    elements.flatMap { element in
      var parts = lines(element, indent: indent, prefix: indent, suffix: 1)
      parts[0] = spaces(indent) + parts[0]
      // The formatter wants none behind a single element.
      if elements.count > 1 { parts[parts.count - 1] += "," }
      return parts
    }
  }

  /// A call whose arguments fill the lines behind its own.
  private func call(_ head: String, _ arguments: [Argument], indent: Int, suffix: Int) -> [String] {
    var result = [head]
    var line = spaces(indent + 2)
    for (index, argument) in arguments.enumerated() {
      let isLast = index == arguments.count - 1
      let tail = isLast ? suffix + 1 : 1
      let text = Self.flat(argument)
      let isFirst = line.count <= indent + 2
      if line.count + (isFirst ? 0 : 1) + text.count + tail <= width {
        line += (isFirst ? "" : " ") + text + (isLast ? "" : ",")
        continue
      }
      if !isFirst {
        result.append(line)
        line = spaces(indent + 2)
      }
      // An argument that is too long for a line is broken itself.
      let label = argument.label.map { "\($0): " } ?? ""
      let parts = lines(argument.value, indent: indent + 2, prefix: indent + 2 + label.count, suffix: tail)
      line += label + parts[0]
      if parts.count > 1 {
        result.append(line)
        result += parts[1..<parts.count - 1]
        line = parts[parts.count - 1]
      }
      if !isLast { line += "," }
    }
    return result + [line + ")"]
  }

  /// Items behind each other, as many as fit on a line.
  func filled(_ items: [String], indent: Int, suffix: Int) -> [String] {
    var lines: [String] = []
    var line = spaces(indent)
    for (index, item) in items.enumerated() {
      let isLast = index == items.count - 1
      let text = isLast ? item : item + ","
      let needed = line.count + text.count + (isLast ? suffix : 0) + (line.count > indent ? 1 : 0)
      if line.count > indent, needed > width {
        lines.append(line)
        line = spaces(indent)
      }
      line += (line.count > indent ? " " : "") + text
    }
    return lines + [line]
  }
}

extension [String] {
  fileprivate func appendingToLast(_ text: String) -> [String] {
    isEmpty ? [text] : dropLast() + [self[count - 1] + text]
  }
}

extension String {
  var trimmedEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
