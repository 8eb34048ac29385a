import Layers
import SwiftSource

/// The layers of the library NeuralNetworks as they follow from the declarations, a file for each group of kinds.
///
/// `Sources/NeuralNetworks/Layers/Generated` holds the files as they were made last.
struct LayerLibrary {
  /// The files by their names.
  static func files() throws -> [String: String] {
    var files: [String: String] = [:]
    for group in LayerDocumentation.Group.allCases {
      let declarations = try LayerRegistry.all.filter { $0.kind.documentation.group == group }
        .flatMap { try LayerLibrary(declaration: $0).declarations() }
      guard !declarations.isEmpty else { continue }
      let header = [
        "\(group.rawValue), as the declarations in Sources/Layers say them. Do not edit: RECORD_GOLDEN=1 makes the tests",
        "write this file anew (docs/adding-a-layer.md).",
      ]
      files["\(group).swift".capitalizedFirst] = Printer.print(
        SwiftFile(header: header, imports: ["Layers", "Tensors"], declarations: declarations))
    }
    return files
  }

  let declaration: LayerDeclaration

  private var spelling: SwiftSpelling { declaration.kind.swift }

  /// The kind's type and function; none for one whose type stands in the library by hand.
  private func declarations() throws -> [Declaration] {
    if spelling.isByHand { return [] }
    guard let type = spelling.type else { return [join()].compactMap { $0 } }
    let types = try SwiftSpelling.axisCounts.filter { spelling.isPerRank || $0 == 2 }.sorted { $0 == 2 && $1 != 2 }
      .compactMap { count in try spelling.type(axes: count).map { try structure($0, axes: count) } }
    return types + [function(type)].compactMap { $0 }
  }

  private var documentation: [String] {
    let text = declaration.kind.documentation
    return [
      text.summary, "", ([text.formula] + (text.source.map { [$0] } ?? [])).map { $0 + "." }.joined(separator: " "),
    ]
  }

  /// The documentation of a type for inputs with so many spatial axes.
  private func documentation(axes count: Int) -> [String] {
    if count == 2 { return documentation }
    let shapes = [1: "signals `[N, C, L]`", 3: "volumes `[N, C, D, H, W]`"][count] ?? ""
    let name = spelling.type ?? declaration.keyword
    return ["\(declaration.kind.documentation.summary.dropLast()): as `\(name)`, for \(shapes)."]
  }

  // MARK: Arguments

  /// A field as a parameter of an initializer, and as the value that the kind reads.
  private struct Item {
    var parameter: Parameter?
    var value: SwiftExpression
  }

  private var items: [Item] {
    var items = declaration.fields.filter { !$0.concernsTensors }.map(item)
    while items.last?.parameter == nil, !items.isEmpty { items.removeLast() }
    return items
  }

  private func item(_ field: Field) -> Item {
    let name = SwiftSpelling.lowerCamel(field.name)
    let none = Item(parameter: nil, value: .literal("nil"))
    var (label, type): (String?, String) = (nil, "")
    switch (field.type, spelling.fields[field.name]) {
    case (.initializers, _), (_, .omitted), (_, .pair), (_, .choiceCarrying): return none
    case (.word(let words), .flag(let label, let word)):
      let other = words.first { $0 != word } ?? word
      let choice = SwiftExpression.conditional(.name(label), then: .string(word), else: .string(other))
      return Item(
        parameter: Parameter(label, type: "Bool", default: .literal("false")),
        value: .call(.member(nil, "word"), [Argument(nil, choice)]))
    case (_, .choice(let enumeration)): type = enumeration
    case (_, .labelled(let other)): (label, type) = (other, swiftType(field.type))
    case (_, .unlabelled): (label, type) = ("_", swiftType(field.type))
    case (_, .flag), (_, nil): type = swiftType(field.type)
    }
    let isOptional = field.defaultValue == nil && field.defaultText != nil
    return Item(
      parameter: Parameter(
        name, label: label, type: type + (isOptional ? "?" : ""),
        default: isOptional ? .literal("nil") : field.defaultValue.map(literal)),
      value: .member(.name(isOptional ? "\(name)?" : name), "field"))
  }

  private func swiftType(_ type: Field.FieldType) -> String {
    switch type {
    case .int: "Int"
    case .float: "Double"
    case .bool: "Bool"
    case .size: "Size"
    case .padding: "Padding"
    case .word, .text: "String"
    case .ints: "[Int]"
    case .intTable: "[[Int]]"
    case .initializers, .node: "Never"
    }
  }

  private func literal(_ value: FieldValue) -> SwiftExpression {
    switch value {
    case .float(let number) where number == number.rounded(): .integer(Int(number))
    case .float(let number): .literal("\(number)")
    case .word(let word): .member(nil, word)
    case .padding(.valid): .member(nil, "valid")
    case .int, .bool, .size, .openSize, .padding, .text, .ints, .intTable, .initializers: .literal(value.description)
    }
  }

  /// `LayerRule(Layers.MaxPool.self, kernel.field)`.
  private var rule: SwiftExpression {
    .call(
      "LayerRule",
      [Argument(nil, .literal("Layers.\(declaration.kind).self"))] + items.map { Argument(nil, $0.value) })
  }

  private var parameters: [Parameter] { items.compactMap(\.parameter) }

  // MARK: Types

  /// A type, for inputs with so many spatial axes where there are several.
  private func structure(_ type: String, axes: Int) throws -> Declaration {
    let tensors = spelling.function == nil ? try tensors() : []
    let hidden = Set(parameters.map(\.name))
    func property(_ name: String) -> SwiftExpression {
      hidden.contains(name) ? .member(.literal("self"), name) : .name(name)
    }
    var members = tensors.map { tensor in
      Declaration.property(
        Property(
          tensor.property, type: "Tensor" + (tensor.isOptional ? "?" : ""), isVariable: true, access: .public,
          documentation: ["The tensor `\(tensor.name)`."]))
    }
    var body = [Statement.assignment(.name("rule"), rule)]
    for name in spelling.shown {
      guard let field = declaration.field(named: name) else { continue }
      members.append(
        .property(
          Property(
            SwiftSpelling.lowerCamel(name), type: swiftType(field.type), access: .public,
            documentation: ["As `\(name)` of `\(declaration.keyword)`: \(field.documentation)."])))
      body.append(
        .assignment(.member(.literal("self"), SwiftSpelling.lowerCamel(name)), .name(SwiftSpelling.lowerCamel(name))))
    }
    let label = spelling.channels.map { $0 == "channels" ? nil : $0 } ?? nil
    let channels = tensors.isEmpty ? [] : [Parameter("channels", label: label, type: "Int")]
    body += tensors.map { tensor in
      .assignment(
        property(tensor.property),
        .call(
          .member(.name("rule"), tensor.isOptional ? "tensor" : "required"),
          [Argument(nil, .string(tensor.name)), Argument("channels", .name("channels"))]
            + (axes == 2 ? [] : [Argument("axes", .integer(axes))])))
    }
    members.append(.property(Property("rule", type: "LayerRule", isVariable: true, access: .internal)))
    members.append(
      .function(
        Function(
          "init", channels + parameters, access: .public, documentation: fieldDocumentation(!channels.isEmpty),
          body: body)))
    let values = tensors.map { "\"\($0.name)\": \($0.property)" }.joined(separator: ", ")
    members.append(
      .function(
        Function(
          "callAsFunction", [Parameter("input", label: "_", type: "Tensor")], result: "Tensor", access: .public,
          documentation: ["The layer's output."],
          body: [
            .expression(
              .call(
                "rule",
                [Argument(nil, .name("input"))]
                  + (tensors.isEmpty ? [] : [Argument("tensors", .literal("[\(values)]"))])))
          ])))
    if !tensors.isEmpty { members.append(visitor(tensors)) }
    return .structure(
      Structure(
        type, conformances: ["Module", "Layer"], access: .public, documentation: documentation(axes: axes),
        members: members))
  }

  private func fieldDocumentation(_ hasChannels: Bool) -> [String] {
    let fields = declaration.fields.filter { field in
      let name = SwiftSpelling.lowerCamel(field.name)
      return parameters.contains { $0.name == name || $0.label == name || $0.name == flag(field)?.label }
    }
    if fields.isEmpty { return [hasChannels ? "A layer for inputs of so many channels." : "The layer."] }
    let lines = fields.map { field in
      if let flag = flag(field), flag.label != SwiftSpelling.lowerCamel(field.name) {
        return "  - \(flag.label): \(field.documentation): \(flag.word) in place of \(flag.other)"
      }
      return "  - \(SwiftSpelling.lowerCamel(field.name)): \(field.documentation)"
        + (field.defaultText.map { "; \($0) where it is not given" } ?? "")
    }
    let channels = hasChannels ? ["  - channels: those of the input, or its features"] : []
    return [
      hasChannels ? "A layer whose parameters mean nothing yet." : "A layer with the given fields.", "",
      "- Parameters:",
    ] + channels + lines
  }

  /// The truth value that stands for one of a field's two words, and both; nil where none does.
  private func flag(_ field: Field) -> (label: String, word: String, other: String)? {
    guard case .word(let words) = field.type, case .flag(let label, let word)? = spelling.fields[field.name] else {
      return nil
    }
    return (label, word, words.first { $0 != word } ?? word)
  }

  private func visitor(_ tensors: [TensorProperty]) -> Declaration {
    .function(
      Function(
        "visitParameters", [Parameter("visitor", label: "_", type: "inout ParameterVisitor")], isMutating: true,
        access: .public, documentation: ["Shows the layer's tensors under their names."],
        body: tensors.map { tensor in
          let role = tensor.role == .trainable ? [] : [Argument("role", .member(nil, tensor.role.rawValue))]
          return .expression(
            .call(
              .member(.name("visitor"), "visit"),
              [Argument(nil, .address(.name(tensor.property))), Argument(nil, .string(tensor.name))] + role))
        }))
  }

  private func function(_ type: String) -> Declaration? {
    guard let name = spelling.function else { return nil }
    let arguments = parameters.map { Argument($0.label == "_" ? nil : $0.label ?? $0.name, .name($0.name)) }
    return .function(
      Function(
        name, [Parameter("input", label: "_", type: "Tensor")] + parameters, result: "Tensor", access: .public,
        documentation: documentation,
        body: [.expression(.call(.call(type, arguments), [Argument(nil, .name("input"))]))]))
  }

  private func join() -> Declaration? {
    spelling.function.map { name in
      .function(
        Function(
          name, [Parameter("inputs", label: "_", type: "[Tensor]")] + parameters, result: "Tensor", access: .public,
          documentation: documentation, body: [.expression(.call(rule, [Argument(nil, .name("inputs"))]))]))
    }
  }

  // MARK: Tensors

  private struct TensorProperty {
    var name: String
    var property: String
    var role: ParameterSpec.Role
    /// Whether fields can do without it.
    var isOptional: Bool
  }

  /// The tensors that layers of the kind may have, from a case with its truth values set all ways.
  private func tensors() throws -> [TensorProperty] {
    guard let layerCase = LayerCase.all.first(where: { $0.keyword == declaration.keyword }) else { return [] }
    let inputs = parseShapes(layerCase.inputs)
    let flags = declaration.fields.filter {
      if case .bool = $0.type { !$0.concernsTensors } else { false }
    }.map(\.name)
    let words = layerCase.layer.split(separator: " ").map(String.init).filter { word in
      !flags.contains { word.hasPrefix("\($0)=") }
    }
    let layers = try (0..<(1 << flags.count)).reversed().map { bits in
      try parseLayer(
        (words + flags.enumerated().map { "\($1)=\(bits >> $0 & 1 == 1)" }).joined(separator: " "))
    }
    let all = layers.map { $0.tensors(for: inputs) }
    return all.max { $0.count < $1.count }.map { specs in
      specs.map { spec in
        TensorProperty(
          name: spec.name, property: spelling.tensors[spec.name] ?? SwiftSpelling.lowerCamel(spec.name),
          role: spec.role, isOptional: !all.allSatisfy { $0.contains { $0.name == spec.name } })
      }
    } ?? []
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
