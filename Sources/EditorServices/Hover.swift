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
    let look = look(at: place, user: user)
    parts += describeItem(at: place, look)
    if let word {
      parts += describe(file.text(of: word), context)
      if let network = look?.network ?? user, let named = named(at: place, user: user) {
        parts += describe(named, network)
      }
    }
    if context.place.isExpression, !context.isKey, let look, let value = value(at: look) {
      parts.append("= **\(value)**\(look.isStale ? ", in the last network that was whole" : "")")
    }
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

  private func describe(_ named: NamedPlaces, _ network: KnownNetwork) -> [String] {
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
