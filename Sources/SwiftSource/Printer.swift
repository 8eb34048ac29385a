import Diagnostics

/// Prints Swift source as `swift format` would: two spaces of indentation, lines of at most 120 columns.
///
/// The text follows from the tree alone, so it is the same on every run.
package struct Printer {
  let width = 120
  private var lines: [String] = []
  /// Whether what is printed belongs to a line of another file.
  private var isElsewhere = false

  private init() {}

  /// A file's text.
  package static func print(_ file: SwiftFile) -> String {
    var printer = Printer()
    for line in file.header { printer.add("// \(single(line))".trimmedEnd, 0) }
    if !file.header.isEmpty, !file.imports.isEmpty { printer.add("", 0) }
    for name in file.imports.sorted() { printer.add("import \(name)", 0) }
    for declaration in file.declarations {
      printer.add("", 0)
      printer.declaration(declaration, 0)
    }
    return printer.lines.joined(separator: "\n") + "\n"
  }

  func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  private mutating func add(_ text: String, _ indent: Int) {
    lines.append(text.isEmpty ? "" : spaces(indent) + text)
  }

  /// Text with an expression and something behind it; what does not fit is broken.
  private mutating func add(
    _ head: String, _ expression: SwiftExpression, _ indent: Int, tail: String = "", comment: String? = nil
  ) {
    var parts = lines(expression, indent: indent, prefix: indent + head.count, suffix: tail.count)
    if case .binary = expression, parts.count > 1, head.hasSuffix("= ") {
      // A chain that is assigned stands below what it is assigned to.
      parts = lines(expression, indent: indent, prefix: indent + 2, suffix: tail.count)
      parts[0] = spaces(indent + 2) + parts[0]
      parts.insert(spaces(indent) + head.dropLast(), at: 0)
    } else {
      parts[0] = spaces(indent) + head + parts[0]
    }
    parts[parts.count - 1] += tail
    // A comment stays where the line has room for it, else it stands above.
    if let comment = comment.map(Self.single) {
      if parts[parts.count - 1].count + comment.count + 5 <= width {
        parts[parts.count - 1] += "  // \(comment)"
      } else {
        lines.append("\(spaces(indent))// \(comment)")
      }
    }
    lines += parts
  }

  private mutating func documentation(_ paragraphs: [String], _ indent: Int) {
    // A text of a spec may have lines of its own, none of which may leave the comment.
    for text in paragraphs.flatMap({ $0.isEmpty ? [""] : Self.lines($0) }) {
      if text.isEmpty {
        add("///", indent)
        continue
      }
      // Lines of a list or of code stay as they are.
      for line in Self.wrapped(text.printable, to: width - indent - 4) { add("/// \(line)", indent) }
    }
  }

  private static func lines(_ text: String) -> [String] { text.split(whereSeparator: \.isNewline).map(String.init) }

  /// A text as one line, for comments.
  private static func single(_ text: String) -> String { lines(text).map(\.printable).joined(separator: " ") }

  /// A text broken at spaces; lines that begin with a space are kept.
  static func wrapped(_ text: String, to width: Int) -> [String] {
    guard text.count > width, !text.hasPrefix(" ") else { return [text] }
    var result: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        result.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return result + [line]
  }

  // MARK: Declarations

  private mutating func declaration(_ declaration: Declaration, _ indent: Int) {
    switch declaration {
    case .structure(let structure):
      documentation(structure.documentation, indent)
      let conformances =
        structure.conformances.isEmpty ? "" : ": " + structure.conformances.joined(separator: ", ")
      add("\(structure.access.prefix)struct \(Identifier.escaped(structure.name))\(conformances) {", indent)
      members(structure.members, indent + 2)
      add("}", indent)
    case .extension(let name, let members):
      add("extension \(Identifier.escaped(name)) {", indent)
      self.members(members, indent + 2)
      add("}", indent)
    case .property(let property): self.property(property, indent)
    case .function(let function): self.function(function, indent)
    case .alias(let name, let type, let access, let text):
      documentation(text, indent)
      add("\(access.prefix)typealias \(Identifier.escaped(name)) = \(type)", indent)
    }
  }

  /// Members with blank lines between them; properties without documentation stand together.
  private mutating func members(_ members: [Declaration], _ indent: Int) {
    for (index, member) in members.enumerated() {
      if index > 0, !members[index - 1].standsTogether(with: member) { add("", 0) }
      declaration(member, indent)
    }
  }

  private mutating func property(_ property: Property, _ indent: Int) {
    documentation(property.documentation, indent)
    let keyword = (property.isStatic ? "static " : "") + (property.isVariable || property.getter != nil ? "var" : "let")
    let type = property.type.map { ": \($0)" } ?? ""
    let head = "\(property.access.prefix)\(keyword) \(Identifier.escaped(property.name))\(type)"
    if let getter = property.getter {
      add("\(head) {", indent)
      statements(getter, indent + 2)
      add("}", indent)
    } else if let value = property.value {
      add("\(head) = ", value, indent, comment: property.comment)
    } else {
      add(head + (property.comment.map { "  // \(Self.single($0))" } ?? ""), indent)
    }
  }

  private mutating func function(_ function: Function, _ indent: Int) {
    documentation(function.documentation, indent)
    let name = function.name == "init" ? "init" : "func \(Identifier.escaped(function.name))"
    let head = "\(function.access.prefix)\(function.isMutating ? "mutating " : "")\(name)("
    let result = ")" + (function.result.map { " -> \($0)" } ?? "") + " {"
    let parameters = function.parameters.map(Self.text)
    let line = head + parameters.joined(separator: ", ") + result
    if indent + line.count <= width {
      add(line, indent)
    } else {
      add(head, indent)
      lines += filled(parameters, indent: indent + 2, suffix: 0)
      add(result, indent)
    }
    statements(function.body, indent + 2)
    add("}", indent)
  }

  private static func text(_ parameter: Parameter) -> String {
    let name = Identifier.escaped(parameter.name)
    let label = parameter.label.map { $0 == parameter.name ? name : "\($0) \(name)" } ?? name
    return "\(label): \(parameter.type)" + (parameter.defaultValue.map { " = \(flat($0))" } ?? "")
  }

  // MARK: Statements

  private mutating func statements(_ statements: [Statement], _ indent: Int) {
    for statement in statements {
      if case .located(let line, let statement) = statement {
        // The formatter wants no spaces here.
        add("#sourceLocation(file:\"\(Self.escaped(line.file))\",line:\(line.line))", indent)
        isElsewhere = true
        self.statement(statement, indent)
      } else {
        endLocation(indent)
        self.statement(statement, indent)
      }
    }
    endLocation(indent)
  }

  /// Returns to the lines of the file itself.
  private mutating func endLocation(_ indent: Int) {
    if isElsewhere { add("#sourceLocation()", indent) }
    isElsewhere = false
  }

  private mutating func statement(_ statement: Statement, _ indent: Int) {
    switch statement {
    case .constant(let name, let value, let comment):
      add("let \(Identifier.escaped(name)) = ", value, indent, comment: comment)
    case .variable(let name, let value, let comment):
      add("var \(Identifier.escaped(name)) = ", value, indent, comment: comment)
    case .assignment(let target, let value, let comment):
      add("\(Self.flat(target)) = ", value, indent, comment: comment)
    case .expression(let expression, let comment): add("", expression, indent, comment: comment)
    case .returned(let value, let comment): add("return ", value, indent, comment: comment)
    case .conditional(let condition, let then, let other):
      switch condition {
      case .expression(let expression): add("if ", expression, indent, tail: " {")
      case .bindings(let names):
        add("if \(names.map { "let \(Identifier.escaped($0))" }.joined(separator: ", ")) {", indent)
      }
      statements(then, indent + 2)
      if !other.isEmpty {
        add("} else {", indent)
        statements(other, indent + 2)
      }
      add("}", indent)
    case .loop(let pattern, let sequence, let body):
      add("for \(pattern) in ", sequence, indent, tail: " {")
      statements(body, indent + 2)
      add("}", indent)
    case .located(_, let statement): self.statement(statement, indent)
    case .comment(let text):
      for line in Self.wrapped(Self.single(text), to: width - indent - 3) { add("// \(line)", indent) }
    }
  }
}

extension Declaration {
  /// Whether no blank line stands between the two: stored properties of one sort.
  fileprivate func standsTogether(with next: Declaration) -> Bool {
    guard case .property(let first) = self, case .property(let second) = next, first.getter == nil, second.getter == nil
    else { return false }
    return first.isStatic == second.isStatic
  }
}
