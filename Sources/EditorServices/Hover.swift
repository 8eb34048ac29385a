import Diagnostics
import Expressions
import Frontend
import GraphIR
import Layers
import Recipes
import Reports
import Shapes
import SpecLanguage

/// What is told of a place, as Markdown.
package struct Hover: Sendable {
  package var span: Span
  package var markdown: String
}

extension DocumentSnapshot {
  /// What is known of the word at a place.
  package func hover(at place: Position, user: KnownNetwork? = nil) -> Hover? {
    if case .other = kind { return nil }
    var parts: [String] = []
    let word = word(at: place)
    let root: Place = if case .recipe = kind { .recipe(RecipeField.all) } else { .root }
    let end = word.map(\.end) ?? place
    let context = CursorContext(file, at: end, root: root)
    let known = isStale && kind == .spec ? nil : network ?? user
    let item = known.flatMap { itemAt(place, $0) }
    if let known, let item, item.1 { parts += describe(item.0, known) }
    if let word {
      parts += describe(file.text(of: word), context)
      if let known, let named = named(at: place, user: user) { parts += describe(named, known, item?.0) }
    }
    if context.place.isExpression, !context.isKey, let value = value(at: place) { parts.append("= **\(value)**") }
    parts += findings(in: path).filter { $0.span.start <= place && place <= $0.span.end }.map { finding in
      "**\(finding.id.rawValue)**: \(finding.id.explanation)"
    }
    guard !parts.isEmpty else { return nil }
    return Hover(
      span: word ?? Span(source: SourceID(index: 0), start: place, end: place),
      markdown: parts.joined(separator: "\n\n---\n\n"))
  }

  /// The word that a place touches.
  func word(at place: Position) -> Span? {
    let scalars = Array(file.line(place.line).unicodeScalars)
    func isPart(_ index: Int) -> Bool {
      let scalar = scalars[index]
      return scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
    }
    var start = min(place.column - 1, scalars.count)
    var end = start
    while start > 0, isPart(start - 1) { start -= 1 }
    while end < scalars.count, isPart(end) { end += 1 }
    guard end > start else { return nil }
    return Span(
      source: SourceID(index: 0), start: Position(line: place.line, column: start + 1),
      end: Position(line: place.line, column: end + 1))
  }

  /// The innermost item at a place of the network's own text, and whether the place is its operation or name.
  private func itemAt(_ place: Position, _ network: KnownNetwork) -> (Item, Bool)? {
    guard let (source, text) = network.file(at: path), text.bytes == file.bytes else { return nil }
    let index = SpecIndex(network.spec)
    let around = index.inOrder.filter {
      $0.span.source == source && $0.span.start <= place && place <= $0.span.end
    }
    guard let item = around.last else { return nil }
    let isOnWord = item.operationSpan.start <= place && place <= item.operationSpan.end
    let isOnName = item.name.map { $0.span.start <= place && place <= $0.span.end } ?? false
    return (item, isOnWord || isOnName)
  }

  // MARK: Items

  /// The shape of an item, why it has it, and what it costs.
  private func describe(_ item: Item, _ network: KnownNetwork) -> [String] {
    guard let (occurrence, differs) = network.shapes.chosen(of: item, choice) else {
      return ["`\(item.word)` is not there: its `when` is false, or nothing uses its block."]
    }
    let graph = network.graph
    let nodes = occurrence.part.nodes(graph.nodes, graph.scopes)
    let totals = Totals(nodes)
    var lines: [String] = []
    let path: String
    switch occurrence.part {
    case .node(let id):
      path = graph.nodes[id].path
      let inputs = graph.inputShapes(of: graph.nodes[id]).map(\.description).joined(separator: ", ")
      lines.append("**\(inputs) → \(occurrence.shape)**")
    case .scope(let id):
      path = graph.scopes[id].path
      lines.append("**\(graph.shape(of: graph.scopes[id].input)) → \(occurrence.shape)**")
    }
    if differs {
      lines.append("Other uses have other shapes; this is the \(occurrence.use == nil ? "first" : "chosen") one.")
    }
    var figures = ["\(Totals.grouped(totals.trainable)) parameters"]
    if let macs = totals.macs.value, macs > 0 { figures.append("\(Totals.grouped(macs)) MACs") }
    if let last = nodes.last {
      let fields = ReceptiveField(graph)
      figures.append("sees \(fields[last])")
    }
    if let plan = MemoryPlan(graph) {
      let held = nodes.compactMap { plan.bytesHeld.indices.contains($0.id) ? plan.bytesHeld[$0.id] : nil }.max()
      if let held { figures.append("\(NumberText.bytes(held)) held") }
    }
    lines.append(figures.joined(separator: " · "))
    var result = [lines.joined(separator: "  \n")]
    if !path.isEmpty, let text = ShapeExplanation.explain(path, in: graph, sources: network.compilation.sources) {
      result.append("```text\n\(text)```")
    }
    return result
  }

  // MARK: Words

  private func describe(_ word: String, _ context: CursorContext) -> [String] {
    let owner = context.beginsItem ? context.place : context.owner
    if context.isKey || context.place.takesOperation {
      if owner.takesOperation || context.place.takesOperation {
        if let text = LayerReference.detail(word), !isFieldOnly(word, owner) { return ["```text\n\(text)```"] }
        if let key = Place.itemKeys.first(where: { $0.name == word }) { return ["`\(word)`: \(key.summary)"] }
      }
      if case .fields(let declaration) = owner, let field = declaration.written.first(where: { $0.name == word }) {
        return [Self.text(of: field)]
      }
      if case .defaults = owner, let text = LayerReference.detail(word) { return ["```text\n\(text)```"] }
      if case .recipe(let fields) = owner, let field = fields.first(where: { $0.name == word }) {
        return [Self.text(of: field)]
      }
      if case .recipeValue(let type) = owner { return Self.text(of: word, in: type) }
      if let key = owner.fixedKeys.first(where: { $0.name == word }) { return ["`\(word)`: \(key.summary)"] }
      return []
    }
    switch context.place {
    case .recipeValue(let type): return Self.text(of: word, in: type)
    case .field(let field): if case .word = field.type { return [Self.text(of: field)] }
    default: break
    }
    return []
  }

  private func isFieldOnly(_ word: String, _ owner: Place) -> Bool {
    if case .fields = owner { return true }
    return false
  }

  private static func text(of field: Field) -> String {
    let bounds = field.type.bounds.map { ", \($0)" } ?? ""
    let standard = (field.defaultValue?.description ?? field.defaultText).map { " = \($0)" } ?? ""
    return "`\(field.name): \(field.type.name)\(standard)`\(bounds)  \n\(field.documentation)"
  }

  private static func text(of field: RecipeField) -> String {
    "`\(field.name)\(field.standard.map { ": \($0)" } ?? "")`  \n\(field.summary)"
  }

  private static func text(of word: String, in type: RecipeType) -> [String] {
    switch type {
    case .choice(let choices), .choices(let choices):
      guard let choice = choices.first(where: { $0.name == word }) else { return [] }
      let fields = choice.fields.map { "- \(text(of: $0))" }.joined(separator: "\n")
      return ["**\(choice.name)**: \(choice.summary)\n\n\(fields)"]
    case .mapping(let fields, _):
      return fields.filter { $0.name == word }.map { text(of: $0) }
    default: return []
    }
  }

  // MARK: Names

  private func describe(_ named: NamedPlaces, _ network: KnownNetwork, _ item: Item?) -> [String] {
    switch named.symbol {
    case .block(let name):
      guard let block = network.spec.blocks[name] else { return [] }
      let parameters = block.parameters.map { parameter in
        let standard = parameter.defaultValue.map {
          " = \(network.compilation.sources[$0.span.source].text(of: $0.span))"
        }
        return "\(parameter.name): \(parameter.type.rawValue)\(standard ?? "")"
      }
      var text = "```text\n\(name)(\(parameters.joined(separator: ", ")))\n```"
      if let summary = block.summary { text += "\n\(summary)" }
      let uses = network.shapes.uses[name] ?? []
      text += "\n\n\(uses.count) use\(uses.count == 1 ? "" : "s")\(uses.isEmpty ? "" : ":")\n"
      for use in uses.prefix(12) { text += "- `\(use.path)`: \(use.input) → \(use.output)\n" }
      if uses.count > 12 { text += "- …\n" }
      return [text]
    case .modelParameter(let name):
      guard let setting = network.graph.settings.first(where: { $0.name == name }) else { return [] }
      return ["`\(name)` = **\(setting.value)**\(setting.isChanged ? ", by the variant" : "")"]
    case .blockParameter(let block, let name):
      var values: [String] = []
      for scope in network.graph.scopes {
        switch scope.kind {
        case .module(block, let arguments), .blockList(block, let arguments):
          if let value = arguments.first(where: { $0.name == name })?.value.description, !values.contains(value) {
            values.append(value)
          }
        default: continue
        }
      }
      guard !values.isEmpty else { return [] }
      let shown = values.prefix(8).joined(separator: ", ") + (values.count > 8 ? ", …" : "")
      return ["`\(name)` of `\(block)` = **\(shown)**"]
    case .function(let name):
      let units = network.spec.units
      guard let function = units.compactMap({ $0.functions[name] }).first else { return [] }
      let body = network.compilation.sources[function.body.span.source].text(of: function.body.span)
      return ["```text\n\(name)(\(function.parameters.joined(separator: ", "))): \(body)\n```"]
    case .node(_, let name):
      guard let value = network.graph.value(named: name) else { return [] }
      return ["`\(name)`: \(network.graph.shape(of: value))"]
    case .builtin, .functionParameter, .loopVariable, .variant: return []
    }
  }
}

extension DocumentSnapshot {
  /// What the expression at a place came to in the network: the value of the field it is written for.
  package func value(at place: Position) -> String? {
    guard let network, !isStale, let (source, text) = network.file(at: path), text.bytes == file.bytes else {
      return nil
    }
    var values: [String] = []
    for node in network.graph.nodes {
      for attribute in node.attributes {
        guard case .written(let span) = attribute.origin, span.source == source, span.start <= place, place <= span.end
        else { continue }
        let value = attribute.value.description
        if !values.contains(value) { values.append(value) }
      }
    }
    // An argument of a block, in each of its uses.
    if values.isEmpty, let item = SpecIndex(network.spec).inOrder.last(where: { $0.span.holds(place, in: source) }),
      case .block(let call) = item.operation,
      let argument = call.arguments.first(where: { $0.value.span.holds(place, in: source) })
    {
      // Copies stand in a level of their own, which has the item's place too.
      for scope in network.graph.scopes where scope.span == item.span {
        switch scope.kind {
        case .module(call.block, let own), .blockList(call.block, let own):
          if let value = own.first(where: { $0.name == argument.name })?.value.description, !values.contains(value) {
            values.append(value)
          }
        default: continue
        }
      }
    }
    return values.isEmpty ? nil : values.prefix(8).joined(separator: ", ") + (values.count > 8 ? ", …" : "")
  }
}

extension Span {
  /// Whether a place of a file lies in the span or at its end.
  func holds(_ place: Position, in file: SourceID) -> Bool { source == file && start <= place && place <= end }
}
