import Diagnostics

/// Prints Python as `ruff format` does: 88 columns, a trailing comma where arguments stand on lines of their own.
package struct PythonPrinter {
  let width: Int
  /// Whether docstrings and comments are printed; without them the text is what the names in it are looked for in.
  private let isDocumented: Bool
  private var output: [String] = []

  private init(width: Int, isDocumented: Bool) {
    self.width = width
    self.isDocumented = isDocumented
  }

  /// The text of a file.
  package static func print(_ file: PythonFile, width: Int = 88) -> String {
    var printer = PythonPrinter(width: width, isDocumented: true)
    printer.docstring(file.documentation, indent: 0)
    let imports = file.imports.filter { !$0.isEmpty }
    for group in imports {
      printer.blank()
      printer.output += group
    }
    printer.declarations(file.declarations)
    return printer.output.joined(separator: "\n") + "\n"
  }

  /// The text of declarations without docstrings and comments.
  package static func code(_ declarations: [PythonDeclaration]) -> String {
    var printer = PythonPrinter(width: 1 << 20, isDocumented: false)
    printer.declarations(declarations)
    return printer.output.joined(separator: "\n") + "\n"
  }

  /// The text of statements that are indented by so many columns.
  package static func text(_ statements: [PythonStatement], indent: Int, width: Int = 88) -> String {
    var printer = PythonPrinter(width: width, isDocumented: true)
    printer.print(statements, indent: indent)
    return printer.output.joined(separator: "\n")
  }

  func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  private mutating func blank() { if output.last?.isEmpty == false { output.append("") } }

  private mutating func line(_ text: String, _ indent: Int) { output.append(text.isEmpty ? "" : spaces(indent) + text) }

  private mutating func declarations(_ declarations: [PythonDeclaration]) {
    var wasConstant: Bool?
    for declaration in declarations {
      var isConstant = false
      if case .constant = declaration { isConstant = true }
      let gap = isConstant && wasConstant == true ? 0 : isConstant && wasConstant == nil ? 1 : 2
      if !output.isEmpty { output += Array(repeating: "", count: gap) }
      wasConstant = isConstant
      switch declaration {
      case .structure(let type): print(type)
      case .function(let function): print(function, indent: 0)
      case .source(let text):
        output += text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      case .constant(let name, let value): print([.assignment(.name(name), value)], indent: 0)
      }
    }
  }

  // MARK: Docstrings

  private mutating func docstring(_ lines: [String], indent: Int) {
    guard isDocumented, !lines.isEmpty else { return }
    let texts = lines.map(Self.documentable).flatMap { wrapped($0, indent: indent) }
    if texts.count == 1, indent + texts[0].count + 6 <= width, !texts[0].hasSuffix("\"") {
      return line("\"\"\"\(texts[0])\"\"\"", indent)
    }
    line("\"\"\"\(texts[0])", indent)
    for text in texts.dropFirst() { line(text, indent) }
    line("\"\"\"", indent)
  }

  /// A text without what would end a docstring or is no text.
  private static func documentable(_ text: String) -> String {
    let text = PythonNames.escaped(text.printable)
    var result = ""
    var rest = text[...]
    while let first = rest.first {
      // A quotation mark alone may stand; three would end the text.
      if rest.hasPrefix("\\\"") {
        result += rest.hasPrefix("\\\"\\\"\\\"") || result.isEmpty ? "\\\"" : "\""
        rest = rest.dropFirst(2)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result.hasSuffix(" ") ? String(result.reversed().drop { $0 == " " }.reversed()) : result
  }

  /// A text in lines of the width, broken at spaces.
  private func wrapped(_ text: String, indent: Int) -> [String] {
    // What is indented, such as a command, stays as it is.
    if text.hasPrefix(" ") { return [text] }
    var result: [String] = []
    var current = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      // The first line has three quotation marks before it.
      let room = width - indent - (result.isEmpty ? 3 : 0)
      if current.isEmpty {
        current = String(word)
      } else if current.count + 1 + word.count <= room {
        current += " \(word)"
      } else {
        result.append(current)
        current = String(word)
      }
    }
    return result + [current]
  }

  // MARK: Declarations

  private mutating func print(_ type: PythonClass) {
    line("class \(type.name)\(type.bases.isEmpty ? "" : "(\(type.bases.joined(separator: ", ")))"):", 0)
    docstring(type.documentation, indent: 4)
    if !type.fields.isEmpty {
      if isDocumented, !type.documentation.isEmpty { blank() }
      for field in type.fields { line("\(field.name): \(field.type)", 4) }
    }
    if !type.attributes.isEmpty {
      if isDocumented, !type.documentation.isEmpty { blank() }
      print(type.attributes, indent: 4)
    }
    for method in type.methods {
      blank()
      print(method, indent: 4)
    }
  }

  private mutating func print(_ function: PythonFunction, indent: Int) {
    let parameters = function.parameters.map { parameter in
      let type = parameter.type.isEmpty ? "" : ": \(parameter.type)"
      return parameter.name + type + (parameter.defaultValue.map { " = \(Self.flat($0))" } ?? "")
    }
    let end = ") -> \(function.result):"
    let flat = parameters.joined(separator: ", ")
    let head = "def \(function.name)("
    if indent + head.count + flat.count + end.count <= width {
      line(head + flat + end, indent)
    } else {
      line(head, indent)
      if indent + 4 + flat.count <= width {
        line(flat, indent + 4)
      } else {
        for parameter in parameters { line(parameter + ",", indent + 4) }
      }
      line(end, indent)
    }
    docstring(function.documentation, indent: indent + 4)
    print(function.body, indent: indent + 4)
  }

  // MARK: Statements

  private mutating func print(_ statements: [PythonStatement], indent: Int) {
    for statement in statements { print(statement, indent: indent) }
  }

  private mutating func print(_ statement: PythonStatement, indent: Int) {
    switch statement {
    case .assignment(let target, let annotation, let value):
      put(Self.flat(target) + (annotation.map { ": \($0)" } ?? "") + " = ", value, "", indent)
    case .expression(let value): put("", value, "", indent)
    case .returned(let value): put("return ", value, "", indent)
    case .comment(let text): if isDocumented { line("# \(text.printable)", indent) }
    case .space: blank()
    case .conditional(let condition, let then, let other):
      put("if ", condition, ":", indent)
      print(then, indent: indent + 4)
      if !other.isEmpty {
        line("else:", indent)
        print(other, indent: indent + 4)
      }
    case .loop(let pattern, let sequence, let body):
      put("for \(pattern) in ", sequence, ":", indent)
      print(body, indent: indent + 4)
    }
  }

  /// An expression between two texts.
  private mutating func put(_ before: String, _ value: PythonExpression, _ after: String, _ indent: Int) {
    var lines = lines(value, indent: indent, prefix: indent + before.count, suffix: after.count)
    lines[0] = before + lines[0]
    lines[lines.count - 1] += after
    line(lines[0], indent)
    output += lines.dropFirst()
  }
}
