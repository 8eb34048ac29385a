import Diagnostics
import JSON
import Layers
import Shapes

/// Writes a graph as JSON.
struct GraphJSONWriter {
  private let graph: Graph

  init(_ graph: Graph) { self.graph = graph }

  func document() -> String {
    var lines: [String] = []
    func line(_ key: String, _ value: JSONValue?) {
      if let value { lines.append("\(JSONValue.string(key).compactText): \(value.compactText)") }
    }
    func block(_ key: String, _ values: [JSONValue]) {
      let text = values.map { "  " + $0.compactText }.joined(separator: ",\n")
      lines.append("\(JSONValue.string(key).compactText): [\(values.isEmpty ? "" : "\n\(text)\n")]")
    }
    line("format", .string(GraphJSON.format))
    line("version", .int(GraphJSON.version))
    line("name", .string(graph.name))
    line("summary", graph.summary.map { .string($0) })
    line("source", graph.citation.map { .string($0) })
    line("file", .string(graph.file))
    line("variant", graph.variant.map { .string($0) })
    line("settings", .array(graph.settings.map { value($0) }))
    if graph.inputs.count == 1, graph.inputs[0].name == nil {
      line("input", value(graph.input))
    } else {
      line(
        "inputs",
        .array(
          graph.inputs.map { .object(("name", $0.name.map { .string($0) }), ("shape", value($0.shape))) }))
    }
    line("batch", value(graph.batch))
    line("files", .array(graph.files.map { .string($0) }))
    block("nodes", graph.nodes.map { value($0) })
    block("scopes", graph.scopes.map { value($0) })
    line(
      "outputs",
      .array(graph.outputs.map { .object(("name", $0.name.map { .string($0) }), ("value", value($0.value))) }))
    block("heads", graph.heads.map { value($0) })
    block("remarks", graph.remarks.map { value($0) })
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }

  private func value(_ setting: Graph.Setting) -> JSONValue {
    .object(members(setting.name, setting.value) + (setting.isChanged ? [("changed", .bool(true))] : []))
  }

  /// A parameter's name and value with its type; for an item its word, and where it is written.
  private func members(_ name: String, _ parameter: ParameterValue) -> [(String, JSONValue)] {
    let start: [(String, JSONValue)] = [("name", .string(name)), ("type", .string(parameter.type.rawValue))]
    switch parameter {
    case .field(let field): return start + [("value", field.json)]
    case .layer(let word, let span): return start + [("value", .string(word)), ("at", value(span))]
    }
  }

  private func value(_ value: ValueID) -> JSONValue { .int(value.index) }

  private func value(_ head: Graph.Head) -> JSONValue {
    .object(
      ("name", .string(head.name)), ("weight", head.weight.map { .double($0) }), ("value", value(head.output)))
  }

  private func value(_ remark: Graph.Remark) -> JSONValue {
    .object(
      ("node", .string(remark.node)), ("message", .string(remark.message)), ("at", value(remark.span)))
  }

  private func value(_ span: Span) -> JSONValue {
    .ints([span.source.index, span.start.line, span.start.column, span.end.line, span.end.column])
  }

  // MARK: Nodes

  private func value(_ node: Node) -> JSONValue {
    .object(
      ("path", .string(node.path)), ("kind", .string(node.keyword)), ("inputs", .array(node.inputs.map { value($0) })),
      ("output", value(node.output)),
      ("fields", node.attributes.isEmpty ? nil : fields(node.attributes)),
      ("origins", node.attributes.isEmpty ? nil : origins(node.attributes)),
      ("head", node.head.map { .int($0) }), ("shares", node.sharedWith.map { .int($0) }), ("at", value(node.span)))
  }

  private func fields(_ attributes: [Attribute]) -> JSONValue {
    .object(attributes.map { ($0.name, $0.value.json) })
  }

  private func origins(_ attributes: [Attribute]) -> JSONValue {
    .object(
      attributes.map { attribute in
        let origin: JSONValue =
          switch attribute.origin {
          case .written(let span): value(span)
          case .defaults(let span): .object(("defaults", value(span)))
          case .inferred(let reason): .object(("inferred", .string(reason)))
          }
        return (attribute.name, origin)
      })
  }

  // MARK: Scopes

  private func value(_ scope: Scope) -> JSONValue {
    let children = scope.children.map { child -> JSONValue in
      switch child {
      case .node(let id): .string("n\(id)")
      case .scope(let id): .string("s\(id)")
      }
    }
    var members = kindMembers(scope.kind)
    if let name = scope.name { members.append(("name", .string(name))) }
    if let given = scope.givenName { members.append(("given", .string(given))) }
    members += [
      ("path", .string(scope.path)), ("input", value(scope.input)),
    ]
    if !scope.furtherInputs.isEmpty { members.append(("further", .array(scope.furtherInputs.map { value($0) }))) }
    members += [
      ("output", value(scope.output)), ("at", value(scope.span)),
      ("children", .array(children)),
    ]
    if let shared = scope.sharedWith { members.append(("shares", .int(shared))) }
    return .object(members)
  }

  private func kindMembers(_ kind: Scope.Kind) -> [(String, JSONValue)] {
    func members(_ word: String, _ extra: (String, JSONValue)...) -> [(String, JSONValue)] {
      ([("kind", .string(word))] + extra).map { ($0.0, $0.1) }
    }
    func block(_ word: String, _ name: String, _ arguments: [Scope.Argument]) -> [(String, JSONValue)] {
      members(
        word, ("block", .string(name)),
        ("arguments", .array(arguments.map { .object(self.members($0.name, $0.value)) })))
    }
    switch kind {
    case .root: return members("root")
    case .module(let name, let arguments): return block("module", name, arguments)
    case .blockList(let name, let arguments): return block("block_list", name, arguments)
    case .list: return members("list")
    case .level: return members("level")
    case .loop: return members("loop")
    case .copies: return members("copies")
    case .branches(let join): return members("branches", ("join", .string(join)))
    case .split(let join): return members("split", ("join", .string(join)))
    case .residual: return members("residual")
    case .gate: return members("gate")
    case .append: return members("append")
    case .body: return members("body")
    case .shortcut(let form): return members("shortcut", ("form", .string(form)))
    case .head(let name): return members("head", ("head", .string(name)))
    case .composite(let keyword): return members("composite", ("layer", .string(keyword)))
    }
  }

  // MARK: Shapes

  private func value(_ shape: Shape) -> JSONValue { .array(shape.dimensions.map { value($0) }) }

  private func value(_ extent: Extent) -> JSONValue { extent.json }
}

extension Extent {
  /// A number; a symbol's name; for other formulas the constant, then a list for each term: its coefficient and factors,
  /// which are symbols or `[formula, divisor]`.
  fileprivate var json: JSONValue {
    switch self {
    case .known(let number): .int(number)
    case .symbolic(let formula): Self.value(formula)
    }
  }

  private static func value(_ formula: Formula) -> JSONValue {
    let terms = formula.sortedTerms
    if formula.constantTerm == 0, terms.count == 1, terms[0].coefficient == 1,
      case .symbol(let name) = terms[0].factors[0],
      terms[0].factors.count == 1
    {
      return .string(name)
    }
    let lists = terms.map { term -> JSONValue in
      let factors = term.factors.map { factor -> JSONValue in
        switch factor {
        case .symbol(let name): .string(name)
        case .quotient(let inner, let divisor): .array([value(inner), .int(divisor)])
        }
      }
      return .array([.int(term.coefficient)] + factors)
    }
    return .array([.int(formula.constantTerm)] + lists)
  }
}

extension FieldValue {
  /// The value as the graph's JSON has it; its type follows from the field.
  var json: JSONValue {
    switch self {
    case .int(let number): .int(number)
    case .float(let number): .double(number)
    case .bool(let flag): .bool(flag)
    case .size(let size): size.uniform.map(JSONValue.int) ?? .ints(size.numbers)
    case .openSize(let size): .array(size.along(axes: size.axisCount ?? 1).map(\.json))
    case .padding(.explicit(let sizes)): sizes.uniform.map(JSONValue.int) ?? .ints(sizes.numbers)
    case .padding(let padding): .string(padding.description)
    case .word(let text), .text(let text): .string(text)
    case .ints(let numbers): .ints(numbers)
    case .intTable(let rows): .array(rows.map { .ints($0) })
    case .initializers(let list):
      .array(
        list.map { initializer in
          let arguments = initializer.arguments.sorted { $0.key < $1.key }
          let values = initializer.values
          return .object(
            ("tensor", initializer.tensor.map { .string($0) }),
            ("distribution", values == nil ? .string(initializer.distribution) : nil),
            ("file", values?.file.map { .string($0) }),
            ("values", values?.pattern.map { .array($0.numbers.map { .double($0) }) }),
            ("shape", values?.pattern.map { .ints($0.shape) }),
            (
              "arguments",
              arguments.isEmpty ? nil : .object(arguments.map { ($0.key, .double($0.value)) })
            ))
        })
    }
  }
}
